// What a list shows, as the address bar says it. Pure: the same state and the same address, always.
import type { LocationQuery } from "vue-router";

export interface ListState {
    page: number;
    pageSize: number;
    ordering: string;
    filters: Record<string, string>;
    columns: string[] | null; // null: as the person has set them
}

export interface StateSpec {
    filterKeys: string[];
    ordering: string;
    pageSize: number;
}

export const pageSizes = [10, 20, 50, 100, 200];
const own = ["page", "page_size", "ordering", "columns"];

const one = (value: LocationQuery[string] | undefined): string => (Array.isArray(value) ? value[0] : value) ?? "";

export function readState(query: LocationQuery, spec: StateSpec): ListState {
    const page = Number(one(query.page));
    const size = Number(one(query.page_size));
    const columns = one(query.columns);
    const filters: Record<string, string> = {};
    for (const key of spec.filterKeys) {
        const value = one(query[key]);
        if (value !== "") filters[key] = value;
    }
    return {
        page: Number.isSafeInteger(page) && page >= 1 ? page : 1,
        pageSize: pageSizes.includes(size) ? size : spec.pageSize,
        ordering: one(query.ordering) || spec.ordering,
        filters,
        columns: columns ? columns.split(",").filter(Boolean) : null,
    };
}

// What differs from the plain list; keys of others (a page's ?tab=) stay.
export function writeState(state: ListState, spec: StateSpec, others: LocationQuery = {}): Record<string, string> {
    const query: Record<string, string> = {};
    for (const [key, value] of Object.entries(others)) {
        if (!own.includes(key) && !spec.filterKeys.includes(key) && one(value)) query[key] = one(value);
    }
    for (const key of spec.filterKeys) {
        const value = state.filters[key];
        if (value) query[key] = value;
    }
    if (state.ordering !== spec.ordering) query.ordering = state.ordering;
    if (state.pageSize !== spec.pageSize) query.page_size = String(state.pageSize);
    if (state.page !== 1) query.page = String(state.page);
    if (state.columns) query.columns = state.columns.join(",");
    return query;
}

// The text a saved view keeps and an export sends: filters and order, without the page.
export function viewQuery(state: ListState, spec: StateSpec): string {
    const { page_size: _size, columns: _columns, ...query } = writeState({ ...state, page: 1 }, spec);
    return new URLSearchParams(query).toString();
}

export interface ColumnSettings {
    order: string[];
    hidden: string[];
    widths: Record<string, number>;
    density: "default" | "compact" | "loose";
}

export const plainSettings = (): ColumnSettings => ({ order: [], hidden: [], widths: {}, density: "default" });

interface Shown { key: string; hidden?: boolean; always?: boolean }

// The columns to show, in order: those of the address bar, else as the person has set them, else as declared. A column
// that was declared after the settings were kept stands where it was declared.
export function arrange<C extends Shown>(columns: C[], settings: ColumnSettings | null, chosen: string[] | null): C[] {
    if (chosen) {
        const picked = chosen.map((key) => columns.find((column) => column.key === key)).filter((column) => column !== undefined);
        const missing = columns.filter((column) => column.always && !chosen.includes(column.key));
        if (picked.length) return [...missing, ...picked];
    }
    return ordered(columns, settings).filter((column) => isShown(column, settings));
}

export function isShown(column: Shown, settings: ColumnSettings | null): boolean {
    if (column.always) return true;
    if (!settings || settings.order.length === 0 || !settings.order.includes(column.key)) return !column.hidden;
    return !settings.hidden.includes(column.key);
}

export function ordered<C extends Shown>(columns: C[], settings: ColumnSettings | null): C[] {
    if (!settings || settings.order.length === 0) return columns;
    const known = settings.order.filter((key) => columns.some((column) => column.key === key));
    const result = known.map((key) => columns.find((column) => column.key === key)).filter((column) => column !== undefined);
    columns.forEach((column, index) => { if (!known.includes(column.key)) result.splice(index, 0, column); });
    return result;
}

// How many entries the pager may offer: an inexact total grows as people walk, and pages end where the API ends them.
export const deepest = 20_000;
export function reachable(page: { page: number; page_size: number; total: number; total_exact: boolean; next: string | null }): number {
    const seen = page.page * page.page_size + (page.next ? 1 : 0);
    return Math.min(page.total_exact ? page.total : Math.max(page.total, seen), deepest);
}

export type Preset = "today" | "yesterday" | "last7" | "last30" | "this_month" | "last_month";
export const presets: Preset[] = ["today", "yesterday", "last7", "last30", "this_month", "last_month"];

// [first day, last day] of a preset, given today's date in the business calendar.
export function presetRange(name: Preset, today: string): [string, string] {
    const [year = 0, month = 1, day = 1] = today.split("-").map(Number);
    const at = (y: number, m: number, d: number) => new Date(Date.UTC(y, m - 1, d)).toISOString().slice(0, 10);
    switch (name) {
        case "today": return [today, today];
        case "yesterday": return [at(year, month, day - 1), at(year, month, day - 1)];
        case "last7": return [at(year, month, day - 6), today];
        case "last30": return [at(year, month, day - 29), today];
        case "this_month": return [at(year, month, 1), today];
        case "last_month": return [at(year, month - 1, 1), at(year, month, 0)];
    }
}
