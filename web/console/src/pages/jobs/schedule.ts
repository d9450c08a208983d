// A schedule as people see it, and the form for its times.
import { api, take, type Schemas } from "@/app/api";
import { choice } from "@/base/language";
import type { FormSpec } from "@/pro/form";
import type { Tone } from "@/pro/list";
import { timesAloud } from "./cron";
import { t } from "./words";

export type Schedule = Schemas["JobsScheduleView"];
export type Run = Schemas["JobsRun"];
type RunState = Run["state"];

export const runTones: Record<RunState, Tone> = {
    expected: "info", started: "primary", finished: "success", failed: "danger", cancelled: "info", missed: "warning", skipped: "warning",
};
export const runTag = (state: RunState) => ({ text: choice("jobs_run.state", state), tone: runTones[state] });

const reasons = ["manual", "overlap", "superseded", "policy", "too_late"] as const;
export const reasonOf = (reason: string): string => {
    const known = reasons.find((one) => one === reason);
    return known ? t(`reason_${known}`) : reason;
};

// 每天 03:30（仅工作日）; the expression itself where words fail.
export const whenOf = (of: Pick<Schedule, "cron" | "calendar">): string =>
    (timesAloud(of.cron) ?? of.cron) + (of.calendar === "workdays" ? t("only_workdays") : "");
export const isChanged = (of: Schedule) => of.cron !== of.declared_cron || of.zone !== of.declared_zone;

// 24 小时, 10 分钟
export function span(ms: number): string {
    const minutes = Math.round(ms / 60_000);
    if (minutes % 1440 === 0 && minutes) return t("days_n", { n: minutes / 1440 });
    return minutes % 60 === 0 && minutes ? t("hours_n", { n: minutes / 60 }) : t("minutes_n", { n: minutes });
}

const path = (id: number) => ({ params: { path: { id } } });
export const change = (id: number, body: Schemas["JobsScheduleChange"]) => take(api.PUT("/api/schedules/{id}", { ...path(id), body }));
export const runNow = (id: number) => take(api.POST("/api/schedules/{id}/run", path(id)));
export const preview = (id: number, cron: string, zone: string) =>
    take(api.GET("/api/schedules/{id}/preview", { params: { path: { id }, query: { cron, zone } } }));

export interface TimesValues { cron: string; zone: string }

const zones = (): string[] => Intl.supportedValuesOf("timeZone");

export function timesForm(of: Schedule, name: string): FormSpec<TimesValues, Schedule> {
    const offered = [...new Set([of.zone, of.declared_zone, ...zones()])].sort();
    return {
        title: t("edit_title", { name }),
        fields: [
            { key: "cron", label: t("times"), required: true, wide: true },
            { key: "zone", label: t("zone"), kind: "select", required: true, wide: true, options: offered.map((zone) => ({ value: zone, label: zone })) },
        ],
        initial: { cron: of.cron, zone: of.zone },
        submit: (values) => change(of.id, values),
        done: t("saved"),
    };
}
