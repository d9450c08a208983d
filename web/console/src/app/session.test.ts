import { describe, expect, it } from "vitest";
import { Session, type Saved, type SessionParts, type Tokens } from "@api/session";

// A browser of several tabs over one storage, with a server that honours each refresh token once.
function browser({ locks = true } = {}) {
    let saved: Saved | null = null;
    let good = "r1";
    let made = 1;
    let clock = 1_000_000;
    let queue: Promise<unknown> = Promise.resolve();
    const seen: string[] = [];
    const state = { down: false, refused: false, busy: false };
    const parts = (): SessionParts => ({
        read: () => saved,
        write: (next) => { saved = next; },
        exchange: async (refresh) => {
            seen.push(refresh);
            await Promise.resolve();
            if (state.down) throw new TypeError("no network");
            if (state.refused) return { status: 401 };
            if (state.busy) return { status: 503 };
            if (refresh !== good) return { status: 409 };
            made++;
            good = `r${made}`;
            const tokens: Tokens = { access: `a${made}`, refresh: good, expires_in: 900 };
            return { status: 200, tokens };
        },
        now: () => clock,
        pause: () => Promise.resolve(),
        alone: (work) => {
            if (!locks) return work();
            const next = queue.then(work, work);
            queue = next.catch(() => null);
            return next;
        },
    });
    return { tab: () => new Session(parts()), seen, state, pass: (ms: number) => { clock += ms; }, saved: () => saved };
}

const first: Tokens = { access: "a1", refresh: "r1", expires_in: 900 };

describe("a session", () => {
    it("uses an access token for as long as it is good", async () => {
        const world = browser();
        const session = world.tab();
        expect(await session.token()).toBeNull();
        session.start(first);
        expect(await session.token()).toBe("a1");
        world.pass(860_000);
        expect(await session.token()).toBe("a1");
        expect(world.seen).toEqual([]);
        world.pass(15_000); // within half a minute of its end
        expect(await session.token()).toBe("a2");
    });

    it("exchanges once however many ask at once", async () => {
        const world = browser();
        const session = world.tab();
        session.start(first);
        world.pass(900_000);
        const tokens = await Promise.all([session.token(), session.token(), session.renew("a1")]);
        expect(tokens).toEqual(["a2", "a2", "a2"]);
        expect(world.seen).toEqual(["r1"]);
    });

    it.each([{ locks: true }, { locks: false }])("is renewed by one tab for all, %o", async ({ locks }) => {
        const world = browser({ locks });
        const tabs = [world.tab(), world.tab(), world.tab()];
        tabs[0]?.start(first);
        world.pass(900_000);
        expect(await Promise.all(tabs.map((tab) => tab.token()))).toEqual(["a2", "a2", "a2"]);
        expect(world.seen.length).toBe(locks ? 1 : 3); // without locks the others are told 409 and look again
    });

    it("ends when the server says so, everywhere", async () => {
        const world = browser();
        const session = world.tab();
        let ended = 0;
        session.onEnd(() => { ended++; });
        session.start(first);
        world.state.refused = true;
        world.pass(900_000);
        expect(await session.token()).toBeNull();
        expect(ended).toBe(1);
        expect(world.saved()).toBeNull();
        expect(session.signedIn).toBe(false);
    });

    it("ends when the next pair was sent to a page that is gone", async () => {
        const world = browser();
        const session = world.tab();
        session.start({ ...first, refresh: "r0" });
        world.pass(900_000);
        expect(await session.token()).toBeNull();
        expect(session.signedIn).toBe(false);
    });

    it("outlives a server that has too much to do", async () => {
        const world = browser();
        const session = world.tab();
        session.start(first);
        world.pass(900_000);
        world.state.busy = true;
        await expect(session.token()).rejects.toThrow("503");
        expect(session.signedIn).toBe(true);
    });

    it("outlives a server that is away", async () => {
        const world = browser();
        const session = world.tab();
        session.start(first);
        world.pass(900_000);
        world.state.down = true;
        await expect(session.token()).rejects.toThrow("no network");
        expect(session.signedIn).toBe(true);
        world.state.down = false;
        expect(await session.token()).toBe("a2");
    });
});
