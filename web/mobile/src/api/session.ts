// Who has signed in on this phone. Tokens are the shared Session's; beside them stands the person, so that pages know at
// once, and without a network, what may be shown. A log-in here is not the console's: trying a customer's page must not end
// the work in another tab.
import { browserSession, type Schemas } from "@api";
import { computed, ref } from "vue";

export type User = Schemas["IdentityUserView"];

const sessionKey = "yl.m.session";
const userKey = "yl.m.user";
export const session = browserSession(sessionKey);

function read(): User | null {
    try {
        if (!session.signedIn) return null;
        const value: unknown = JSON.parse(localStorage.getItem(userKey) ?? "null");
        return typeof value === "object" && value !== null && "user_type" in value ? (value as User) : null;
    } catch {
        return null;
    }
}

const current = ref<User | null>(read());
session.onEnd(() => {
    current.value = null;
    localStorage.removeItem(userKey);
});
window.addEventListener("storage", (event) => {
    if (event.key === sessionKey || event.key === userKey || event.key === null) current.value = read();
});

export const user = computed(() => current.value);
export const signedIn = computed(() => current.value !== null);
export const atWork = computed(() => current.value !== null && current.value.user_type !== 2); // anybody but a customer
export const isCustomer = computed(() => current.value?.user_type === 2);

export function may(permission: string): boolean {
    const person = current.value;
    if (!person) return false;
    return person.user_type === 0 || (person.permissions ?? []).includes(permission);
}

export function begin(answer: Schemas["IdentityLoggedIn"]): void {
    session.start(answer);
    localStorage.setItem(userKey, JSON.stringify(answer.user));
    current.value = answer.user;
}

export const end = (): void => session.end();
