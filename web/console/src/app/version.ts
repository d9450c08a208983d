// Tells when the server has got a new console: its index.html has another ETag.
import { onBeforeUnmount, shallowRef } from "vue";
import { mayLeave } from "./unsaved";

const every_ms = 10 * 60_000;
const address = "/index.html";

async function tag(): Promise<string | null> {
    const answer = await fetch(address, { method: "HEAD", cache: "no-cache" }).catch(() => null);
    return answer?.ok ? answer.headers.get("ETag") : null;
}

// The function that loads it, once there is something to load.
export function useNewVersion() {
    const newer = shallowRef<(() => void) | null>(null);
    let first: string | null = null;
    const look = async () => {
        const now = await tag();
        if (!now) return;
        first ??= now;
        if (now !== first) newer.value = () => { void mayLeave().then((yes) => { if (yes) location.reload(); }); };
    };
    void look();
    const timer = setInterval(() => { void look(); }, every_ms);
    onBeforeUnmount(() => { clearInterval(timer); });
    return newer;
}
