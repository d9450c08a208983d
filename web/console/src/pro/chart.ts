// ECharts with what we use of it, loaded by the first page that shows a chart.
import { BarChart, FunnelChart, HeatmapChart, LineChart, MapChart, PieChart, ScatterChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, FunnelChart, HeatmapChart, LineChart, MapChart, PieChart, ScatterChart, AriaComponent, DatasetComponent, GridComponent, LegendComponent,
     TooltipComponent, VisualMapComponent, CanvasRenderer]);

// Each at least 3:1 on both grounds.
export const series = ["#2F6BDE", "#12A594", "#B45309", "#C2477F", "#7A5AF0", "#5E8C31", "#0891B2"];

export function makeChart(element: HTMLElement): EChartsType {
    return init(element, null, { renderer: "canvas" });
}

const read = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// What every chart has in common, in the colours of the theme in force.
export function common() {
    const text = read("--yl-muted");
    const line = read("--yl-line");
    return {
        color: series,
        textStyle: { fontFamily: read("--yl-font"), color: text },
        animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
        aria: { enabled: true, decal: { show: true } },
        grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
        tooltip: { confine: true, backgroundColor: read("--el-bg-color-overlay") || read("--yl-surface"), borderColor: line, textStyle: { color: read("--yl-text") } },
        legend: { top: 0, left: 0, textStyle: { color: text }, icon: "roundRect", itemWidth: 12, itemHeight: 8 },
        axis: { axisLine: { lineStyle: { color: line } }, axisLabel: { color: text }, splitLine: { lineStyle: { color: line } }, axisTick: { show: false } },
    };
}
