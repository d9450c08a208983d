// A background job as people see it.
import type { Schemas } from "@/app/api";
import { choice } from "@/base/language";
import type { Tone } from "@/pro/list";
import { t } from "./words";

export type JobRow = Schemas["JobsRow"];
export type Job = Schemas["JobsView"];
export type JobState = JobRow["state"];
type Standing = Pick<JobRow, "state" | "handled_at" | "queue_paused">;

export const states: JobState[] = ["available", "running", "scheduled", "retryable", "completed", "cancelled", "discarded"];
const tones: Record<JobState, Tone> = {
    scheduled: "info", available: "primary", running: "primary", retryable: "warning", completed: "success", cancelled: "info", discarded: "danger",
};

export const isWaiting = ({ state }: Pick<Standing, "state">) => state === "scheduled" || state === "available" || state === "retryable";
export const isLive = (job: Pick<Standing, "state">) => job.state === "running" || isWaiting(job);
// Failed for good, and nobody has dealt with it yet.
export const isDead = ({ state, handled_at }: Pick<Standing, "state" | "handled_at">) => state === "discarded" && !handled_at;
export const mayRetry = ({ state }: Pick<Standing, "state">) => ["discarded", "cancelled", "scheduled", "retryable"].includes(state);

export function tagOf(job: Standing): { text: string; tone: Tone } {
    if (isDead(job)) return { text: t("dead"), tone: "danger" };
    if (job.state === "discarded") return { text: t("dead_handled"), tone: "info" };
    if (job.queue_paused && isWaiting(job)) return { text: t("queue_paused"), tone: "warning" };
    return { text: choice("jobs.state", job.state), tone: tones[job.state] };
}

// In percent; null when it is not known.
export function shareOf(job: Pick<JobRow, "state" | "progress_done" | "progress_total">): number | null {
    if (job.state === "completed") return 100;
    return job.progress_total > 0 ? Math.min(100, Math.floor(job.progress_done * 100 / job.progress_total)) : null;
}

// 1 小时 5 分, 3.2 秒; what is not begun has taken no time.
export function lasted(from: string | null | undefined, until: string | null | undefined, now = Date.now()): string {
    if (!from) return "";
    const ms = Math.max(0, (until ? Date.parse(until) : now) - Date.parse(from));
    if (ms < 1000) return t("ms", { n: ms });
    const seconds = ms / 1000;
    if (seconds < 60) return t("seconds", { n: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) });
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return t("minutes_seconds", { m: minutes, s: Math.floor(seconds % 60) });
    return t("hours_minutes", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

export interface Try {
    attempt: number;
    started_at: string | null;
    ended_at: string | null;
    worker: string | null;
    outcome: "failed" | "running" | "completed" | "cancelled";
    error: Job["errors"][number] | null;
}

// Every try that is known of, the newest first: those that failed, and the one that runs or was the last.
export function triesOf(job: Job): Try[] {
    const tries = job.errors.map((error): Try => ({
        attempt: error.attempt, started_at: error.started_at ?? null, ended_at: error.at, worker: error.worker ?? null, outcome: "failed", error,
    }));
    const ended = job.state === "completed" || job.state === "cancelled";
    if (job.started_at && (ended || job.state === "running") && tries.at(-1)?.attempt !== job.attempt) {
        const outcome = job.state === "completed" ? "completed" : job.state === "cancelled" ? "cancelled" : "running";
        tries.push({ attempt: job.attempt, started_at: job.started_at, ended_at: ended ? job.finished_at : null, worker: job.worker, outcome, error: null });
    }
    return tries.reverse();
}
