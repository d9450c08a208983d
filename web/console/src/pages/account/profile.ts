// What people may change about themselves.
import { api, take, takeTagged, type Schemas, type Tagged } from "@/app/api";
import type { FormSpec } from "@/pro/form";
import { t } from "./words";

type Me = Schemas["IdentityUserView"];
const customer = 2;
const contacts = ["phone", "email"] as const;

export interface Profile {
    name: string;
    phone: string;
    email: string;
    address: string;
    current_password: string;
}

const path = "/api/users/{id}";
export const readOwn = (id: number): Promise<Tagged<Me>> => takeTagged(api.GET(path, { params: { path: { id } } }));
const profileOf = (user: Me): Profile => ({ name: user.name, phone: user.phone ?? "", email: user.email ?? "", address: user.address ?? "", current_password: "" });

const touched = (before: Profile, now: Profile) => contacts.some((key) => now[key].trim() !== before[key]);

export function profileBody(before: Profile, now: Profile): Schemas["IdentityUserChange"] {
    const body: Schemas["IdentityUserChange"] = {};
    const clear: ("phone" | "email" | "address")[] = [];
    if (now.name !== before.name) body.name = now.name;
    for (const key of [...contacts, "address"] as const) {
        if (now[key].trim() === before[key]) continue;
        if (now[key].trim()) body[key] = now[key];
        else clear.push(key);
    }
    if (touched(before, now)) body.current_password = now.current_password;
    return clear.length ? { ...body, clear } : body;
}

export function profileForm({ data, etag }: Tagged<Me>): FormSpec<Profile, Me> {
    let before = profileOf(data);
    const bound = data.user_type === customer;
    return {
        title: t("profile"),
        fields: [
            { key: "name", label: t("name"), max: 80, wide: true },
            { key: "phone", label: t("phone"), max: 30, disabled: () => bound, help: bound ? t("contacts_help") : undefined },
            { key: "email", label: t("email"), max: 254, disabled: () => bound },
            { key: "address", label: t("address_post"), max: 200, wide: true },
            { key: "current_password", label: t("current"), kind: "password", required: true, wide: true, help: t("confirm_help"), when: (now) => touched(before, now) },
        ],
        initial: before,
        etag,
        submit: (now, sent) => take(api.PUT(path, { params: { path: { id: data.id }, header: { "If-Match": sent.etag } }, body: profileBody(before, now) })),
        reload: async () => {
            const newest = await readOwn(data.id);
            before = profileOf(newest.data);
            return { data: before, etag: newest.etag };
        },
    };
}
