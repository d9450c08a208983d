// What can be done with one unit, as forms.
import { api, finish, take, takeTagged, type Tagged } from "@/app/api";
import type { Field, FormSpec } from "@/pro/form";
import { customers, typesInUse } from "@/pro/pick";
import { codeOf } from "@/pro/scanner";
import type { Unit } from "@/pro/unit";
import { t } from "./words";

export type Values = Record<string, string | number | null>;
export type UnitForm = FormSpec<Values>;

const path = (unit: Unit, key: string) => ({ path: { id: unit.id }, header: { "Idempotency-Key": key } });
const text = (value: string | number | null | undefined): string | undefined => String(value ?? "").trim() || undefined;
const number = (value: string | number | null | undefined): number | undefined => (value === null || value === undefined || value === "" ? undefined : Number(value));
const reasonField = (required = true): Field<Values> => ({ key: "reason", label: t("reason"), required, max: 200, wide: true });

// A customer we know, or the contact of a new one.
const person = (mayFind: boolean, label: string): Field<Values>[] => [
    ...(mayFind ? [{ key: "customer_id", label, kind: "remote" as const, wide: true, placeholder: t("customer_new"), help: t("person_help"), ...customers }] : []),
    ...[["name", 60], ["phone", 30], ["email", 120]].map(([key, max]) => ({
        key: key as string, label: t(key as "name" | "phone" | "email"), max: max as number, when: (values: Values) => !values.customer_id,
    })),
];
const nobody: Values = { customer_id: null, name: "", phone: "", email: "" };
const who = (values: Values) => (number(values.customer_id) !== undefined ? { customer_id: number(values.customer_id) }
    : { name: text(values.name), phone: text(values.phone), email: text(values.email) });

export const readUnit = (id: number): Promise<Tagged<Unit>> => takeTagged(api.GET("/api/products/{id}", { params: { path: { id } } }));

export function editForm({ data, etag }: Tagged<Unit>): UnitForm {
    const early = data.status === "printed" || data.status === "in_stock";
    return {
        title: `${t("edit")} ${data.qrcode_id}`,
        fields: [
            ...(early ? [{ key: "product_type_id", label: t("type"), kind: "remote" as const, required: true, wide: true, help: t("edit_type_help"), ...typesInUse }] : []),
            { key: "remark", label: t("remark"), kind: "long", max: 500 },
        ],
        initial: { product_type_id: data.product_type_id, remark: data.remark ?? "" },
        etag,
        submit: (values, sent) => take(api.PUT("/api/products/{id}", {
            params: { path: { id: data.id }, header: { "If-Match": sent.etag } },
            body: { remark: String(values.remark ?? ""), ...(early && number(values.product_type_id) !== data.product_type_id ? { product_type_id: number(values.product_type_id) } : {}) },
        })),
        reload: async () => {
            const newest = await readUnit(data.id);
            return { data: { product_type_id: newest.data.product_type_id, remark: newest.data.remark ?? "" }, etag: newest.etag };
        },
    };
}

export const activateForm = (unit: Unit, mayFind: boolean): UnitForm => ({
    title: `${t("activate")} ${unit.qrcode_id}`,
    fields: [...person(mayFind, t("customer")), { key: "address", label: t("address"), max: 200, wide: true, help: t("address_help") }],
    initial: { ...nobody, address: "" },
    done: t("activated"),
    submit: (values, { key }) => take(api.POST("/api/products/activate", {
        params: { header: { "Idempotency-Key": key } }, body: { qrcode_id: unit.qrcode_id, ...who(values), address: text(values.address) },
    })),
});

export const extendForm = (unit: Unit): UnitForm => ({
    title: `${t("extend")} ${unit.qrcode_id}`,
    fields: [{ key: "months", label: t("months"), kind: "number", required: true, min: 1, max: 120, unit: t("months_unit") }, reasonField()],
    initial: { months: 6, reason: "" },
    done: t("extended"),
    submit: (values, { key }) => take(api.POST("/api/products/{id}/extend_warranty", { params: path(unit, key), body: { months: number(values.months) ?? 0, reason: String(values.reason) } })),
});

export const transferForm = (unit: Unit, mayFind: boolean): UnitForm => ({
    title: `${t("transfer")} ${unit.qrcode_id}`,
    fields: [...person(mayFind, t("new_owner")), reasonField(false)],
    initial: { ...nobody, reason: "" },
    done: t("transferred"),
    submit: (values, { key }) => take(api.POST("/api/products/{id}/transfer", { params: path(unit, key), body: { ...who(values), reason: text(values.reason) } })),
});

export const replaceForm = (unit: Unit): UnitForm => ({
    title: `${t("replace")} ${unit.qrcode_id}`,
    fields: [{ key: "new_qrcode_id", label: t("new_code"), required: true, max: 200, wide: true, help: t("new_code_help") }, reasonField()],
    initial: { new_qrcode_id: "", reason: "" },
    done: t("replaced"),
    submit: (values, { key }) => {
        const typed = String(values.new_qrcode_id);
        return take(api.POST("/api/products/{id}/replace", { params: path(unit, key), body: { new_qrcode_id: codeOf(typed) ?? typed, reason: String(values.reason) } }));
    },
});

export const scrapForm = (unit: Unit): UnitForm => ({
    title: t("scrap_title", { code: unit.qrcode_id }),
    fields: [reasonField()],
    initial: { reason: "" },
    done: t("scrapped"),
    submit: (values, { key }) => take(api.POST("/api/products/{id}/scrap", { params: path(unit, key), body: { reason: String(values.reason) } })),
});

export const repairForm = (unit: Unit): UnitForm => ({
    title: `${t("ask_repair")} ${unit.qrcode_id}`,
    fields: [
        reasonField(),
        { key: "fault", label: t("fault"), kind: "long", max: 2000 },
        { key: "contact_name", label: t("contact"), max: 60 },
        { key: "contact_phone", label: t("contact_phone"), max: 30 },
    ],
    initial: { reason: "", fault: "", contact_name: "", contact_phone: "" },
    done: t("repair_made"),
    submit: (values, { key }) => finish(api.POST("/api/repair-records", {
        params: { header: { "Idempotency-Key": key } },
        body: {
            product_id: unit.id, reason: String(values.reason), fault: text(values.fault),
            contact_name: text(values.contact_name), contact_phone: text(values.contact_phone),
        },
    })),
});
