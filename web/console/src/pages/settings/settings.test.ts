import { describe, expect, it } from "vitest";
import { draftOf, editorOf, splitWords, valueOf, type Setting } from "./setting";

const setting = (kind: string, value: unknown): Setting => ({
    key: "units.shelf_months", kind, value, default_value: value, origin: "standard", min: null, max: null, choices: [],
    description_key: "setting.units.shelf_months", updated_at: null, updated_by: null,
});

describe("a setting", () => {
    it.each([["integer", 6, "number"], ["boolean", true, "switch"], ["choice", "a", "choice"], ["text", "x", "text"], ["money", "9.00", "text"],
             ["list", ["a"], "list"], ["list", [{ a: 1 }], "json"], ["record", {}, "json"], ["something new", 1, "text"]])("of kind %s holding %j has the editor %s", (kind, value, editor) => {
        expect(editorOf(setting(kind, value))).toBe(editor);
    });

    it("comes out of its editor as it went in", () => {
        for (const one of [setting("integer", 6), setting("record", { a: [1, 2] }), setting("list", ["x"]), setting("text", "")]) {
            expect(valueOf(one, draftOf(one))).toEqual(one.value);
        }
        expect(() => valueOf(setting("record", {}), "{")).toThrow();
    });

    it("has a name and an explanation", () => {
        expect(splitWords("上架期限（月）：发货后超过此期限才激活；0 表示不限")).toEqual({ name: "上架期限（月）", help: "发货后超过此期限才激活；0 表示不限" });
        expect(splitWords("Days of warranty a replacement has at least")).toEqual({ name: "Days of warranty a replacement has at least", help: "" });
    });
});
