// What has been scanned and not been sent yet: counted, shown, taken back, and kept over a reload.

export type Verdict = "pending" | "good" | "bad" | "unchecked";

export interface Line {
    code: string;
    verdict: Verdict; // unchecked: no connection; the server decides when it is sent
    note: string; // what the product is, or why it is refused
    at: number;
}

export interface Draft {
    lines: Line[]; // the newest first
    target: number | null; // to whom, for shipping
    targetName: string;
}

export type Added = "added" | "repeated" | "full";

export const linesMax = 2000; // a request may name 10,000; a list on a phone should not

export const emptyDraft = (): Draft => ({ lines: [], target: null, targetName: "" });

export function add(draft: Draft, code: string, at: number): Added {
    if (draft.lines.some((line) => line.code === code)) return "repeated";
    if (draft.lines.length >= linesMax) return "full";
    draft.lines.unshift({ code, verdict: "pending", note: "", at });
    return "added";
}

// The server's answer for a code; `known` is its stored form, which may be on the list already under another spelling.
export function settle(draft: Draft, code: string, verdict: Verdict, note: string, known = code): void {
    const line = draft.lines.find((one) => one.code === code);
    if (!line) return;
    if (known !== code && draft.lines.some((one) => one.code === known)) return remove(draft, code);
    line.code = known;
    line.verdict = verdict;
    line.note = note;
}

export function remove(draft: Draft, code: string): void {
    const at = draft.lines.findIndex((line) => line.code === code);
    if (at >= 0) draft.lines.splice(at, 1);
}

// Takes the newest one back.
export const undo = (draft: Draft): Line | undefined => draft.lines.shift();

// In the order in which they were scanned.
export const sendable = (draft: Draft): string[] =>
    draft.lines.filter((line) => line.verdict !== "bad").map((line) => line.code).reverse();

export const refused = (draft: Draft): Line[] => draft.lines.filter((line) => line.verdict === "bad");

const verdicts: readonly string[] = ["pending", "good", "bad", "unchecked"];

function lineOf(value: unknown): Line | null {
    if (typeof value !== "object" || value === null) return null;
    const { code, verdict, note, at } = value as Record<string, unknown>;
    if (typeof code !== "string" || typeof verdict !== "string" || !verdicts.includes(verdict)) return null;
    return { code, verdict: verdict === "pending" ? "unchecked" : (verdict as Verdict),
             note: typeof note === "string" ? note : "", at: typeof at === "number" ? at : 0 };
}

// A draft as it was stored; an empty one when it cannot be read.
export function draftFrom(stored: string | null): Draft {
    try {
        const value: unknown = JSON.parse(stored ?? "");
        if (typeof value !== "object" || value === null) return emptyDraft();
        const { lines, target, targetName } = value as Record<string, unknown>;
        return { lines: Array.isArray(lines) ? lines.map(lineOf).filter((line) => line !== null) : [],
                 target: typeof target === "number" ? target : null,
                 targetName: typeof targetName === "string" ? targetName : "" };
    } catch {
        return emptyDraft();
    }
}
