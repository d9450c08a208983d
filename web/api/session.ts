// Who is signed in, kept in the browser's storage so that every tab shares one log-in. A refresh token works once, so
// only one tab may exchange it: a Web Lock where the page has them (they need https or localhost), and the server's own
// grace of ten seconds (409) where not.

export interface Tokens {
    access: string;
    refresh: string;
    expires_in: number; // seconds
}

export interface Saved {
    access: string;
    refresh: string;
    good_until: number; // milliseconds of this machine's clock
}

export interface SessionParts {
    read(): Saved | null;
    write(saved: Saved | null): void;
    // POST /api/token/refresh: throws when the server cannot be reached.
    exchange(refresh: string): Promise<{ status: number; tokens?: Tokens }>;
    now(): number;
    pause(ms: number): Promise<void>;
    // Runs work while no other tab does.
    alone<T>(work: () => Promise<T>): Promise<T>;
}

const margin_ms = 30_000; // a token that ends within this is exchanged before it is used
const grace_tries = 12;
const grace_pause_ms = 400;

export class Session {
    private under_way: Promise<string | null> | null = null;
    private ended: (() => void)[] = [];

    constructor(private readonly parts: SessionParts) {}

    get signedIn(): boolean {
        return this.parts.read() !== null;
    }

    // Called whenever this log-in is over: signed out here, or refused by the server.
    onEnd(listener: () => void) {
        this.ended.push(listener);
    }

    start(tokens: Tokens) {
        const good_until = this.parts.now() + tokens.expires_in * 1000;
        this.parts.write({ access: tokens.access, refresh: tokens.refresh, good_until });
    }

    end() {
        this.parts.write(null);
        for (const listener of this.ended) listener();
    }

    // An access token that is still good, or null when nobody is signed in.
    async token(): Promise<string | null> {
        const saved = this.parts.read();
        if (!saved) return null;
        if (saved.good_until - margin_ms > this.parts.now()) return saved.access;
        return this.renew(saved.access);
    }

    // The pair after the one with `stale`. All callers of this tab share one exchange.
    renew(stale: string): Promise<string | null> {
        this.under_way ??= this.parts.alone(() => this.exchange(stale)).finally(() => { this.under_way = null; });
        return this.under_way;
    }

    private async exchange(stale: string): Promise<string | null> {
        for (let attempt = 0; attempt < grace_tries; attempt++) {
            const saved = this.parts.read();
            if (!saved) return null;
            if (saved.access !== stale) return saved.access; // another tab was quicker
            const answer = await this.parts.exchange(saved.refresh);
            if (answer.tokens) {
                this.start(answer.tokens);
                return answer.tokens.access;
            }
            if (answer.status === 401 || answer.status === 403) {
                this.end();
                return null;
            }
            if (answer.status !== 409) throw new Error(`the log-in could not be renewed: HTTP ${answer.status}`);
            await this.parts.pause(grace_pause_ms);
        }
        // Used, and nobody here has what came for it: a page that was closed while it waited.
        this.end();
        return null;
    }
}

// Everything as a browser has it. `key`: the place in its storage; each app has its own log-in.
export function browserSession(key = "yuanliu.session"): Session {
    const alone = <T>(work: () => Promise<T>): Promise<T> =>
        "locks" in navigator ? navigator.locks.request(key, work) as Promise<T> : work();
    return new Session({
        read: () => {
            const text = localStorage.getItem(key);
            return text ? JSON.parse(text) as Saved : null;
        },
        write: (saved) => { if (saved) localStorage.setItem(key, JSON.stringify(saved)); else localStorage.removeItem(key); },
        exchange: async (refresh) => {
            const response = await fetch("/api/token/refresh", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ refresh }),
            });
            if (!response.ok) return { status: response.status };
            return { status: response.status, tokens: (await response.json() as { data: Tokens }).data };
        },
        now: () => Date.now(),
        pause: (ms) => new Promise((resolve) => { setTimeout(resolve, ms); }),
        alone,
    });
}
