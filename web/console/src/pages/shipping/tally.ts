// What has been scanned and not been sent yet. Pure, so that nothing a gun does can be lost in a page.

export type LineState = "checking" | "good" | "unchecked"; // unchecked: the server was not reached; it decides when all is sent

export interface Line {
    code: string;
    state: LineState;
    type: string; // what it is, once known
    at: number;
}

export interface Draft {
    lines: Line[]; // newest first
    agent: { id: number; name: string } | null;
    remark: string;
    key: string; // Idempotency-Key of a sending whose answer has not come; "" when there is none
}

export const linesMost = 5000;
export const emptyDraft = (): Draft => ({ lines: [], agent: null, remark: "", key: "" });

export type Added = "added" | "repeated" | "full";

export function add(draft: Draft, code: string, at: number): Added {
    if (draft.lines.some((line) => line.code === code)) return "repeated";
    if (draft.lines.length >= linesMost) return "full";
    draft.lines.unshift({ code, state: "checking", type: "", at });
    draft.key = "";
    return "added";
}

// The server knows the code, perhaps under another spelling. False: that one is on the list already, and this line is gone.
export function confirm(draft: Draft, code: string, known: string, type: string): boolean {
    const line = draft.lines.find((one) => one.code === code);
    if (!line) return true; // taken back meanwhile
    if (known !== code && draft.lines.some((one) => one.code === known)) {
        remove(draft, [code]);
        return false;
    }
    Object.assign(line, { code: known, state: "good", type });
    return true;
}

export function leaveUnchecked(draft: Draft, code: string) {
    const line = draft.lines.find((one) => one.code === code);
    if (line) line.state = "unchecked";
}

export function remove(draft: Draft, codes: readonly string[]) {
    const gone = new Set(codes);
    draft.lines = draft.lines.filter((line) => !gone.has(line.code));
    draft.key = "";
}

export function undo(draft: Draft): Line | undefined {
    const line = draft.lines.shift();
    if (line) draft.key = "";
    return line;
}

// As they were scanned, first to last.
export const codesOf = (draft: Draft): string[] => draft.lines.map((line) => line.code).reverse();
export const countOf = (draft: Draft, state: LineState): number => draft.lines.filter((line) => line.state === state).length;

// How many of each kind, the most first.
export function kindsOf(draft: Draft): [string, number][] {
    const counts = new Map<string, number>();
    for (const line of draft.lines) if (line.type) counts.set(line.type, (counts.get(line.type) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
}

// What was kept over a reload; an empty draft when it cannot be read. Lines are checked anew: the world has gone on.
export function restore(kept: string | null): Draft {
    try {
        const value = JSON.parse(kept ?? "") as Partial<Draft>;
        const seen = new Set<string>();
        const lines = (Array.isArray(value.lines) ? value.lines as unknown[] : []).flatMap((one): Line[] => {
            const { code, type, at } = (one ?? {}) as Partial<Line>;
            if (typeof code !== "string" || seen.has(code)) return [];
            seen.add(code);
            return [{ code, state: "checking", type: typeof type === "string" ? type : "", at: typeof at === "number" ? at : 0 }];
        });
        const agent = value.agent && typeof value.agent.id === "number" && typeof value.agent.name === "string" ? value.agent : null;
        return { lines, agent, remark: typeof value.remark === "string" ? value.remark : "", key: typeof value.key === "string" ? value.key : "" };
    } catch {
        return emptyDraft();
    }
}
