// Who has signed in on this phone. The pair of tokens stands in localStorage, so that all windows share one log-in; only
// one window at a time exchanges the refresh token, because it works once.
import { computed, ref } from "vue";
import type { components } from "@gen/schema";

export type User = components["schemas"]["IdentityUserView"];
type LoggedIn = components["schemas"]["IdentityLoggedIn"];
type Tokens = components["schemas"]["IdentityTokens"];

interface Session {
    access: string;
    refresh: string;
    until: number; // when `access` ends, by this phone's clock
    user: User;
}

const storeKey = "yl.m.session";
const earlyMs = 30_000; // exchange that long before the end

function read(): Session | null {
    try {
        const value: unknown = JSON.parse(localStorage.getItem(storeKey) ?? "null");
        if (typeof value !== "object" || value === null) return null;
        const { access, refresh, until, user } = value as Partial<Session>;
        return access && refresh && until && user ? { access, refresh, until, user } : null;
    } catch {
        return null;
    }
}

const current = ref<Session | null>(read());

function write(session: Session | null): void {
    current.value = session;
    try {
        if (session) localStorage.setItem(storeKey, JSON.stringify(session));
        else localStorage.removeItem(storeKey);
    } catch {
        // A browser without storage keeps the log-in for this page.
    }
}

window.addEventListener("storage", (event) => {
    if (event.key === storeKey || event.key === null) current.value = read();
});

export const user = computed(() => current.value?.user ?? null);
export const signedIn = computed(() => current.value !== null);
export const atWork = computed(() => user.value !== null && user.value.user_type !== 2); // anybody but a customer
export const isCustomer = computed(() => user.value?.user_type === 2);

export function may(permission: string): boolean {
    const person = user.value;
    if (!person) return false;
    return person.user_type === 0 || (person.permissions ?? []).includes(permission);
}

export function begin(answer: LoggedIn): void {
    write({ access: answer.access, refresh: answer.refresh, until: Date.now() + answer.expires_in * 1000,
            user: answer.user });
}

export const end = (): void => write(null);

// Where browsers lack locks, two windows may both ask: the server then answers one of them 409 and the pair of the other
// is read from the store.
async function alone<T>(work: () => Promise<T>): Promise<T> {
    return "locks" in navigator ? navigator.locks.request("yl.m.refresh", work) : work();
}

async function exchange(old: Session): Promise<void> {
    const stored = read();
    if (stored && stored.refresh !== old.refresh) {
        current.value = stored;
        return;
    }
    const answer = await fetch("/api/token/refresh/", { method: "POST", headers: { "Content-Type": "application/json" },
                                                        body: JSON.stringify({ refresh: old.refresh }) });
    if (answer.ok) {
        const body = (await answer.json()) as { data: Tokens };
        write({ ...old, access: body.data.access, refresh: body.data.refresh,
                until: Date.now() + body.data.expires_in * 1000 });
    } else if (answer.status === 401) {
        write(null);
    }
}

// The access token to send, exchanged first when it is about to end; null for nobody. `spent`: the server refused this
// one just now. Without a connection the old token is returned: the request will tell.
export async function token(spent?: string): Promise<string | null> {
    const session = current.value;
    if (!session) return null;
    if (session.access !== spent && session.until - Date.now() > earlyMs) return session.access;
    await alone(async () => {
        if (current.value?.access === session.access) await exchange(session);
    }).catch(() => undefined);
    return current.value?.access ?? null;
}
