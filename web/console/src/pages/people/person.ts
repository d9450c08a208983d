// People as the pages of this area read, change and describe them.
import { api, take, takeList, takeTagged, type Schemas, type Tagged } from "@/app/api";
import { refresh } from "@/app/queries";
import { choice } from "@/base/language";
import type { Field, FormSpec } from "@/pro/form";
import type { Option, Tone } from "@/pro/list";
import TerritoryInput from "./TerritoryInput.vue";
import { t } from "./words";

export type Person = Schemas["IdentityUserView"];
export type PersonItem = Schemas["IdentityUserItem"];
export type UserType = Person["user_type"];
export type Change = Schemas["IdentityUserChange"];

export const types = { administrator: 0, agent: 1, customer: 2, staff: 3 } as const;
const typeNames = ["administrator", "agent", "customer", "staff"] as const;
export const typeName = (type: UserType): string => choice("identity.user_type", typeNames[type]);
export const typeTone = (type: UserType): Tone => (["warning", "primary", "info", "success"] as const)[type];

export const nameOf = (person: { name: string; username: string }): string => person.name || person.username;
export const stateOf = (active: boolean): { text: string; tone: Tone } => (active ? { text: t("active"), tone: "success" } : { text: t("inactive"), tone: "info" });

const places = ["/users", "/agents", "/customers", "/users"];
// Agents and customers have pages of their own kind; everybody else is a user.
export const pathOf = (person: { id: number; user_type: UserType }): string => `${places[person.user_type] ?? "/users"}/${person.id}`;

const path = "/api/users/{id}";
export const readPerson = (id: number): Promise<Tagged<Person>> => takeTagged(api.GET(path, { params: { path: { id } } }));
export const changePerson = (id: number, body: Change, etag = ""): Promise<Person> =>
    take(api.PUT(path, { params: { path: { id }, header: etag ? { "If-Match": etag } : {} }, body }));
export const refreshPeople = () => refresh("/api/users", path, "/api/users/agents", "/api/operation-records");

export async function roleOptions(): Promise<Option[]> {
    const { rows } = await takeList(api.GET("/api/roles", { params: { query: { page_size: 200, ordering: "name" } } }));
    return rows.map((role) => ({ value: String(role.id), label: role.name }));
}

export interface PersonValues {
    username: string;
    name: string;
    phone: string;
    email: string;
    address: string;
    user_type: string;
    role_id: string | null;
    territories: string[];
    password: string;
    current_password: string;
}

export const freshValues = (type: UserType): PersonValues => ({
    username: "", name: "", phone: "", email: "", address: "", user_type: String(type), role_id: null, territories: [],
    password: "", current_password: "",
});
export const valuesOf = (person: Person): PersonValues => ({
    ...freshValues(person.user_type), username: person.username, name: person.name, phone: person.phone ?? "", email: person.email ?? "",
    address: person.address ?? "", role_id: person.role_id === null ? null : String(person.role_id), territories: person.territories,
});

const typeOf = (values: PersonValues) => Number(values.user_type) as UserType;
const given = (text: string) => text.trim() || null;

export function newBody(values: PersonValues): Schemas["IdentityUserNew"] {
    const type = typeOf(values);
    return {
        username: values.username, user_type: type, password: values.password || null,
        name: given(values.name), phone: given(values.phone), email: given(values.email), address: given(values.address),
        role_id: type === types.staff && values.role_id ? Number(values.role_id) : null,
        territories: type === types.agent ? values.territories : null,
    };
}

// Only what was touched: the rest stays as it is, and what was emptied is said so.
export function changeBody(before: PersonValues, now: PersonValues): Change {
    const body: Change = {};
    const clear: NonNullable<Change["clear"]> = [];
    if (now.username !== before.username) body.username = now.username;
    if (now.name !== before.name) body.name = now.name;
    for (const key of ["phone", "email", "address"] as const) {
        if (now[key].trim() === before[key]) continue;
        if (given(now[key])) body[key] = now[key];
        else clear.push(key);
    }
    if (now.user_type !== before.user_type) body.user_type = typeOf(now);
    const role = typeOf(now) === types.staff ? now.role_id : null;
    if (role !== before.role_id) {
        if (role) body.role_id = Number(role);
        else if (body.user_type === undefined) clear.push("role_id");
    }
    if (typeOf(now) === types.agent && JSON.stringify(now.territories) !== JSON.stringify(before.territories)) body.territories = now.territories;
    if (now.current_password) body.current_password = now.current_password;
    if (clear.length) body.clear = clear;
    return body;
}

