// The form of every step of a repair: which fields it has, what they begin with and where they are sent.
import { api, take, type Tagged } from "@/app/api";
import { money } from "@/base/formats";
import type { Field, FormSpec } from "@/pro/form";
import { technicians } from "@/pro/pick";
import { plain, toLines, toParts, type PartLine } from "./parts";
import { isOpen, type Ticket, type Verb } from "./states";
import { t } from "./words";

export interface Sheet {
    qrcode_id: string;
    reason: string;
    fault: string;
    contact_name: string;
    contact_phone: string;
    contact_address: string;
    diagnosis: string;
    chargeable: string; // "": as the warranty says; "true", "false"
    charge_reason: string;
    technician_id: string | null;
    parts: PartLine[];
    labour: string;
    shipping: string;
    quote: string;
    passed: string;
    result: string;
    new_qrcode_id: string;
    note: string;
}

type Key = keyof Sheet;
export type Doing = Verb | "open" | "change";

const fieldsOf: Record<Verb | "open", Key[]> = {
    open: ["qrcode_id", "reason", "fault", "contact_name", "contact_phone", "contact_address", "technician_id"],
    receive: ["note"],
    diagnose: ["diagnosis", "chargeable", "charge_reason", "technician_id"],
    quote: ["parts", "labour", "shipping", "quote", "note"],
    approve: ["note"],
    start: ["technician_id", "note"],
    test: ["passed", "note"],
    return: ["result", "shipping", "note"],
    complete: ["diagnosis", "result", "parts", "labour", "shipping", "technician_id"],
    replace: ["new_qrcode_id", "reason", "result"],
    reject: ["reason"],
    cancel: ["note"],
};

// What the state of a repair leaves open to change.
function changeable(ticket: Ticket): Key[] {
    const looked = ticket.state !== "requested" && ticket.state !== "received";
    const priced = ["diagnosed", "quoted", "approved"].includes(ticket.state);
    return ["reason", "fault", ...(looked ? ["diagnosis" as const] : []), ...(priced ? ["chargeable" as const, "charge_reason" as const] : []),
            ...(looked ? ["parts" as const, "labour" as const, "shipping" as const] : []), ...(ticket.state === "quoted" ? ["quote" as const] : []),
            "technician_id", ...(looked ? ["result" as const] : []), "contact_name", "contact_phone", "contact_address"];
}
export const mayChange = (ticket: Ticket) => isOpen(ticket.state);
export const mayRemove = (ticket: Ticket) =>
    ["requested", "received"].includes(ticket.state) && ticket.parts.length === 0 && ticket.photos.length === 0;

const id = (value: string | null) => (value ? Number(value) : undefined);
const text = (value: string) => value.trim() || undefined;
const sum = (value: string) => (value.trim() ? Number(value) : undefined);
const flag = (value: string) => (value === "" ? undefined : value === "true");

function blank(): Sheet {
    return { qrcode_id: "", reason: "", fault: "", contact_name: "", contact_phone: "", contact_address: "", diagnosis: "", chargeable: "", charge_reason: "",
             technician_id: null, parts: [], labour: "", shipping: "", quote: "", passed: "true", result: "", new_qrcode_id: "", note: "" };
}
function sheetOf(ticket: Ticket, doing: Doing): Sheet {
    return {
        ...blank(),
        reason: doing === "change" ? ticket.reason : "",
        fault: ticket.fault,
        diagnosis: ticket.diagnosis,
        chargeable: doing === "change" ? String(ticket.chargeable) : "",
        charge_reason: ticket.charge_reason ?? "",
        technician_id: ticket.technician_id ? String(ticket.technician_id) : null,
        parts: toLines(ticket.parts),
        labour: plain(ticket.labour),
        shipping: plain(ticket.shipping),
        quote: doing === "change" || ticket.state !== "diagnosed" ? plain(ticket.quote) : "",
        result: ticket.result,
        contact_name: ticket.contact_name ?? "",
        contact_phone: ticket.contact_phone ?? "",
        contact_address: ticket.contact_address ?? "",
    };
}

