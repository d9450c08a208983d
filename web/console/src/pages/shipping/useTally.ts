// The list behind one scanning desk: what the gun brings, what the server says of it, kept over a reload.
import { onBeforeUnmount, reactive, ref, watch } from "vue";
import { online } from "@/app/api";
import { useMe } from "@/app/me";
import { play } from "@/pro/sounds";
import { codeOf, readCodes } from "@/pro/scanner";
import { movesFrom, type Move, type Unit } from "@/pro/unit";
import { choice } from "@/base/language";
import { makeChecker, type Verdict } from "./check";
import * as tally from "./tally";
import { t } from "./words";

export interface Alarm {
    id: number;
    text: string;
}
export interface Notice {
    text: string;
    kind: "info" | "warning";
}

export function useTally(move: Move) {
    const key = `yuanliu.tally.${useMe().user?.id ?? 0}.${move}`;
    const draft = reactive(tally.restore(localStorage.getItem(key)));
    const alarms = ref<Alarm[]>([]);
    const notice = ref<Notice | null>(null);
    let alarmId = 0;
    let quietly = new Set<string>(); // codes that were not scanned just now: checked without a sound

    watch(draft, (now) => { localStorage.setItem(key, JSON.stringify(now)); }, { deep: true });
    // The same desk in another window of this browser: both show what was scanned last.
    const elsewhere = (event: StorageEvent) => {
        if (event.key !== key || event.newValue === JSON.stringify(draft)) return;
        Object.assign(draft, tally.restore(event.newValue));
        recheck("checking");
    };
    window.addEventListener("storage", elsewhere);
    onBeforeUnmount(() => { window.removeEventListener("storage", elsewhere); });

    function alarm(text: string) {
        play("bad");
        alarms.value = [...alarms.value, { id: ++alarmId, text }];
    }
    function tell(text: string, kind: Notice["kind"] = "info") {
        notice.value = { text, kind };
    }

    function why(unit: Unit): string {
        if (move === "ship" && unit.status === "shipped" && unit.agent) return t("wrong_agent", { code: unit.qrcode_id, agent: unit.agent });
        return t("wrong", { code: unit.qrcode_id, state: choice("units.status", unit.status), what: t(move) });
    }
    const check = makeChecker((code, verdict: Verdict) => {
        const silent = quietly.delete(code);
        if ("unreached" in verdict) {
            tally.leaveUnchecked(draft, code);
            if (!silent) play("unsure");
            return;
        }
        if ("unit" in verdict && movesFrom[move].includes(verdict.unit.status)) {
            const { unit } = verdict;
            if (!tally.confirm(draft, code, unit.qrcode_id, `${unit.product_type} ${unit.model}`)) repeated(unit.qrcode_id);
            else if (!silent) play("good");
            return;
        }
        if (!draft.lines.some((line) => line.code === code)) return; // taken back meanwhile
        tally.remove(draft, [code]);
        alarm("refused" in verdict ? verdict.refused : why(verdict.unit));
    });
    function recheck(state: tally.LineState) {
        for (const line of draft.lines.filter((one) => one.state === state)) {
            line.state = "checking";
            quietly.add(line.code);
            check(line.code);
        }
    }
    recheck("checking");
    watch(online, (now) => { if (now) recheck("unchecked"); });

    function repeated(code: string) {
        play("again");
        tell(t("repeated", { code }), "warning");
    }

    // One code from the gun, or typed.
    function scan(text: string) {
        const code = codeOf(text);
        notice.value = null;
        if (code === null) {
            alarm(t("not_code", { text }));
            return;
        }
        const added = tally.add(draft, code, Date.now());
        if (added === "repeated") repeated(code);
        else if (added === "full") alarm(t("full", { n: tally.linesMost }));
        else check(code);
    }

    // Many, from a spreadsheet.
    function paste(text: string) {
        const read = readCodes(text);
        let [n, repeats] = [0, read.repeated.length];
        for (const code of read.codes) {
            const added = tally.add(draft, code, Date.now());
            if (added === "full") {
                alarm(t("full", { n: tally.linesMost }));
                break;
            }
            if (added === "repeated") repeats++;
            else {
                n++;
                quietly.add(code);
                check(code);
            }
        }
        if (n) play("good");
        tell(repeats || read.bad.length ? t("pasted_more", { n, repeated: repeats, bad: read.bad.length }) : t("pasted", { n }), read.bad.length ? "warning" : "info");
    }

    function undo() {
        const line = tally.undo(draft);
        if (line) tell(t("undone", { code: line.code }));
    }
    const remove = (codes: string[]) => { tally.remove(draft, codes); };
    function clear() {
        quietly = new Set();
        remove(draft.lines.map((line) => line.code));
        notice.value = null;
    }
    const dismiss = () => { alarms.value = []; };

    return { draft, alarms, notice, scan, paste, tell, undo, remove, clear, dismiss };
}
