// Every report of the life cycle: what it is asked, what its rows mean, how they are drawn and where a row leads.
import type { RouteLocationRaw } from "vue-router";
import { api, take, type Schemas } from "@/app/api";
import { subjectPath } from "@/app/areas";
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
    province?: string; // of the cities
}

export interface Shape {
    data: ChartData;
    to: (row: number, column: number) => RouteLocationRaw | null; // column 0: of the row as a whole
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

// What the report was narrowed to narrows what it leads to.
const narrowed = ({ product_type_id, agent_id }: Query): Record<string, string> => ({
    ...(product_type_id ? { product_type_id: String(product_type_id) } : {}), ...(agent_id ? { agent_id: String(agent_id) } : {}),
});
const days = (span: Span | null): Record<string, string> => (span ? { from_date: span.from, to_date: span.to } : {});
const instants = (verb: "shipped" | "activated", span: Span | null): Record<string, string> =>
    (span ? { [`${verb}_from`]: dayBegins(span.from).toISOString(), [`${verb}_to`]: dayEnds(span.to).toISOString() } : {});

// The units of a group that were shipped or activated in the span.
function unitsOf(key: number | null, verb: "shipped" | "activated", query: Query): RouteLocationRaw | null {
    const filter = { type: "product_type_id", agent: "agent_id", batch: "batch_id" }[query.by ?? ""];
    return key === null || !filter ? null : { path: "/products", query: { ...narrowed(query), [filter]: String(key), ...instants(verb, query.span) } };
}

// What happened in some days. Repairs are listed by when they began; those that ended are told by the report of them.
export function happened(measure: Measure, span: Span, filters: Record<string, string> = {}): RouteLocationRaw {
    if (measure === "repairs_opened") return { path: "/repairs", query: { ...filters, ...days(span) } };
    if (measure === "repaired") return { path: "/reports", query: { report: "turnaround", ...filters, from: span.from, to: span.to } };
    return { path: "/products", query: { ...filters, ...instants(measure, span) } };
}
function happenedIn(start: string, measure: Measure, query: Query, group: Record<string, string> = {}): RouteLocationRaw | null {
    if (!query.span) return null;
    return happened(measure, { name: "", ...within(start, periodIn(query), query.span) }, { ...narrowed(query), ...group });
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
            return {
                data: { columns: [t("period_label"), ...told.columns], rows: told.rows.map(([day, ...cells]) => [start(String(day), period), ...cells]) },
                draw: lines, height: 340,
                to: (row, column) => {
                    const key = told.keys[column - 1];
                    const filter = query.by === "agent" ? "agent_id" : "product_type_id";
                    return column === 0 ? null : happenedIn(String(told.rows[row]?.[0]), measure, query, key ? { [filter]: String(key) } : {});
                },
            };
        }
        return {
            data: { columns: [t("period_label"), ...measures.map(measureName)], rows: rows.map((row) => [start(row.period_start, period), ...measures.map((one) => row[one])]) },
            to: (row, column) => {
                const measure = measures[column - 1];
                return measure ? happenedIn(rows[row]?.period_start ?? "", measure, query) : null;
            },
            draw: lines, height: 320,
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
        to: (row) => unitsOf(rows[row]?.key ?? null, "shipped", { ...query, by: query.by ?? "agent" }), draw: bars([1, 2]), height: height(rows.length * 1.5),
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
            to: (row) => unitsOf(sorted[row]?.key ?? null, "activated", { ...query, by }),
            draw: by === "month" ? pillars([4]) : bars([4]), height: by === "month" ? 320 : height(sorted.length),
        };
    },
});

const reasons = (): Report => define<Schemas["ReportsReasonRow"]>({
    key: "reasons", title: t("reasons"), note: t("reasons_note"), by: [], timeless: false,
    load: (query) => json(api.GET("/api/reports/lifecycle/reasons", { params: { query: { ...base(query), limit: query.limit } } })),
    shape: (rows, query) => ({
        data: { columns: [t("reason"), t("repairs"), t("in_warranty"), t("of_all")], rows: rows.map((row) => [row.reason, row.repairs, row.in_warranty, row.share]) },
        to: (row) => ({ path: "/repairs", query: { ...narrowed(query), search: rows[row]?.reason ?? "", ...days(query.span) } }),
        draw: bars([1, 2]), height: height(rows.length * 1.4),
    }),
});

const turnaround = (): Report => define<Schemas["ReportsTurnaroundRow"]>({
    key: "turnaround", title: t("turnaround"), note: t("turnaround_note"), by: ["type", "technician", "none"], timeless: false,
    load: (query) => json(api.GET("/api/reports/lifecycle/turnaround", { params: { query: { ...base(query), by: (query.by ?? "type") as "type" } } })),
    shape: (rows, query) => {
        const table = (query.by ?? "type") === "type" ? "catalog_product_type" : "identity_user";
        return {
            data: { columns: [t("key"), t("finished"), t("p50"), t("p90")], rows: rows.map((row) => [groupName(row, query.by), row.finished, row.hours_p50, row.hours_p90]) },
            to: (row) => subjectPath(table, rows[row]?.key ?? null), draw: bars([2, 3]), height: height(rows.length * 1.5),
        };
    },
});

const territories = (): Report => define<Schemas["ReportsTerritoryRow"]>({
    key: "territories", title: t("territories"), note: t("territories_note"), by: ["province", "city"], timeless: true,
    load: async (query) => {
        const rows = await json(api.GET("/api/reports/lifecycle/territories", { params: { query: { ...base(query), by: (query.by ?? "province") as "province" } } }));
        return rows.filter((row) => !query.province || query.by !== "city" || row.province === query.province);
    },
    shape: (rows, query) => {
        const cities = query.by === "city";
        const sorted = [...rows].sort((a, b) => b.activations - a.activations || b.diversions - a.diversions);
        const name = (row: Schemas["ReportsTerritoryRow"]) => [...new Set([row.province, cities ? row.city : null])].filter(Boolean).join(" ") || t("unknown");
        return {
            data: { columns: [t("territory"), t("activations"), t("diversions"), t("of_all")], rows: sorted.map((row) => [name(row), row.activations, row.diversions, row.share]) },
            to: (row) => {
                const province = sorted[row]?.province;
                const span = query.span ? { from: query.span.from, to: query.span.to } : { range: "all" };
                return cities || !province ? null : { path: "/reports", query: { report: "territories", by: "city", province, ...narrowed(query), ...span } };
            },
            draw: bars([1, 2]), height: height(sorted.length * 1.4),
        };
    },
});

export const reports: Record<string, () => Report> = { trend, activation, failures, reasons, turnaround, territories };
