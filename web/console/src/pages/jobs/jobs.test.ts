import { describe, expect, it } from "vitest";
import { setLanguage } from "@/base/language";
import { isDead, lasted, mayRetry, shareOf, states, tagOf, triesOf, type Job } from "./job";

const job = (change: Partial<Job>): Job => ({
    id: 7, kind: "units.mint", args: null, queue: "default", priority: 5, state: "running", queue_paused: false, cancel_requested: false, run_at: "2026-03-02T00:00:00Z",
    attempt: 1, failed: 0, max_attempts: 3, errors: [], progress_done: 0, progress_total: 0, progress_message: "", counts: null, result: null, result_name: null,
    result_type: null, creator_id: 1, source_job: null, successor: null, schedule_id: null, nominal: null, created_at: "2026-03-02T00:00:00Z",
    started_at: "2026-03-02T00:00:01Z", finished_at: null, handled_at: null, lease_until: null, worker: "here:1", ...change,
});
const error = (attempt: number) => ({
    at: "2026-03-02T00:00:09Z", attempt, code: "internal", text: "why", args: null, started_at: "2026-03-02T00:00:05Z", worker: "here:2",
});

describe("a job", () => {
    it("alarms when it is dead and nobody has dealt with it", () => {
        setLanguage("zh-CN");
        expect(isDead(job({ state: "discarded" }))).toBe(true);
        expect(isDead(job({ state: "discarded", handled_at: "2026-03-02T01:00:00Z" }))).toBe(false);
        expect(tagOf(job({ state: "discarded" })).tone).toBe("danger");
        expect(tagOf(job({ state: "discarded", handled_at: "2026-03-02T01:00:00Z" })).tone).toBe("info");
    });

    it("that waits in a paused queue says so", () => {
        expect(tagOf(job({ state: "available", queue_paused: true })).tone).toBe("warning");
        expect(tagOf(job({ state: "running", queue_paused: true })).tone).toBe("primary");
    });

    it("may be tried again when it neither runs, nor is about to, nor has come to a good end", () => {
        expect(states.filter((state) => mayRetry({ state }))).toEqual(["scheduled", "retryable", "cancelled", "discarded"]);
    });

    it("knows how far it is, if its end is known", () => {
        expect(shareOf(job({ progress_done: 1, progress_total: 3 }))).toBe(33);
        expect(shareOf(job({ progress_done: 5 }))).toBeNull();
        expect(shareOf(job({ progress_done: 9, progress_total: 3 }))).toBe(100);
        expect(shareOf(job({ state: "completed" }))).toBe(100);
    });

    it("took a time that people can read", () => {
        setLanguage("en");
        const from = "2026-03-02T00:00:00Z";
        const after = (ms: number) => lasted(from, new Date(Date.parse(from) + ms).toISOString());
        expect([after(250), after(3200), after(59_400), after(65_000), after(3_900_000)]).toEqual(["250 ms", "3.2 s", "59 s", "1 min 5 s", "1 h 5 min"]);
        expect(lasted(null, null)).toBe("");
        expect(lasted(from, null, Date.parse(from) + 2000)).toBe("2.0 s");
    });

    it("has tries: those that failed, and the last", () => {
        expect(triesOf(job({ state: "available", started_at: null, attempt: 0 }))).toEqual([]);
        const again = triesOf(job({ attempt: 3, errors: [error(1), error(2)] }));
        expect(again.map(({ attempt, outcome, worker }) => [attempt, outcome, worker])).toEqual([[3, "running", "here:1"], [2, "failed", "here:2"], [1, "failed", "here:2"]]);
        expect(triesOf(job({ state: "discarded", attempt: 2, errors: [error(1), error(2)] })).length).toBe(2);
        expect(triesOf(job({ state: "retryable", attempt: 1, errors: [error(1)] })).length).toBe(1);
        expect(triesOf(job({ state: "completed", attempt: 2, errors: [error(1)], finished_at: "2026-03-02T00:01:00Z" }))[0]).toMatchObject({ outcome: "completed", ended_at: "2026-03-02T00:01:00Z" });
    });
});
