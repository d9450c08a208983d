// What belongs to an agent or a customer.
import { subjectPath } from "@/app/areas";
import { choice, choiceOptions } from "@/base/language";
import { t as shell } from "@/base/words";
import { defineList, type Tone } from "@/pro/list";
import { tableName } from "@/pro/tables";
import { t } from "./words";

type Owner = "agent_id" | "customer_id";

export const unitTones: Record<string, Tone> = {
    printed: "info", in_stock: "info", shipped: "primary", activated: "success", in_repair: "warning", returned: "info", replaced: "info", scrapped: "danger",
};

export const unitsOf = (by: Owner, id: number) => defineList("/api/products", () => ({
    id: `people.units.${by}`,
    title: t("units"),
    columns: [
        { key: "qrcode_id", label: t("code"), kind: "code", minWidth: 190, always: true, sortable: true, link: (row) => subjectPath("units_unit", row.id) },
        { key: "product_type", label: t("unit_type"), minWidth: 130, link: (row) => subjectPath("catalog_product_type", row.product_type_id) },
        { key: "model", label: t("model"), hidden: true },
        { key: "status", label: t("unit_state"), width: 110, tag: (row) => ({ text: choice("units.status", row.status), tone: unitTones[row.status] ?? "info" }) },
        { key: "shipped_at", label: t("shipped_at"), kind: "time", hidden: by === "customer_id" },
        { key: "activated_at", label: t("activated_at"), kind: "time" },
        { key: "warranty_end", label: t("warranty_end"), kind: "date" },
    ],
    filters: [
        { key: "status", label: t("unit_state"), kind: "select", options: choiceOptions("units.status", Object.keys(unitTones)) },
        { key: "search", label: shell("search"), kind: "text", placeholder: t("code") },
    ],
    exportRoute: "units.products.list",
    empty: { text: by === "agent_id" ? t("units_none_agent") : t("units_none_customer") },
}), { fixed: { [by]: id } });

const over = ["returned", "replaced", "rejected", "cancelled"];

export const repairsOf = (by: Owner, id: number) => defineList("/api/repair-records", () => ({
    id: `people.repairs.${by}`,
    title: t("repairs"),
    columns: [
        { key: "id", label: t("repair_number"), width: 100, always: true, text: (row) => `#${row.id}`, link: (row) => subjectPath("repair_ticket", row.id) },
        { key: "qrcode_id", label: t("code"), kind: "code", minWidth: 190, link: (row) => subjectPath("units_unit", row.product_id) },
        { key: "product_type", label: t("unit_type"), minWidth: 120 },
        { key: "state", label: t("repair_state"), width: 110, tag: (row) => ({ text: choice("repair.state", row.state), tone: over.includes(row.state) ? "info" : "primary" }) },
        { key: "reason", label: t("reason"), minWidth: 160 },
        { key: "in_warranty", label: t("in_warranty"), width: 90, kind: "boolean" },
        { key: "cost", label: t("cost"), kind: "money" },
        { key: "created_at", label: t("opened"), kind: "time" },
    ],
    filters: [{ key: "state", label: t("repair_state"), kind: "select", options: choiceOptions("repair.state") }],
    exportRoute: "repair.repair_records.list",
    empty: { text: t("repairs_none") },
}), { fixed: { [by]: id } });

export const alertsOf = (agent: number) => defineList("/api/alerts", () => ({
    id: "people.alerts",
    title: t("alerts"),
    columns: [
        { key: "kind", label: t("alert_kind"), width: 100, always: true, text: (row) => choice("units.kind", row.kind), link: (row) => subjectPath("units_alert", row.id) },
        { key: "qrcode_id", label: t("code"), kind: "code", minWidth: 190, link: (row) => subjectPath("units_unit", row.unit_id) },
        { key: "product_type", label: t("unit_type"), minWidth: 120 },
        { key: "state", label: t("alert_state"), width: 110,
          tag: (row) => ({ text: choice("units.state", row.state), tone: row.state === "open" ? "warning" : row.state === "confirmed" ? "danger" : "info" }) },
        { key: "created_at", label: t("alert_at"), kind: "time" },
    ],
    filters: [{ key: "state", label: t("alert_state"), kind: "select", options: choiceOptions("units.state") }],
    empty: { text: t("alerts_none") },
}), { fixed: { agent_id: agent } });

// What somebody has done, as far as it left a record.
export function doneBy(id: number, operation: (action: string) => string) {
    const subject = (row: { subject: string; subject_id: number | null }) =>
        (row.subject ? `${tableName(row.subject)}${row.subject_id === null ? "" : ` #${row.subject_id}`}` : "");
    return defineList("/api/operation-records", () => ({
        id: "people.done",
        title: t("done"),
        ordering: "-id",
        columns: [
            { key: "created_at", label: t("done_at"), width: 160, kind: "time", always: true, link: (row) => subjectPath("audit_record", row.id) },
            { key: "action", label: t("done_what"), minWidth: 200, text: (row) => operation(row.action) },
            { key: "subject", label: t("done_to"), minWidth: 150, text: subject, link: (row) => subjectPath(row.subject, row.subject_id) },
            { key: "success", label: t("done_result"), width: 100,
              tag: (row) => (row.success ? { text: t("done_yes"), tone: "success" } : { text: t("done_no"), tone: "danger" }) },
            { key: "ip", label: "IP", width: 130 },
        ],
        filters: [{ key: "since", until: "until", label: t("done_at"), kind: "range", instant: true }],
        empty: { text: t("done_none") },
    }), { fixed: { operator_id: id } });
}
