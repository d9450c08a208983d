// The queue of this phone: made once, sent when the network is back.
import { computed, ref } from "vue";
import { api, ApiError, newKey, ok, type Schemas } from "@/api/client";
import { passing } from "@/api/error";
import { session, user } from "@/api/session";
import { Queue, type Entry, type Kind, type Outcome } from "./queue";

// The server names the codes it refuses by their place: qrcode_ids[3].
export function blamed(problem: ApiError, codes: readonly string[]): Entry["bad"] {
    return problem.fields.flatMap((field) => {
        const place = /^qrcode_ids\[(\d+)\]/.exec(field.field)?.[1];
        const code = place === undefined ? undefined : codes[Number(place)];
        return code === undefined ? [] : [{ code, message: field.message }];
    });
}

export function outcomeOf(problem: unknown, codes: readonly string[]): Outcome {
    if (!(problem instanceof ApiError)) throw problem;
    // 401: the log-in ended; the same person sends it after the next one.
    if (passing(problem) || problem.status === 401) return { kind: "later" };
    return { kind: "refused", refusal: { message: problem.message, bad: blamed(problem, codes) } };
}

async function post(kind: Kind, body: Record<string, unknown>, key: string): Promise<void> {
    const params = { header: { "Idempotency-Key": key } };
    if (kind === "receive") await ok(api.POST("/api/products/receive", { params, body: body as unknown as Schemas["UnitsCodeList"] }));
    else if (kind === "ship") await ok(api.POST("/api/products/bulk_shipping", { params, body: body as unknown as Schemas["UnitsBulkShip"] }));
    else await ok(api.POST("/api/repair-records", { params, body: body as unknown as Schemas["RepairOpen"] }));
}

function codesIn(body: Record<string, unknown>): string[] {
    const codes = body["qrcode_ids"];
    return Array.isArray(codes) ? codes.filter((code): code is string => typeof code === "string") : [];
}

async function send(entry: Entry): Promise<Outcome> {
    try {
        await post(entry.kind, entry.body, entry.key);
        return { kind: "done" };
    } catch (problem) {
        return outcomeOf(problem, codesIn(entry.body));
    }
}

const turn = ref(0); // moves when the store has changed
const alone = <T>(work: () => Promise<T>): Promise<T> =>
    "locks" in navigator ? navigator.locks.request("yl.m.queue", work) as Promise<T> : work();

export const queue = new Queue(localStorage, send, alone, () => turn.value++);
export const online = ref(navigator.onLine);
export const waitingEntries = computed(() => (turn.value, user.value ? queue.of(user.value.id) : []));
export const othersWaiting = computed(() => (turn.value, queue.entries().filter((entry) => entry.user !== user.value?.id).length));

let running: Promise<number> | null = null;

// Sends what this person has waiting; one round at a time.
export function flush(): Promise<number> {
    const person = user.value;
    if (!person) return Promise.resolve(0);
    running ??= session.token().catch(() => null).then(() => queue.flush(person.id)).finally(() => (running = null));
    return running;
}

export type Sent = { kind: "sent" } | { kind: "kept" } | { kind: "refused"; problem: ApiError; bad: Entry["bad"] };

// Sends at once; keeps it for later when no answer comes. Throws when it can be neither sent nor kept.
export async function submit(kind: Kind, body: Record<string, unknown>, label: string, key = newKey()): Promise<Sent> {
    const person = user.value;
    if (!person) throw new ApiError(401, "unauthenticated", "");
    const codes = codesIn(body);
    // What was kept earlier goes first, or the server would see things in the wrong order.
    const behind = queue.of(person.id).some((entry) => entry.state === "waiting");
    if (navigator.onLine && !(behind && (await flush(), queue.of(person.id).some((entry) => entry.state === "waiting")))) {
        try {
            await post(kind, body, key);
            return { kind: "sent" };
        } catch (problem) {
            if (!(problem instanceof ApiError) || outcomeOf(problem, codes).kind === "refused")
                return { kind: "refused", problem: problem instanceof ApiError ? problem : new ApiError(0, "unknown", String(problem)),
                         bad: problem instanceof ApiError ? blamed(problem, codes) : [] };
        }
    }
    queue.add({ key, kind, user: person.id, body, count: codes.length || 1, label, at: Date.now() });
    return { kind: "kept" };
}

const againMs = 20_000;

// Watches the network for as long as the page lives.
export function watchNetwork(): void {
    const tryNow = () => {
        online.value = navigator.onLine;
        if (online.value && waitingEntries.value.some((entry) => entry.state === "waiting")) void flush();
    };
    window.addEventListener("online", tryNow);
    window.addEventListener("offline", tryNow);
    window.addEventListener("storage", (event) => {
        if (event.key === "yl.m.queue") turn.value++;
    });
    document.addEventListener("visibilitychange", tryNow);
    window.setInterval(tryNow, againMs);
    tryNow();
}