// Who pays differs from what the warranty says, so a reason is needed.
const differs = (sheet: Sheet, ticket?: Ticket) => sheet.chargeable !== "" && flag(sheet.chargeable) !== !ticket?.in_warranty;

function field(key: Key, doing: Doing, ticket?: Ticket): Field<Sheet> {
    const reason = doing === "replace" ? t("replace_reason") : doing === "reject" ? t("reject_reason") : t("reason");
    const all: Record<Key, Omit<Field<Sheet>, "key">> = {
        qrcode_id: { label: t("code"), required: true, max: 100, wide: true },
        reason: { label: reason, required: true, max: 200, wide: true },
        fault: { label: t("fault"), kind: "long", max: 2000, help: t("fault_help") },
        contact_name: { label: t("contact_name"), max: 60 },
        contact_phone: { label: t("contact_phone"), max: 30 },
        contact_address: { label: t("contact_address"), max: 200, wide: true },
        diagnosis: { label: t("diagnosis"), kind: "long", required: doing === "diagnose", max: 2000 },
        chargeable: { label: t("pays"), kind: "select", required: doing === "change", placeholder: t("as_warranty"),
                      options: [{ value: "false", label: t("pays_us") }, { value: "true", label: t("pays_customer") }] },
        charge_reason: { label: t("charge_reason"), required: true, max: 200, help: t("charge_reason_help"), when: (sheet) => differs(sheet, ticket) },
        technician_id: { label: t("technician"), kind: "remote", search: technicians.search, name: technicians.name, help: doing === "start" ? t("technician_help") : undefined },
        parts: { label: t("parts"), wide: true },
        labour: { label: t("labour"), kind: "money" },
        shipping: { label: t("shipping"), kind: "money" },
        quote: { label: t("quote"), kind: "money", help: doing === "quote" ? t("quote_help") : undefined },
        passed: { label: t("passed"), kind: "select", required: true, wide: true,
                  options: [{ value: "true", label: t("test_passed") }, { value: "false", label: t("test_failed") }] },
        result: { label: t("result"), kind: "long", max: 2000 },
        new_qrcode_id: { label: t("new_code"), required: true, max: 64, wide: true, help: t("new_code_help") },
        note: { label: doing === "return" ? t("note_return") : t("note"), kind: "long", max: 500 },
    };
    return { key, ...all[key] };
}

type Sender = (id: number, sheet: Sheet, key: string) => Promise<Ticket>;
const at = (of: number, key: string) => ({ path: { id: of }, header: { "Idempotency-Key": key } });
const costs = (sheet: Sheet) => ({ parts: toParts(sheet.parts), labour: sum(sheet.labour), shipping: sum(sheet.shipping) });

function senders(ticket?: Ticket): Record<Verb, Sender> {
    return {
        receive: (of, s, key) => take(api.POST("/api/repair-records/{id}/receive", { params: at(of, key), body: { note: text(s.note) } })),
        diagnose: (of, s, key) => take(api.POST("/api/repair-records/{id}/diagnose", { params: at(of, key), body: {
            diagnosis: s.diagnosis, chargeable: flag(s.chargeable), charge_reason: differs(s, ticket) ? s.charge_reason : undefined,
            technician_id: id(s.technician_id) } })),
        quote: (of, s, key) => take(api.POST("/api/repair-records/{id}/quote", { params: at(of, key), body: { ...costs(s), quote: sum(s.quote), note: text(s.note) } })),
        approve: (of, s, key) => take(api.POST("/api/repair-records/{id}/approve", { params: at(of, key), body: {
            quote: ticket?.state === "quoted" ? ticket.quote : undefined, note: text(s.note) } })),
        start: (of, s, key) => take(api.POST("/api/repair-records/{id}/start", { params: at(of, key), body: { technician_id: id(s.technician_id), note: text(s.note) } })),
        test: (of, s, key) => take(api.POST("/api/repair-records/{id}/test", { params: at(of, key), body: { passed: s.passed === "true", note: text(s.note) } })),
        return: (of, s, key) => take(api.POST("/api/repair-records/{id}/return", { params: at(of, key), body: { result: s.result, shipping: sum(s.shipping), note: text(s.note) } })),
        complete: (of, s, key) => take(api.POST("/api/repair-records/{id}/complete_repair", { params: at(of, key), body: {
            ...costs(s), result: s.result, diagnosis: s.diagnosis, technician_id: id(s.technician_id) } })),
        replace: (of, s, key) => take(api.POST("/api/repair-records/{id}/replace", { params: at(of, key), body: {
            new_qrcode_id: s.new_qrcode_id.trim(), reason: s.reason, result: text(s.result) } })),
        reject: (of, s, key) => take(api.POST("/api/repair-records/{id}/reject", { params: at(of, key), body: { reason: s.reason } })),
        cancel: (of, s, key) => take(api.POST("/api/repair-records/{id}/cancel", { params: at(of, key), body: { note: text(s.note) } })),
    };
}

