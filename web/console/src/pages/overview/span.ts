// The span of time a page is about, as its address says it: a name (range=last30) or two days (from=…&to=…).
import type { LocationQuery } from "vue-router";
import { presetRange, type Preset } from "@/pro/list-state";

export type SpanName = Exclude<Preset, "today" | "yesterday"> | "last90" | "last_year" | "this_year";
export const spanNames: SpanName[] = ["last7", "last30", "last90", "this_month", "last_month", "this_year", "last_year"];

export interface Span {
    name: SpanName | "";
    from: string;
    to: string;
}

const day_ms = 86_400_000;
const shift = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * day_ms).toISOString().slice(0, 10);
export const daysOf = (span: Span) => Math.round((Date.parse(span.to) - Date.parse(span.from)) / day_ms) + 1;

export function named(name: SpanName, today: string): Span {
    const year = Number(today.slice(0, 4));
    switch (name) {
        case "last90": return { name, from: shift(today, -89), to: today };
        case "this_year": return { name, from: `${year}-01-01`, to: today };
        case "last_year": return { name, from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
        default: {
            const [from, to] = presetRange(name, today);
            return { name, from, to };
        }
    }
}

const isDay = (text: unknown): text is string => typeof text === "string" && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

export function readSpan(query: LocationQuery, today: string, fallback: SpanName): Span {
    if (isDay(query.from) && isDay(query.to) && query.from <= query.to) return { name: "", from: query.from, to: query.to };
    const name = spanNames.find((one) => one === query.range);
    return named(name ?? fallback, today);
}

export const writeSpan = (span: Span, fallback: SpanName): Record<string, string> =>
    (span.name === fallback ? {} : span.name ? { range: span.name } : { from: span.from, to: span.to });

// The span of the same length that ends where this one begins.
export function earlier(span: Span): Span {
    const days = daysOf(span);
    return { name: "", from: shift(span.from, -days), to: shift(span.from, -1) };
}

export type Period = "day" | "week" | "month";
export const periodOf = (span: Span): Period => (daysOf(span) <= 31 ? "day" : daysOf(span) <= 190 ? "week" : "month");

// The days of one period that begins on `start`, within the span.
export function within(start: string, period: Period, span: Span): { from: string; to: string } {
    const [year = 0, month = 1] = start.split("-").map(Number);
    const last = period === "day" ? start : period === "week" ? shift(start, 6) : new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
    return { from: start < span.from ? span.from : start, to: last > span.to ? span.to : last };
}
