import { count, date, dateTime, money, nothing, text } from "@/base/formats";
import { t } from "@/base/words";
import type { Column } from "./list";

// What a cell says, as text.
export function cellText<Row>(column: Column<Row>, row: Row): string {
    if (column.text) return column.text(row) || nothing;
    const value = row[column.key] as string | number | boolean | null | undefined;
    if (value === null || value === undefined || value === "") return nothing;
    switch (column.kind) {
        case "time": return dateTime(value as string);
        case "date": return date(value as string);
        case "money": return money(value as string);
        case "count": return count(value as number);
        case "boolean": return value ? t("yes") : t("no");
        default: return text(value);
    }
}

export const numeric = (kind: string | undefined) => kind === "money" || kind === "count";
