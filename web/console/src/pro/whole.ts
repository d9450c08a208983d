// One page of rows that are all there: what the server does elsewhere.
import type { Listed } from "@/app/api";
import type { ListQuery } from "./list";

const own = ["page", "page_size", "ordering", "cursor"];

// Numbers by size, texts by their letters; what is not there comes last, whichever way.
function compare(a: unknown, b: unknown, down: boolean): number {
    const [missingA, missingB] = [a === null || a === undefined, b === null || b === undefined];
    if (missingA || missingB) return Number(missingA) - Number(missingB);
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return down ? -order : order;
}

export function pageOf<Row>(all: Row[], query: ListQuery): Listed<Row> {
    const field = (row: Row, key: string) => (row as Record<string, unknown>)[key];
    const filters = Object.entries(query).filter(([key]) => !own.includes(key));
    const rows = all.filter((row) => filters.every(([key, value]) => String(field(row, key)) === String(value)));
    const ordering = String(query.ordering ?? ""), key = ordering.replace(/^-/, "");
    if (key) rows.sort((a, b) => compare(field(a, key), field(b, key), ordering.startsWith("-")));
    const page = Number(query.page ?? 1), page_size = Number(query.page_size ?? 20);
    return {
        rows: rows.slice((page - 1) * page_size, page * page_size),
        page: { page, page_size, total: rows.length, total_exact: true, next: null },
    };
}
