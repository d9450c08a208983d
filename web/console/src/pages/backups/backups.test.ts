import { describe, expect, it } from "vitest";
import { contentTime, newestOf, worryOf, type Backup, type Schedule } from "./backup";
import { begun, next, type Restoring, type Sight, type Status } from "./restoring";

const backup = (change: Partial<Backup>): Backup => ({
    name: "20260302-000000-manual.tar", created_at: "2026-03-02T00:00:00Z", bytes: 1, kind: "manual", made_at: "2026-03-02T00:00:00Z", dialect: "sqlite",
    version: "0.1.0", made_by: "admin", fits: true, ...change,
});
const schedule = (change: Partial<Schedule>): Schedule => ({
    id: 1, name: "backups.daily", kind: "backups.make", cron: "30 3 * * *", declared_cron: "30 3 * * *", zone: "Asia/Shanghai", declared_zone: "Asia/Shanghai",
    overlap: "skip", missed: "latest", catch_up_ms: 0, jitter_ms: 0, calendar: "everyday", queue: "default", priority: 5, max_attempts: 3, paused: false, next_at: null,
    warning: null, last_at: null, last_state: null, last_job: null, updated_at: "2026-03-02T00:00:00Z", ...change,
});

describe("backups", () => {
    it("are as old as what they hold", () => {
        const uploaded = backup({ kind: "uploaded", created_at: "2026-03-05T00:00:00Z", made_at: "2026-01-01T00:00:00Z" });
        expect(contentTime(uploaded)).toBe("2026-01-01T00:00:00Z");
        expect(contentTime(backup({ made_at: null }))).toBe("2026-03-02T00:00:00Z");
        expect(newestOf([uploaded, backup({})])).toBe("2026-03-02T00:00:00Z");
        expect(newestOf([])).toBeNull();
    });

    it("are a worry when they fail, are off or grow old", () => {
        const now = Date.parse("2026-03-03T00:00:00Z"), later = Date.parse("2026-03-04T00:00:01Z");
        expect(worryOf(schedule({}), [backup({})], now)).toBeNull();
        expect(worryOf(schedule({}), [backup({})], later)).toBe("old");
        expect(worryOf(schedule({}), [], later)).toBeNull();
        expect(worryOf(schedule({ last_state: "failed" }), [backup({})], now)).toBe("failed");
        expect(worryOf(schedule({ last_state: "failed", paused: true }), [backup({})], now)).toBe("off");
        expect(worryOf(undefined, [backup({})], now)).toBeNull();
    });
});

const job = (state: "available" | "running" | "completed" | "discarded", done = 0): Sight =>
    ({ kind: "job", state, done, total: 1, error: state === "discarded" ? { at: "", attempt: 1, code: "backups.damaged", text: "", args: null, started_at: null, worker: null } : null });
const status = (change: Partial<Status>): Sight => ({ kind: "status", status: { under_way: false, name: null, safety: "", failure: "", finished_at: null, ...change } });
const run = (sights: Sight[], before: string | null = null): Restoring => sights.reduce((now, sight) => next(now, sight, before), begun);

describe("a restore", () => {
    it("goes from the check over the restart to the door", () => {
        expect(run([job("available"), job("running")]).phase).toBe("checking");
        expect(run([job("running", 1)]).share).toBe(100);
        expect(run([job("running"), job("completed")]).phase).toBe("switching");
        expect(run([job("completed"), status({ under_way: true }), { kind: "away" }, { kind: "unclear" }]).phase).toBe("switching");
        expect(run([job("completed"), { kind: "away" }, { kind: "refused" }]).phase).toBe("back");
        expect(run([{ kind: "refused" }, job("discarded"), { kind: "away" }]).phase).toBe("back");
    });

    it("ends with the check when the backup is not sound", () => {
        expect(run([job("running"), job("discarded")])).toMatchObject({ phase: "failed", code: "backups.damaged" });
    });

    it("has failed when the server comes back with what was there", () => {
        const sights = [job("completed"), { kind: "away" } as Sight];
        expect(run([...sights, status({ failure: "no_space", finished_at: "2026-03-02T00:00:05Z" })])).toMatchObject({ phase: "failed", code: "no_space" });
        expect(run([...sights, status({ failure: "no_space", finished_at: "2026-03-01T00:00:00Z" })], "2026-03-01T00:00:00Z").phase).toBe("switching");
        expect(run([...sights, status({})]).phase).toBe("switching");
    });
});