export const verbLabel = (verb: Verb, ticket?: { state: string }) =>
    (verb === "quote" && ticket && ticket.state !== "diagnosed" ? t("quote_again") : t(`verb_${verb}`));

export function verbForm(verb: Verb, ticket: Ticket): FormSpec<Sheet, Ticket> {
    const fields = fieldsOf[verb].map((key) => field(key, verb, ticket));
    const asked = verb === "approve" && ticket.quote !== null && ticket.state === "quoted" ? ` · ${t("quote_seen")} ${money(plain(ticket.quote))}` : "";
    return {
        title: `${verbLabel(verb, ticket)} · ${ticket.qrcode_id}${asked}`,
        fields,
        initial: sheetOf(ticket, verb),
        submit: (sheet, { key }) => senders(ticket)[verb](ticket.id, sheet, key),
        done: t(`done_${verb}`),
    };
}

export function openForm(code = ""): FormSpec<Sheet, Ticket> {
    return {
        title: t("create_title"),
        fields: fieldsOf.open.map((key) => field(key, "open")),
        initial: { ...blank(), qrcode_id: code },
        submit: (s, { key }) => take(api.POST("/api/repair-records", { params: { header: { "Idempotency-Key": key } }, body: {
            qrcode_id: s.qrcode_id.trim(), reason: s.reason, fault: text(s.fault), contact_name: text(s.contact_name), contact_phone: text(s.contact_phone),
            contact_address: text(s.contact_address), technician_id: id(s.technician_id) } })),
        done: t("create_done"),
    };
}

export function changeForm(of: Tagged<Ticket>, reload: () => Promise<Tagged<Ticket>>): FormSpec<Sheet, Ticket> {
    const ticket = of.data;
    const keys = changeable(ticket);
    const sent = (key: Key, value: unknown) => (keys.includes(key) ? { [key]: value } : {});
    return {
        title: `${t("change")} · ${ticket.qrcode_id}`,
        fields: keys.map((key) => field(key, "change", ticket)),
        initial: sheetOf(ticket, "change"),
        etag: of.etag,
        submit: (s, { etag }) => take(api.PUT("/api/repair-records/{id}", { params: { path: { id: ticket.id }, header: { "If-Match": etag } }, body: {
            ...sent("reason", s.reason), ...sent("fault", s.fault), ...sent("diagnosis", s.diagnosis), ...sent("chargeable", flag(s.chargeable)),
            ...sent("charge_reason", differs(s, ticket) ? s.charge_reason : ""), ...sent("parts", toParts(s.parts)), ...sent("labour", sum(s.labour)),
            ...sent("shipping", sum(s.shipping)), ...sent("quote", sum(s.quote)), ...sent("technician_id", id(s.technician_id)), ...sent("result", s.result),
            ...sent("contact_name", text(s.contact_name)), ...sent("contact_phone", text(s.contact_phone)), ...sent("contact_address", text(s.contact_address)) } })),
        reload: async () => {
            const newest = await reload();
            return { data: sheetOf(newest.data, "change"), etag: newest.etag };
        },
        done: t("change_done"),
    };
}
