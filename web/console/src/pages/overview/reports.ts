// Every report of the life cycle: what it is asked, what its rows mean, how they are drawn and where a row leads.
import type { RouteLocationRaw } from "vue-router";
import { api, take, type Schemas } from "@/app/api";
import { dayBegins, dayEnds } from "@/base/formats";
import { choice } from "@/base/language";
import type { ChartData } from "@/pro/chart-data";
import { bars, lines, pillars, type Draw } from "./draw";
import { measures, pivot, type Measure, type TrendRow } from "./figures";
import { periodOf, within, type Period, type Span } from "./span";
import { t } from "./words";

export interface Query {
    span: Span | null; // none: all there ever was
    period?: Period;
    by?: string;
    measure?: Measure;
    product_type_id?: number;
    agent_id?: number;
    limit?: number;
}

export interface Shape {
    data: ChartData;
    to: (RouteLocationRaw | null)[]; // of each row
    draw: Draw;
    height?: number;
}

export interface Report {
    key: string;
    title: string;
    note: string;
    by: string[];
    timeless: boolean; // may be asked without a span
    csv: string; // the same, as the server writes it
    load: (query: Query) => Promise<unknown[]>;
    shape: (rows: unknown[], query: Query) => Shape;
}

interface Spec<Row> extends Omit<Report, "load" | "shape" | "csv"> {
    load: (query: Query) => Promise<Row[]>;
    shape: (rows: Row[], query: Query) => Shape;
}
const define = <Row>(spec: Spec<Row>): Report => ({ ...spec, csv: `/api/reports/lifecycle/${spec.key}`, shape: (rows, query) => spec.shape(rows as Row[], query) });

type Base = { product_type_id?: number; agent_id?: number; from_date?: string; to_date?: string };
const base = ({ span, product_type_id, agent_id }: Query): Base =>
    ({ product_type_id, agent_id, ...(span ? { from_date: span.from, to_date: span.to } : {}) });
export const periodIn = (query: Query): Period => query.period ?? (query.span ? periodOf(query.span) : "month");

// The parameters of the server's CSV, which are those of its JSON.
export function csvPath(report: Report, query: Query): string {
    const all: Record<string, unknown> = { ...base(query), by: query.by, limit: query.limit, ...(report.key === "trend" ? { period: periodIn(query) } : {}), format: "csv" };
    const given = Object.entries(all).filter(([, value]) => value !== undefined).map(([key, value]) => [key, String(value)]);
    return `${report.csv}?${new URLSearchParams(given).toString()}`;
}

// These routes write CSV, too, when they are asked to; here they are not.
interface Either<D> { data?: { data: D } | string; response: Response }
export const json = <D>(answer: Promise<Either<D>>): Promise<D> => take(answer as Promise<{ data?: { data: D }; response: Response }>);

const groupName = (row: { key: number | null; label: string | null }, by?: string): string =>
    (by === "none" ? choice("reports.by", "none") : row.label ?? (row.key === null ? t("unnamed") : by === "batch" ? t("batch_n", { n: row.key }) : String(row.key)));
const height = (rows: number) => Math.min(640, Math.max(200, 60 + rows * 34));

// The units of a group.
function unitsOf(key: number | null, by: string | undefined): RouteLocationRaw | null {
    const filter = { type: "product_type_id", agent: "agent_id", batch: "batch_id" }[by ?? ""];
    return key === null || !filter ? null : { path: "/products", query: { [filter]: String(key) } };
}
const repairsOf = (query: Query): Record<string, string> => (query.span ? { from_date: query.span.from, to_date: query.span.to } : {});

// What happened in one period: the repairs, or the units shipped or activated.
function happened(row: TrendRow, query: Query): RouteLocationRaw | null {
    if (!query.span) return null;
    const { from, to } = within(row.period_start, periodIn(query), query.span);
    const group: Record<string, string> = row.key === null ? {} : { [query.by === "agent" ? "agent_id" : "product_type_id"]: String(row.key) };
    if (query.measure === "repairs_opened" || query.measure === "repaired") return { path: "/repairs", query: { ...group, from_date: from, to_date: to } };
    const verb = query.measure === "activated" ? "activated" : "shipped";
    return { path: "/products", query: { ...group, [`${verb}_from`]: dayBegins(from).toISOString(), [`${verb}_to`]: dayEnds(to).toISOString() } };
}

const tenths = (value: number | null) => (value === null ? null : Math.round(value * 10) / 10);
// A month is told without its day.
const start = (day: string, period: Period) => (period === "month" ? day.slice(0, 7) : day);

const measureName = (measure: Measure) => t(`now_${measure}`);

