import { describe, expect, it } from "vitest";
import { Queue, type Entry, type Outcome, type Store } from "@/lib/queue";

class Memory implements Store {
    private text: string | null = null;
    full = false;
    getItem(): string | null {
        return this.text;
    }
    setItem(_key: string, value: string): void {
        if (this.full) throw new DOMException("full", "QuotaExceededError");
        this.text = value;
    }
}

// One holder at a time, as the browser's locks are.
function lock(): <T>(work: () => Promise<T>) => Promise<T> {
    let last: Promise<unknown> = Promise.resolve();
    return (work) => {
        const next = last.then(work);
        last = next.catch(() => undefined);
        return next;
    };
}

function scene(answer: (entry: Entry, nth: number) => Outcome) {
    const store = new Memory();
    const sent: { key: string; codes: unknown }[] = [];
    const send = (entry: Entry): Promise<Outcome> => {
        sent.push({ key: entry.key, codes: entry.body["qrcode_ids"] });
        return Promise.resolve(answer(entry, sent.length));
    };
    const locked = lock();
    return { store, sent, queue: new Queue(store, send, locked), other: new Queue(store, send, locked) };
}
const entry = (key: string, codes: string[] = [key], user = 1) =>
    ({ key, kind: "receive" as const, user, body: { qrcode_ids: codes }, count: codes.length, label: "", at: 1 });
const done: Outcome = { kind: "done" };

describe("queue", () => {
    it("sends in order and forgets what got through", async () => {
        const { queue, sent } = scene(() => done);
        queue.add(entry("a"));
        queue.add(entry("b"));
        expect(await queue.flush(1)).toBe(2);
        expect(sent.map((one) => one.key)).toEqual(["a", "b"]);
        expect(queue.entries()).toEqual([]);
    });
    it("stops at the first without an answer and sends it again under the same key", async () => {
        const { queue, sent } = scene((_entry, nth) => (nth === 1 ? { kind: "later" } : done));
        queue.add(entry("a"));
        queue.add(entry("b"));
        expect(await queue.flush(1)).toBe(0);
        expect(queue.entries().map((one) => [one.key, one.tries])).toEqual([["a", 1], ["b", 0]]);
        expect(await queue.flush(1)).toBe(2);
        expect(sent.map((one) => one.key)).toEqual(["a", "a", "b"]);
    });
    it("keeps a refused one with its reason and goes on", async () => {
        const { queue } = scene((one) => one.key === "a" ? { kind: "refused", refusal: { message: "no", bad: [{ code: "X", message: "sold" }] } } : done);
        queue.add(entry("a", ["X", "Y"]));
        queue.add(entry("b"));
        expect(await queue.flush(1)).toBe(1);
        expect(queue.entries()).toMatchObject([{ key: "a", state: "refused", message: "no", bad: [{ code: "X" }] }]);
        expect(await queue.flush(1)).toBe(0); // not by itself again
    });
    it("sends the rest of a refused batch as another request", async () => {
        const { queue, sent } = scene((one) => one.key === "a" ? { kind: "refused", refusal: { message: "no", bad: [{ code: "X", message: "" }] } } : done);
        queue.add(entry("a", ["X", "Y", "Z"]));
        await queue.flush(1);
        queue.retryWithout("a", "a2");
        expect(queue.entries()).toMatchObject([{ key: "a2", state: "waiting", count: 2, bad: [] }]);
        await queue.flush(1);
        expect(sent.at(-1)).toEqual({ key: "a2", codes: ["Y", "Z"] });
        expect(queue.entries()).toEqual([]);
    });
    it("drops a batch of which nothing is left", async () => {
        const { queue } = scene(() => ({ kind: "refused", refusal: { message: "no", bad: [{ code: "X", message: "" }] } }));
        queue.add(entry("a", ["X"]));
        await queue.flush(1);
        queue.retryWithout("a", "a2");
        expect(queue.entries()).toEqual([]);
    });
    it("sends nobody else's work", async () => {
        const { queue, sent } = scene(() => done);
        queue.add(entry("mine", ["A"], 1));
        queue.add(entry("hers", ["B"], 2));
        expect(await queue.flush(1)).toBe(1);
        expect(sent.map((one) => one.key)).toEqual(["mine"]);
        expect(queue.of(2)).toHaveLength(1);
    });
    it("sends once when two windows flush at the same moment", async () => {
        const { queue, other, sent } = scene(() => done);
        queue.add(entry("a"));
        const counts = await Promise.all([queue.flush(1), other.flush(1)]);
        expect(counts).toEqual([1, 0]);
        expect(sent).toHaveLength(1);
    });
    it("keeps what was added while it was sending", async () => {
        const { queue } = scene((one) => {
            if (one.key === "a") queue.add(entry("late"));
            return done;
        });
        queue.add(entry("a"));
        await queue.flush(1);
        expect(queue.entries().map((one) => one.key)).toEqual(["late"]);
    });
    it("says so when the store is full", () => {
        const { queue, store } = scene(() => done);
        store.full = true;
        expect(() => queue.add(entry("a"))).toThrow();
    });
    it("survives a store that holds nonsense", () => {
        const { queue, store } = scene(() => done);
        for (const text of ["{", "7", '[{"key":1}]', "null"]) {
            store.setItem("", text);
            expect(queue.entries()).toEqual([]);
        }
    });
});
