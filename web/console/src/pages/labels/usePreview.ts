// The server's picture of a design, a moment after the last change. The newest wins; while something is wrong the last
// good picture stays.
import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from "vue";
import { api, ApiError } from "@/app/api";
import { inputOf, type Design } from "./design";

const wait_ms = 400;

export interface Preview {
    address: Ref<string>; // of the picture, "" before the first
    drawing: Ref<boolean>;
    error: Ref<unknown>;
    again: () => void;
}

export function usePreview(design: () => Design | null, code: () => string): Preview {
    const address = ref("");
    const drawing = ref(false);
    const error = shallowRef<unknown>(null);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let under_way: AbortController | null = null;

    async function draw() {
        const now = design();
        if (!now) return;
        under_way?.abort();
        const mine = under_way = new AbortController();
        drawing.value = true;
        try {
            const body = JSON.stringify({ ...inputOf(now), ...(code() ? { qrcode_id: code() } : {}) });
            const answer = await api.send("/api/label-templates/preview", { method: "POST", body, signal: mine.signal, headers: { "Content-Type": "application/json" } });
            const picture = await answer.blob();
            if (mine.signal.aborted) return;
            if (address.value) URL.revokeObjectURL(address.value);
            address.value = URL.createObjectURL(picture);
            error.value = null;
        } catch (problem) {
            if (mine.signal.aborted) return;
            if (problem instanceof ApiError && problem.status === 429) later(problem.retryAfter * 1000);
            else error.value = problem;
        } finally {
            if (under_way === mine) drawing.value = false;
        }
    }
    function later(ms = wait_ms) {
        clearTimeout(timer);
        timer = setTimeout(() => { void draw(); }, ms);
    }
    watch([() => JSON.stringify(design()), code], () => { later(); });
    later(0);
    onBeforeUnmount(() => {
        clearTimeout(timer);
        under_way?.abort();
        if (address.value) URL.revokeObjectURL(address.value);
    });
    return { address, drawing, error, again: () => { later(0); } };
}
