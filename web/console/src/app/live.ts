// What the server tells by itself, over one WebSocket. It comes back after a lost connection; while it is away, those
// who need news ask for it (see connected).
import { ref, watch } from "vue";
import { language } from "@/base/language";
import { session } from "./api";

export interface LiveMessage {
    type: string;
    [key: string]: unknown;
}

type Listener = (message: LiveMessage) => void;

const listeners = new Map<string, Set<Listener>>();
let socket: WebSocket | null = null;
let wanted = false;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const connected = ref(false);

function connect() {
    timer = undefined;
    if (!session.signedIn || socket) return;
    const address = new URL("/api/live/", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(address);
    socket = opened;
    opened.onopen = () => { void greet(opened); };
    opened.onmessage = (event: MessageEvent<string>) => {
        failures = 0;
        connected.value = true;
        const message = JSON.parse(event.data) as LiveMessage;
        if (message.type === "renew") void greet(opened, true);
        for (const listener of listeners.get(message.type) ?? []) listener(message);
    };
    opened.onclose = () => {
        if (socket === opened) socket = null;
        connected.value = false;
        if (wanted) again();
    };
}

// Says who is there and in which language; said again when that changes, and when the server says that the token is about
// to end, with the next one.
let told: string | null = null;
async function greet(to: WebSocket, next = false) {
    let token = await session.token().catch(() => null);
    if (next && token && token === told) token = await session.renew(token).catch(() => null);
    told = token;
    if (!token) to.close();
    else if (to.readyState === WebSocket.OPEN) to.send(JSON.stringify({ token, language: language() }));
}
watch(() => language(), () => { if (socket?.readyState === WebSocket.OPEN) void greet(socket); });

// 1 s, 2 s, 4 s ... a minute, each with some chance in it, so that a thousand browsers do not return at once.
function again() {
    failures++;
    const wait_ms = Math.min(60_000, 1000 * 2 ** Math.min(failures, 6));
    timer ??= setTimeout(connect, wait_ms * (0.5 + Math.random() / 2));
}

export const live = {
    connected,
    start() {
        wanted = true;
        if (!socket && timer === undefined) connect();
    },
    // The server is there again: no need to wait any longer.
    retry() {
        failures = 0;
        clearTimeout(timer);
        timer = undefined;
        if (wanted) connect();
    },
    stop() {
        wanted = false;
        clearTimeout(timer);
        timer = undefined;
        socket?.close();
        socket = null;
    },
    // Returns the function that stops listening.
    on(type: string, listener: Listener): () => void {
        const set = listeners.get(type) ?? new Set();
        set.add(listener);
        listeners.set(type, set);
        return () => { set.delete(listener); };
    },
};
