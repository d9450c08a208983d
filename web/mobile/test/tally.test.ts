import { describe, expect, it } from "vitest";
import { add, draftFrom, emptyDraft, linesMax, refused, remove, sendable, settle, undo } from "@/lib/tally";

function filled(...codes: string[]) {
    const draft = emptyDraft();
    codes.forEach((code, at) => add(draft, code, at));
    return draft;
}

describe("tally", () => {
    it("counts a code once and keeps the newest on top", () => {
        const draft = filled("A", "B");
        expect(add(draft, "A", 9)).toBe("repeated");
        expect(draft.lines.map((line) => line.code)).toEqual(["B", "A"]);
    });
    it("sends in the order of scanning, without what is refused", () => {
        const draft = filled("A", "B", "C");
        settle(draft, "B", "bad", "wrong state");
        settle(draft, "A", "good", "");
        expect(sendable(draft)).toEqual(["A", "C"]);
        expect(refused(draft).map((line) => line.code)).toEqual(["B"]);
    });
    it("takes back the newest, then the one before", () => {
        const draft = filled("A", "B");
        expect(undo(draft)?.code).toBe("B");
        expect(undo(draft)?.code).toBe("A");
        expect(undo(draft)).toBeUndefined();
        expect(add(draft, "B", 1)).toBe("added");
    });
    it("merges two spellings of one product", () => {
        const draft = filled("STORED", "stored");
        settle(draft, "stored", "good", "", "STORED");
        expect(draft.lines.map((line) => line.code)).toEqual(["STORED"]);
        const other = filled("typed");
        settle(other, "typed", "good", "x", "STORED");
        expect(other.lines[0]).toMatchObject({ code: "STORED", verdict: "good", note: "x" });
    });
    it("ignores an answer for what has been taken back", () => {
        const draft = filled("A");
        remove(draft, "A");
        settle(draft, "A", "good", "");
        expect(draft.lines).toEqual([]);
    });
    it("ends before a request becomes too large", () => {
        const draft = emptyDraft();
        for (let i = 0; i < linesMax; i++) expect(add(draft, `C${i}`, i)).toBe("added");
        expect(add(draft, "one more", 1)).toBe("full");
        expect(add(draft, "C0", 1)).toBe("repeated");
    });
});

describe("a stored draft", () => {
    it("comes back as it was; what was being asked is unchecked", () => {
        const draft = filled("A", "B");
        settle(draft, "A", "good", "kettle");
        draft.target = 7;
        draft.targetName = "South";
        const back = draftFrom(JSON.stringify(draft));
        expect(back.target).toBe(7);
        expect(back.targetName).toBe("South");
        expect(back.lines.map((line) => [line.code, line.verdict, line.note])).toEqual([["B", "unchecked", ""], ["A", "good", "kettle"]]);
    });
    it("is empty when the store holds nothing sensible", () => {
        for (const stored of [null, "", "{", "null", "42", '{"lines":5}', '{"lines":[1,{"code":2},{"code":"A","verdict":"great"}]}'])
            expect(draftFrom(stored)).toEqual(emptyDraft());
    });
});