export interface FormOptions {
    kind: "agent" | "customer" | "user";
    roles: Option[];
    of?: Tagged<Person>;
    own?: boolean; // the one who asks
}

const isAgent = (values: PersonValues) => typeOf(values) === types.agent;
const isStaff = (values: PersonValues) => typeOf(values) === types.staff;

function fieldsOf({ kind, roles, of, own }: FormOptions): Field<PersonValues>[] {
    const before = of && valuesOf(of.data);
    const contactsTouched = (values: PersonValues) => Boolean(own && before && (values.phone !== before.phone || values.email !== before.email));
    const offered = of ? typeNames : (["administrator", "staff"] as const);
    const typeOptions = offered.map((name) => ({ value: String(types[name]), label: choice("identity.user_type", name) }));
    const optional: Field<PersonValues>[] = [];
    if (kind === "user") optional.push({ key: "user_type", label: t("type"), kind: "select", options: typeOptions, required: true, disabled: () => own ?? false });
    if (roles.length) {
        optional.push({ key: "role_id", label: t("role"), kind: "select", options: roles, help: t("role_help"), when: isStaff,
                        show: (value) => roles.find((role) => role.value === value)?.label ?? t("role_none") });
    }
    optional.push({ key: "territories", label: t("territories"), kind: "custom", component: TerritoryInput, wide: true, help: t("territories_help"), when: isAgent });
    if (!of) {
        optional.push({ key: "password", label: t("password"), kind: "password", required: kind !== "customer", max: 128,
                        help: kind === "customer" ? t("customer_password_help") : t("password_help") });
    }
    optional.push({ key: "current_password", label: t("own_password"), kind: "password", required: true, help: t("own_password_help"), when: contactsTouched });
    return [
        { key: "username", label: t("username"), required: true, max: 64 },
        { key: "name", label: kind === "agent" ? t("company") : t("name"), max: 80 },
        { key: "phone", label: t("phone"), max: 30 },
        { key: "email", label: t("email"), max: 254 },
        { key: "address", label: t("address"), max: 200, wide: true },
        ...optional,
    ];
}

const titles = {
    agent: ["agent_new", "agent_change"], customer: ["customer_new", "customer_change"], user: ["user_new", "user_change"],
} as const;

export function personForm(options: FormOptions): FormSpec<PersonValues, Person> {
    const { kind, of } = options;
    const first = kind === "agent" ? types.agent : kind === "customer" ? types.customer : types.staff;
    if (!of) {
        return {
            title: t(titles[kind][0]), fields: fieldsOf(options), initial: freshValues(first),
            submit: (values, { key }) => take(api.POST("/api/users", { params: { header: { "Idempotency-Key": key } }, body: newBody(values) })),
        };
    }
    // After a conflict the newest version is what the changes are told against.
    let known = valuesOf(of.data);
    return {
        title: t(titles[kind][1]), fields: fieldsOf(options), initial: known, etag: of.etag,
        submit: (values, { etag }) => changePerson(of.data.id, changeBody(known, values), etag),
        reload: async () => {
            const newest = await readPerson(of.data.id);
            known = valuesOf(newest.data);
            return { data: known, etag: newest.etag };
        },
    };
}

export function passwordForm(person: { id: number; name: string; username: string }): FormSpec<{ password: string }, Person> {
    return {
        title: t("password_ask", { name: nameOf(person) }),
        fields: [{ key: "password", label: t("password_new"), kind: "password", required: true, max: 128, help: t("password_help"), wide: true }],
        initial: { password: "" },
        submit: ({ password }) => changePerson(person.id, { password }),
        done: t("password_done"),
    };
}
