// What staff have sent while there was no connection. Every entry carries the key of its request, so that sending it again
// after an answer got lost has no second effect. It stands in localStorage: written before the page can go away, and read
// by every window; `locked` lets one of them send at a time.

export type Kind = "receive" | "ship" | "repair";
export type State = "waiting" | "refused";

export interface Entry {
    key: string; // the Idempotency-Key
    kind: Kind;
    user: number; // who did it: nobody else's log-in may send it
    body: Record<string, unknown>;
    count: number;
    label: string; // what a person recognises it by
    at: number;
    tries: number;
    state: State;
    message: string; // why it was refused
    bad: { code: string; message: string }[]; // the codes that are to blame
}

export interface Refusal {
    message: string;
    bad: { code: string; message: string }[];
}

// What became of an attempt: done; later (no connection, a busy server, a log-in that ended); refused for good.
export type Outcome = { kind: "done" } | { kind: "later" } | { kind: "refused"; refusal: Refusal };

export interface Store {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
}

const storeKey = "yl.m.queue";

function isEntry(value: unknown): value is Entry {
    if (typeof value !== "object" || value === null) return false;
    const entry = value as Partial<Entry>;
    return typeof entry.key === "string" && typeof entry.kind === "string" && typeof entry.user === "number" &&
        typeof entry.body === "object" && Array.isArray(entry.bad);
}

export class Queue {
    constructor(
        private readonly store: Store,
        private readonly send: (entry: Entry) => Promise<Outcome>,
        private readonly locked: <T>(work: () => Promise<T>) => Promise<T>,
        private readonly changed: () => void = () => undefined,
    ) {}

    entries(): Entry[] {
        try {
            const value: unknown = JSON.parse(this.store.getItem(storeKey) ?? "[]");
            return Array.isArray(value) ? value.filter(isEntry) : [];
        } catch {
            return [];
        }
    }

    of(user: number): Entry[] {
        return this.entries().filter((entry) => entry.user === user);
    }

    // Throws when the store is full: then the caller must not clear what the person has scanned.
    add(entry: Pick<Entry, "key" | "kind" | "user" | "body" | "count" | "label" | "at">): void {
        this.write([...this.entries(), { ...entry, tries: 0, state: "waiting", message: "", bad: [] }]);
    }

    remove(key: string): void {
        this.write(this.entries().filter((entry) => entry.key !== key));
    }

    // Puts a refused one on its way again under a new key, because it is another request: without the codes to blame.
    retryWithout(key: string, newKey: string): void {
        this.write(this.entries().flatMap((entry) => {
            if (entry.key !== key) return [entry];
            const codes = entry.body["qrcode_ids"];
            if (!Array.isArray(codes)) return [{ ...entry, key: newKey, state: "waiting" as const, message: "", bad: [] }];
            const bad = new Set(entry.bad.map((one) => one.code));
            const rest = codes.filter((code): code is string => typeof code === "string" && !bad.has(code));
            if (!rest.length) return [];
            return [{ ...entry, key: newKey, body: { ...entry.body, qrcode_ids: rest }, count: rest.length,
                      state: "waiting" as const, message: "", bad: [] }];
        }));
    }

    // Sends what waits, oldest first, and stops at the first that has to wait on: order matters (receive before ship).
    // Returns how many got through.
    flush(user: number): Promise<number> {
        return this.locked(async () => {
            let done = 0;
            for (const waiting of this.of(user).filter((entry) => entry.state === "waiting")) {
                const outcome = await this.send(waiting);
                if (outcome.kind === "later") {
                    this.change(waiting.key, (entry) => ({ ...entry, tries: entry.tries + 1 }));
                    break;
                }
                if (outcome.kind === "done") {
                    this.remove(waiting.key);
                    done++;
                } else {
                    const { message, bad } = outcome.refusal;
                    this.change(waiting.key, (entry) => ({ ...entry, state: "refused", message, bad }));
                }
            }
            return done;
        });
    }

    private change(key: string, change: (entry: Entry) => Entry): void {
        this.write(this.entries().map((entry) => (entry.key === key ? change(entry) : entry)));
    }

    private write(entries: Entry[]): void {
        this.store.setItem(storeKey, JSON.stringify(entries));
        this.changed();
    }
}
