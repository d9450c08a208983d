// A restore as the page sees it that asked for it. The server checks the backup as a job, stops, changes everything and
// starts again with a new key for tokens: that the old token is good for nothing is how the page learns that it is over.
import type { Schemas } from "@/app/api";

export type Phase = "checking" | "switching" | "back" | "failed";
export type Status = Schemas["BackupsRestoreStatus"];

// One look at the server.
export type Sight =
    | { kind: "away" } // no answer, or a proxy's
    | { kind: "refused" } // 401: our log-in is gone
    | { kind: "job"; state: Schemas["JobsView"]["state"]; done: number; total: number; error: Schemas["JobsError"] | null }
    | { kind: "status"; status: Status }
    | { kind: "unclear" }; // whatever else: looked at again

export interface Restoring {
    phase: Phase;
    share: number; // of the check, in percent
    code: string; // why it failed
    error: Schemas["JobsError"] | null;
}

export const begun: Restoring = { phase: "checking", share: 0, code: "", error: null };

// `before`: when the last restore before this one ended, so that its result is not taken for ours.
export function next(now: Restoring, sight: Sight, before: string | null): Restoring {
    if (now.phase === "back" || now.phase === "failed") return now;
    switch (sight.kind) {
        case "refused": return { ...now, phase: "back" };
        case "away": return { ...now, phase: "switching" };
        case "job":
            if (now.phase !== "checking") return now;
            if (sight.state === "discarded" || sight.state === "cancelled") return { ...now, phase: "failed", code: sight.error?.code ?? "", error: sight.error };
            if (sight.state === "completed") return { ...now, phase: "switching", share: 100 };
            return { ...now, share: sight.total ? Math.floor(sight.done * 100 / sight.total) : 0 };
        case "status": {
            // The server is there and knows us still: it has not begun yet, or it has begun again with nothing changed.
            const { under_way, finished_at, failure } = sight.status;
            const ours = !under_way && finished_at !== null && finished_at !== before;
            return ours && failure !== "" ? { ...now, phase: "failed", code: failure } : now;
        }
        case "unclear": return now;
    }
}
