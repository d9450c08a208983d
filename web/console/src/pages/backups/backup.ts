// A backup on the shelf, and what the automatic ones are up to.
import type { Schemas } from "@/app/api";
import { choice } from "@/base/language";
import type { Tone } from "@/pro/list";

export type Backup = Schemas["BackupsItem"];
export type Schedule = Schemas["JobsScheduleView"];

export const tones: Record<Backup["kind"], Tone> = { manual: "primary", scheduled: "success", uploaded: "info", safety: "warning" };
export const scheduleName = "backups.daily";
export const keepSetting = "backups.keep";

// The time of what it holds: of an uploaded one that is not when it came here.
export const contentTime = (backup: Backup): string => backup.made_at ?? backup.created_at;
export const databaseOf = (backup: Backup): string => (backup.dialect ? choice("backups.dialect", backup.dialect) : "");

export const day_ms = 86_400_000;
export type Worry = "off" | "failed" | "old";

// What is wrong with the backups as a whole, the worst first; nothing when people may rest.
export function worryOf(schedule: Schedule | undefined, backups: Backup[], now = Date.now()): Worry | null {
    if (schedule?.last_state === "failed" && !schedule.paused) return "failed";
    const newest = newestOf(backups);
    const old = newest !== null && now - Date.parse(newest) > 2 * day_ms;
    if (schedule?.paused) return "off";
    return old ? "old" : null;
}

// When the newest content was saved.
export function newestOf(backups: Backup[]): string | null {
    return backups.map(contentTime).sort().at(-1) ?? null;
}
