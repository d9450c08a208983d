// The dialogs around moving units: to whom they go, what was refused, and going on with the rest.
import { ElMessage } from "element-plus";
import { ref, shallowRef } from "vue";
import { idempotencyKey } from "@/app/api";
import { refresh } from "@/app/queries";
import type { FormSpec } from "@/pro/form";
import { agents } from "@/pro/pick";
import { refusals, without, type Refusal } from "@/pro/refused";
import { Quiet } from "@/pro/run";
import { sendUnits, type Move, type Sending } from "@/pro/unit";
import { t } from "./words";

interface ShipTo {
    agent_id: string;
    remark: string;
}

export interface Refused {
    what: Sending;
    codes: Refusal[];
}

export function useMoves() {
    const refused = shallowRef<Refused | null>(null);
    const shipOpen = ref(false);
    const shipForm = shallowRef<FormSpec<ShipTo>>(formFor([]));

    async function sendOnce(what: Sending): Promise<void> {
        try {
            const n = await sendUnits(what);
            ElMessage.success({ message: t(what.move === "ship" ? "shipped_n" : "moved_n", { n }), grouping: true });
        } catch (error) {
            const codes = refusals(error, what.codes);
            if (!codes) throw error;
            refused.value = { what, codes };
            throw new Quiet();
        } finally {
            await refresh("/api/products", "/api/products/{id}", "/api/products/{id}/timeline");
        }
    }

    function formFor(codes: string[], finished: (done: boolean) => void = () => {}): FormSpec<ShipTo> {
        return {
            title: t("ship_title", { n: codes.length }),
            fields: [
                { key: "agent_id", label: t("ship_to"), kind: "remote", required: true, wide: true, ...agents },
                { key: "remark", label: t("remark"), kind: "long", max: 500 },
            ],
            initial: { agent_id: "", remark: "" },
            done: t("shipped_n", { n: codes.length }),
            submit: async ({ agent_id, remark }, { key }) => {
                const what: Sending = { move: "ship", codes, agent: Number(agent_id), remark, key };
                try {
                    await sendUnits(what);
                    finished(true);
                } catch (error) {
                    const all = refusals(error, codes);
                    if (all) {
                        refused.value = { what, codes: all };
                        shipOpen.value = false;
                    }
                    throw error;
                }
                await refresh("/api/products", "/api/products/{id}", "/api/products/{id}/timeline");
            },
        };
    }

    // Resolves when they have gone; throws Quiet when they have not.
    async function ship(codes: string[]): Promise<void> {
        const gone = new Promise<boolean>((resolve) => {
            shipForm.value = formFor(codes, resolve);
            shipOpen.value = true;
            stopWaiting = () => { resolve(false); };
        });
        if (!(await gone)) throw new Quiet();
    }
    let stopWaiting = () => {};
    const shipClosed = () => { stopWaiting(); };

    const move = (which: Move, codes: string[]): Promise<void> =>
        (which === "ship" ? ship(codes) : sendOnce({ move: which, codes, key: idempotencyKey() }));

    // The same again without the codes that were refused.
    async function rest(): Promise<void> {
        const now = refused.value;
        if (!now) return;
        refused.value = null;
        await sendOnce({ ...now.what, codes: without(now.what.codes, now.codes), key: idempotencyKey() });
    }

    return { refused, shipOpen, shipForm, shipClosed, move, rest };
}

export type Moves = ReturnType<typeof useMoves>;
