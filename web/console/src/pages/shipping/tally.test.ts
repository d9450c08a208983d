import { describe, expect, it } from "vitest";
import { add, codesOf, confirm, countOf, emptyDraft, kindsOf, leaveUnchecked, linesMost, remove, restore, undo } from "./tally";

function draftOf(...codes: string[]) {
    const draft = emptyDraft();
    codes.forEach((code, at) => add(draft, code, at));
    return draft;
}

describe("a tally", () => {
    it("counts each code once and keeps the order of scanning", () => {
        const draft = draftOf("A", "B");
        expect(add(draft, "A", 5)).toBe("repeated");
        expect(codesOf(draft)).toEqual(["A", "B"]);
        expect(draft.lines[0]?.code).toBe("B");
    });
    it("ends at its limit", () => {
        const draft = emptyDraft();
        draft.lines = Array.from({ length: linesMost }, (_none, n) => ({ code: `C${n}`, state: "good" as const, type: "", at: 0 }));
        expect(add(draft, "X", 1)).toBe("full");
    });
    it("takes the newest back", () => {
        const draft = draftOf("A", "B");
        expect(undo(draft)?.code).toBe("B");
        expect(codesOf(draft)).toEqual(["A"]);
        undo(draft);
        expect(undo(draft)).toBeUndefined();
    });
    it("keeps the server's spelling, and one line of two spellings", () => {
        const draft = draftOf("qr-1", "QR2");
        expect(confirm(draft, "qr-1", "QR1", "P")).toBe(true);
        expect(draft.lines[1]).toMatchObject({ code: "QR1", state: "good", type: "P" });
        add(draft, "qr2", 9);
        expect(confirm(draft, "qr2", "QR2", "P")).toBe(false);
        expect(codesOf(draft)).toEqual(["QR1", "QR2"]);
        expect(confirm(draft, "taken back", "X", "P")).toBe(true);
        expect(codesOf(draft)).not.toContain("X");
    });
    it("counts states and kinds", () => {
        const draft = draftOf("A", "B", "C");
        confirm(draft, "A", "A", "lamp");
        confirm(draft, "B", "B", "lamp");
        leaveUnchecked(draft, "C");
        expect([countOf(draft, "good"), countOf(draft, "unchecked"), countOf(draft, "checking")]).toEqual([2, 1, 0]);
        expect(kindsOf(draft)).toEqual([["lamp", 2]]);
    });
    it("forgets the key of an unanswered sending as soon as the list is another one", () => {
        for (const change of [(d: ReturnType<typeof draftOf>) => { add(d, "Z", 1); }, (d: ReturnType<typeof draftOf>) => { remove(d, ["A"]); }, undo]) {
            const draft = draftOf("A", "B");
            draft.key = "k";
            add(draft, "A", 7); // a repeat changes nothing
            expect(draft.key).toBe("k");
            change(draft);
            expect(draft.key).toBe("");
        }
    });
});

describe("a tally kept over a reload", () => {
    it("comes back, to be checked anew", () => {
        const draft = draftOf("A", "B");
        confirm(draft, "A", "A", "lamp");
        Object.assign(draft, { agent: { id: 3, name: "North" }, remark: "r", key: "k" });
        const back = restore(JSON.stringify(draft));
        expect(codesOf(back)).toEqual(["A", "B"]);
        expect(countOf(back, "checking")).toBe(2);
        expect([back.agent?.id, back.remark, back.key]).toEqual([3, "r", "k"]);
    });
    it.each([null, "", "{", "7", "null", '{"lines":{}}', '{"lines":[null,1,{"code":3}],"agent":{"id":"x"}}'])("is empty when it cannot be read: %s", (kept) => {
        expect(restore(kept)).toEqual(emptyDraft());
    });
    it("has no code twice", () => {
        expect(codesOf(restore('{"lines":[{"code":"A"},{"code":"A"}]}'))).toEqual(["A"]);
    });
});
