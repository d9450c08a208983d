// The one client of the console.
import { ApiError, browserSession, createApi } from "@api";
import { ref } from "vue";
import { language } from "@/base/language";
import { t } from "@/base/words";

export { ApiError, finish, take, takeList, takeTagged } from "@api";
export type { FieldError, Listed, OperationId, PageInfo, Schemas, Tagged, paths } from "@api";

export const session = browserSession();

// Whether the last request found the server. While it did not, a small request asks again.
export const online = ref(true);

export const api = createApi({
    session,
    language,
    unreachable: () => t("unreachable"),
    reached: (ok) => {
        if (ok) online.value = true;
        else lost();
    },
});

const there = () => fetch("/health", { cache: "no-store" }).then((answer) => answer.ok, () => false);

function lost() {
    if (!online.value) return;
    online.value = false;
    void askAgain();
}
async function askAgain() {
    for (let wait_s = 1; ; wait_s = Math.min(wait_s * 2, 15)) {
        await new Promise((resolve) => { setTimeout(resolve, wait_s * 1000); });
        if (!online.value && await there()) online.value = true;
        if (online.value) return;
    }
}
// The browser knows of its network before any request fails.
window.addEventListener("offline", lost);
window.addEventListener("online", () => { void there().then((yes) => { if (yes) online.value = true; }); });

// A value no other request has, for Idempotency-Key; crypto.randomUUID exists on https and localhost only.
export function idempotencyKey(): string {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Fetches a file with the caller's token and hands it to the browser's downloads.
export async function download(path: string, fallback = "download") {
    const answer = await api.send(path);
    saveFile(await answer.blob(), fileName(answer.headers.get("Content-Disposition")) ?? fallback);
}

export function fileName(disposition: string | null): string | null {
    if (!disposition) return null;
    const encoded = /filename\*=(?:UTF-8|utf-8)''([^;]+)/.exec(disposition)?.[1];
    if (encoded) return decodeURIComponent(encoded);
    return /filename="([^"]+)"/.exec(disposition)?.[1] ?? null;
}

export function saveFile(content: Blob, name: string) {
    const address = URL.createObjectURL(content);
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    // The download has begun by the next turns of the event loop; a minute is safe on any machine.
    setTimeout(() => { URL.revokeObjectURL(address); }, 60_000);
}

// The words for people of anything that was thrown.
export function messageOf(error: unknown): string {
    return error instanceof Error && error.message ? error.message : t("error");
}

export const isAbsent = (error: unknown) => error instanceof ApiError && error.status === 404;
