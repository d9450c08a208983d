import { subjectPath } from "@/app/areas";
import { choice, choiceOptions } from "@/base/language";
import type { Column } from "@/pro/list";
import { evidence, tones, type Alert } from "./evidence";
import { t } from "./words";

export const columns = (): Column<Alert>[] => [
    { key: "created_at", label: t("created"), kind: "time", always: true, width: 160, link: (row) => `/alerts/${row.id}` },
    { key: "kind", label: t("kind"), width: 110, text: (row) => choice("units.kind", row.kind) },
    { key: "state", label: t("state"), width: 110, tag: (row) => ({ text: choice("units.state", row.state), tone: tones[row.state] }) },
    { key: "detail", label: t("evidence"), minWidth: 280, wrap: true, text: evidence },
    { key: "qrcode_id", label: t("code"), kind: "code", minWidth: 190, link: (row) => subjectPath("units_unit", row.unit_id) },
    { key: "product_type", label: t("type"), minWidth: 120 },
    { key: "agent", label: t("agent") },
    { key: "note", label: t("note"), kind: "long", hidden: true },
    { key: "handled_at", label: t("handled_at"), kind: "time", hidden: true },
];

export const kindOptions = () => choiceOptions("units.kind", ["diversion", "clone"]);
export const stateOptions = () => choiceOptions("units.state", ["open", "confirmed", "dismissed"]);
