// Asks the server about codes, a few at a time, and again later when it has no time.
import { api, ApiError, messageOf, take } from "@/app/api";
import type { Unit } from "@/pro/unit";

export type Verdict = { unit: Unit } | { refused: string } | { unreached: true };

const atOnce = 4;
const tries = 5;
const pause = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });

async function ask(code: string): Promise<Verdict> {
    for (let n = 1; ; n++) {
        try {
            return { unit: await take(api.GET("/api/products/get_by_qrcode", { params: { query: { qrcode_id: code } } })) };
        } catch (error) {
            if (!(error instanceof ApiError) || error.offline) return { unreached: true };
            const busy = error.status === 429 || error.status >= 500;
            if (!busy) return { refused: messageOf(error) };
            if (n === tries) return { unreached: true };
            await pause(Math.max(error.retryAfter, n) * 1000);
        }
    }
}

export function makeChecker(tell: (code: string, verdict: Verdict) => void) {
    const waiting: string[] = [];
    let running = 0;

    async function work() {
        running++;
        for (let code = waiting.shift(); code !== undefined; code = waiting.shift()) tell(code, await ask(code));
        running--;
    }
    return (code: string) => {
        waiting.push(code);
        if (running < atOnce) void work();
    };
}
