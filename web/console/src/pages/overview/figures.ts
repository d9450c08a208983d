// Sums and comparisons of what the reports say.
import type { Schemas } from "@/app/api";

export type TrendRow = Schemas["ReportsTrendRow"];
export const measures = ["shipped", "activated", "repairs_opened", "repaired"] as const;
export type Measure = (typeof measures)[number];

export function totals(rows: TrendRow[]): Record<Measure, number> {
    const sum = { shipped: 0, activated: 0, repairs_opened: 0, repaired: 0 };
    for (const row of rows) for (const measure of measures) sum[measure] += row[measure];
    return sum;
}

export interface Change {
    direction: "up" | "down" | "same";
    share: number | null; // of what it was; none: it was nothing
}

export function change(now: number, was: number): Change {
    return { direction: now > was ? "up" : now < was ? "down" : "same", share: was === 0 ? null : Math.abs(now - was) / was };
}

// One row a period, one column a group: what a chart with a line for each group draws.
export function pivot(rows: TrendRow[], measure: Measure, nameOf: (row: TrendRow) => string): {
    columns: string[];
    keys: (number | null)[]; // of the groups, as the columns
    rows: (string | number | null)[][];
} {
    const periods = [...new Set(rows.map((row) => row.period_start))].sort();
    const groups = new Map<string, { name: string; key: number | null }>();
    for (const row of rows) if (row.key !== null || row.label !== null) groups.set(String(row.key), { name: nameOf(row), key: row.key });
    const at = new Map(rows.map((row) => [`${row.period_start} ${row.key}`, row[measure]]));
    const all = [...groups.values()];
    return { columns: all.map((group) => group.name), keys: all.map((group) => group.key),
             rows: periods.map((start) => [start, ...[...groups.keys()].map((key) => at.get(`${start} ${key}`) ?? 0)]) };
}
