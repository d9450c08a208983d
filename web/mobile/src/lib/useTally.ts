// The belt: scans come in, each is counted at once and judged as soon as the server answers.
import { computed, onBeforeUnmount, onMounted, reactive, ref, watch } from "vue";
import { api, ApiError, ok, type Schemas } from "@/api/client";
import { t } from "@/i18n";
import { readCode } from "./code";
import { signal, wakeSound } from "./feedback";
import { add, draftFrom, linesMax, refused, remove, sendable, settle, undo, type Draft } from "./tally";
import { listenToGun } from "./wedge";

export type Mood = "idle" | "good" | "kept" | "bad" | "again" | "wait";

export interface Panel {
    mood: Mood;
    title: string;
    note: string;
}

const lookupsMax = 4; // at once: a gun is faster than a poor network

// A code handed over by another page, to be judged when the list is opened.
const handed = new Map<"receive" | "ship", string>();
export const stash = (kind: "receive" | "ship", code: string): void => void handed.set(kind, code);

// `wanted`: the state in which a unit may take the step.
export function useTally(kind: "receive" | "ship", wanted: Schemas["UnitsUnit"]["status"]) {
    const storeKey = `yl.m.draft.${kind}`;
    const draft = reactive<Draft>(draftFrom(stored()));
    const panel = ref<Panel>({ mood: "idle", title: t("work.ready"), note: "" });
    const waiting: string[] = [];
    let looking = 0;

    function stored(): string | null {
        try {
            return localStorage.getItem(storeKey);
        } catch {
            return null;
        }
    }
    watch(draft, () => {
        try {
            localStorage.setItem(storeKey, JSON.stringify(draft));
        } catch {
            // Without storage a reload loses the list; sending still works.
        }
    }, { deep: true });

    const show = (mood: Mood, title: string, note: string): void => void (panel.value = { mood, title, note });

    function scan(text: string): void {
        const code = readCode(text);
        if (!code) {
            signal("bad");
            return show("bad", t("scan.notOurs", { text: text.slice(0, 40) }), "");
        }
        const added = add(draft, code, Date.now());
        if (added === "repeated") {
            signal("again");
            return show("again", t("work.repeated"), code);
        }
        if (added === "full") {
            signal("bad");
            return show("bad", t("work.full", { n: linesMax }), code);
        }
        show("wait", t("work.pending"), code);
        waiting.push(code);
        void work();
    }

    function judge(code: string, unit: Schemas["UnitsUnit"]): void {
        const good = unit.status === wanted;
        const note = good ? `${unit.product_type} ${unit.model}` : t("work.wrongState", { state: t(`status.${unit.status}`) });
        settle(draft, code, good ? "good" : "bad", note, unit.qrcode_id);
        signal(good ? "good" : "bad");
        show(good ? "good" : "bad", good ? t("work.ok") : note, good ? `${unit.qrcode_id} · ${note}` : unit.qrcode_id);
    }

    async function work(): Promise<void> {
        if (looking >= lookupsMax) return;
        const code = waiting.shift();
        if (code === undefined) return;
        looking++;
        try {
            judge(code, await ok(api.GET("/api/products/get_by_qrcode", { params: { query: { qrcode_id: code } } })));
        } catch (problem) {
            const unknown = problem instanceof ApiError && (problem.status === 404 || problem.status === 422);
            if (unknown) {
                settle(draft, code, "bad", t("work.unknown"));
                signal("bad");
                show("bad", t("work.unknown"), code);
            } else {
                // No answer: the server judges when the batch is sent.
                settle(draft, code, "unchecked", t("work.unchecked"));
                signal("good");
                show("kept", t("work.unchecked"), code);
            }
        } finally {
            looking--;
            void work();
        }
    }

    function takeBack(): void {
        const line = undo(draft);
        if (line) show("idle", t("work.undone", { code: line.code }), "");
    }
    function clear(): void {
        draft.lines.splice(0);
        show("idle", t("work.ready"), "");
    }

    let stop = (): void => undefined;
    onMounted(() => {
        stop = listenToGun(scan);
        document.addEventListener("pointerdown", wakeSound);
        const code = handed.get(kind);
        handed.delete(kind);
        if (code) scan(code);
    });
    onBeforeUnmount(() => {
        stop();
        document.removeEventListener("pointerdown", wakeSound);
    });

    return {
        draft, panel, scan, takeBack, clear, show,
        drop: (code: string) => remove(draft, code),
        blame: (code: string, message: string) => settle(draft, code, "bad", message),
        codes: computed(() => sendable(draft)),
        bad: computed(() => refused(draft)),
        pending: computed(() => draft.lines.some((line) => line.verdict === "pending")),
    };
}
