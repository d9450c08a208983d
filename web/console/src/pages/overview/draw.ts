// How the numbers of a report are drawn. `common` brings the colours of the theme in force.
import type { ChartData } from "@/pro/chart-data";

export type Common = ReturnType<typeof import("@/pro/chart").common>;
export type Draw = (data: ChartData, common: Common) => Record<string, unknown>;

const source = (data: ChartData) => ({ source: [data.columns, ...data.rows] });
const plain = (text: string) => (text.length > 12 ? `${text.slice(0, 11)}…` : text);

// Labels along the bottom: those that would touch are left out.
const roomy = <A extends Common["axis"]>(axis: A) => ({ ...axis, axisLabel: { ...axis.axisLabel, hideOverlap: true } });

// A line for each column but the first.
export const lines: Draw = (data, { axis, tooltip, legend, grid }) => ({
    dataset: source(data),
    tooltip: { ...tooltip, trigger: "axis" },
    legend: { ...legend, type: "scroll" },
    grid,
    xAxis: { type: "category", boundaryGap: data.rows.length === 1, ...roomy(axis), splitLine: { show: false } },
    yAxis: { type: "value", minInterval: 1, ...axis },
    series: data.columns.slice(1).map(() => ({ type: "line", symbolSize: 6, showSymbol: data.rows.length < 40 })),
});

// Bars from the left, the first row on top. `columns`: which of the data's columns are drawn.
export const bars = (columns: number[], stacked = false): Draw => (data, { axis, tooltip, legend, grid }) => ({
    dataset: source(data),
    tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
    legend: { ...legend, show: columns.length > 1, type: "scroll" },
    grid: { ...grid, top: columns.length > 1 ? 36 : 8, right: 48 },
    xAxis: { type: "value", minInterval: 1, ...roomy(axis) },
    yAxis: { type: "category", inverse: true, ...axis, axisLabel: { ...axis.axisLabel, formatter: plain }, splitLine: { show: false } },
    series: columns.map((column) => ({
        type: "bar", stack: stacked ? "all" : undefined, barMaxWidth: 18, encode: { x: column, y: 0 }, name: data.columns[column],
        label: { show: columns.length === 1, position: "right", color: axis.axisLabel.color },
    })),
});

// Upright bars, for figures along time.
export const pillars = (columns: number[]): Draw => (data, { axis, tooltip, legend, grid }) => ({
    dataset: source(data),
    tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
    legend: { ...legend, show: columns.length > 1 },
    grid: { ...grid, top: columns.length > 1 ? 36 : 16 },
    xAxis: { type: "category", ...roomy(axis), splitLine: { show: false } },
    yAxis: { type: "value", minInterval: 1, ...axis },
    series: columns.map((column) => ({ type: "bar", barMaxWidth: 28, encode: { x: 0, y: column }, name: data.columns[column] })),
});

export const funnel: Draw = (data, { tooltip, axis }) => ({
    tooltip: { ...tooltip, trigger: "item" },
    legend: { show: false },
    series: [{
        type: "funnel", left: 16, right: 16, top: 8, bottom: 8, sort: "none", gap: 2, minSize: "8%",
        label: { position: "inside", formatter: "{b} {c}", color: "#ffffff", textBorderColor: "#1f2329", textBorderWidth: 2 },
        labelLine: { lineStyle: axis.axisLine.lineStyle },
        data: data.rows.map(([name, value]) => ({ name, value })),
    }],
});