const trend = (): Report => define<TrendRow>({
    key: "trend", title: t("trend"), note: t("trend_note"), by: ["none", "type", "agent"], timeless: false,
    load: (query) => json(api.GET("/api/reports/lifecycle/trend", { params: { query: { ...base(query), period: periodIn(query), by: (query.by ?? "none") as "none" } } })),
    shape: (rows, query) => {
        const grouped = query.by === "type" || query.by === "agent";
        const measure = query.measure ?? "activated";
        const period = periodIn(query);
        if (grouped) {
            const told = pivot(rows, measure, (row) => groupName(row, query.by));
            const first = (day: unknown) => rows.find((row) => row.period_start === day);
            return { data: { columns: [t("period_label"), ...told.columns], rows: told.rows.map(([day, ...cells]) => [start(String(day), period), ...cells]) }, draw: lines, height: 340,
                     to: told.rows.map(([day]) => {
                         const row = first(day);
                         return row ? happened({ ...row, key: null }, { ...query, measure }) : null;
                     }) };
        }
        return {
            data: { columns: [t("period_label"), ...measures.map(measureName)], rows: rows.map((row) => [start(row.period_start, period), ...measures.map((one) => row[one])]) },
            to: rows.map((row) => happened(row, query)), draw: lines, height: 320,
        };
    },
});

const activation = (): Report => define<Schemas["ReportsActivationRow"]>({
    key: "activation", title: t("activation"), note: t("activation_note"), by: ["agent", "type", "batch", "none"], timeless: true,
    load: (query) => json(api.GET("/api/reports/lifecycle/activation", { params: { query: { ...base(query), by: (query.by ?? "agent") as "agent" } } })),
    shape: (rows, query) => ({
        data: {
            columns: [t("key"), t("shipped"), t("activated"), t("rate"), t("delay50"), t("delay90")],
            rows: rows.map((row) => [groupName(row, query.by), row.shipped, row.activated, row.activation_rate, row.delay_days_p50, row.delay_days_p90]),
        },
        to: rows.map((row) => unitsOf(row.key, query.by ?? "agent")), draw: bars([1, 2]), height: height(rows.length * 1.5),
    }),
});

const failures = (): Report => define<Schemas["ReportsFailureRow"]>({
    key: "failures", title: t("failures"), note: t("failures_note"), by: ["type", "batch", "month"], timeless: true,
    load: (query) => json(api.GET("/api/reports/lifecycle/failures", { params: { query: { ...base(query), by: (query.by ?? "type") as "type" } } })),
    shape: (rows, query) => {
        const by = query.by ?? "type";
        const sorted = by === "month" ? rows : [...rows].sort((a, b) => (b.failed_per_thousand ?? 0) - (a.failed_per_thousand ?? 0));
        return {
            data: {
                columns: [t("key"), t("activated"), t("repairs"), t("failed"), t("per_thousand")],
                rows: sorted.map((row) => [groupName(row, by), row.activated, row.repairs, row.failed_units, tenths(row.failed_per_thousand)]),
            },
            to: sorted.map((row) => (by === "type" && row.key !== null ? { path: "/repairs", query: { product_type_id: String(row.key) } } : unitsOf(row.key, by))),
            draw: by === "month" ? pillars([4]) : bars([4]), height: by === "month" ? 320 : height(sorted.length),
        };
    },
});

const reasons = (): Report => define<Schemas["ReportsReasonRow"]>({
    key: "reasons", title: t("reasons"), note: t("reasons_note"), by: [], timeless: false,
    load: (query) => json(api.GET("/api/reports/lifecycle/reasons", { params: { query: { ...base(query), limit: query.limit } } })),
    shape: (rows, query) => ({
        data: { columns: [t("reason"), t("repairs"), t("in_warranty"), t("of_all")], rows: rows.map((row) => [row.reason, row.repairs, row.in_warranty, row.share]) },
        to: rows.map((row) => ({ path: "/repairs", query: { search: row.reason, ...repairsOf(query) } })), draw: bars([1, 2]), height: height(rows.length * 1.4),
    }),
});

const turnaround = (): Report => define<Schemas["ReportsTurnaroundRow"]>({
    key: "turnaround", title: t("turnaround"), note: t("turnaround_note"), by: ["type", "technician", "none"], timeless: false,
    load: (query) => json(api.GET("/api/reports/lifecycle/turnaround", { params: { query: { ...base(query), by: (query.by ?? "type") as "type" } } })),
    shape: (rows, query) => {
        const filter = (query.by ?? "type") === "type" ? "product_type_id" : "technician_id";
        return {
            data: { columns: [t("key"), t("finished"), t("p50"), t("p90")], rows: rows.map((row) => [groupName(row, query.by), row.finished, row.hours_p50, row.hours_p90]) },
            to: rows.map((row) => (row.key === null ? null : { path: "/repairs", query: { [filter]: String(row.key), open: "false" } })),
            draw: bars([2, 3]), height: height(rows.length * 1.5),
        };
    },
});

export const reports: Record<string, () => Report> = { trend, activation, failures, reasons, turnaround };
