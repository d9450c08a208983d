import { ApiError } from "@api";
import { describe, expect, it } from "vitest";
import { isReactive, reactive, readonly } from "vue";
import { copyOf, isConflict, merge, pick, sortErrors } from "./form";
import { fromPairs, toPairs } from "./pairs";

describe("what the server said", () => {
    const error = new ApiError(422, "invalid", "invalid", [
        { field: "name", code: "field.too_long", message: "too long" }, { field: "specs.功率", code: "x", message: "bad" },
        { field: "lines[2].price", code: "x", message: "negative" }, { field: "name", code: "y", message: "taken" },
    ]);

    it("goes to its field, and above the form where it has none", () => {
        const said = sortErrors(error, ["name", "specs"]);
        expect(said.fields).toEqual({ name: "too long taken", specs: "bad" });
        expect(said.general).toBe("lines[2].price: negative");
    });

    it("is said once when it names no field", () => {
        expect(sortErrors(new ApiError(409, "catalog.model_taken", "taken"), ["name"])).toEqual({ fields: {}, general: "taken" });
        expect(sortErrors(new TypeError("x"), [])).toEqual({ fields: {}, general: "x" });
    });

    it("tells a newer version from other refusals", () => {
        expect(isConflict(new ApiError(412, "version_differs", ""))).toBe(true);
        expect(isConflict(new ApiError(409, "catalog.model_taken", ""))).toBe(false);
    });
});

describe("two people at one record", () => {
    const base = { name: "a", model: "m", specs: { power: "1" }, note: "" };

    it("who touched different fields both keep their work", () => {
        const { merged, collisions } = merge(base, { ...base, name: "mine" }, { ...base, note: "theirs" });
        expect(merged).toEqual({ ...base, name: "mine", note: "theirs" });
        expect(collisions).toEqual([]);
    });

    it("who touched the same one are asked", () => {
        const { collisions } = merge(base, { ...base, specs: { power: "2" }, name: "both" }, { ...base, specs: { power: "3" }, name: "both" });
        expect(collisions).toEqual([{ key: "specs", mine: { power: "2" }, theirs: { power: "3" } }]);
    });
});

describe("values", () => {
    it("are the row's, without what may not be sent", () => {
        expect(pick({ id: 1, name: "a", created_at: "x" }, ["name"])).toEqual({ name: "a" });
    });

    it("are copied out of whatever watches them", () => {
        const row = readonly(reactive({ name: "a", specs: { 功率: "1 W" }, lines: [{ n: 1 }], file: new Blob(["x"]) }));
        const copy = copyOf(row);
        expect(copy).toEqual({ name: "a", specs: { 功率: "1 W" }, lines: [{ n: 1 }], file: row.file });
        (copy.specs as Record<string, string>).功率 = "2 W";
        expect(row.specs.功率).toBe("1 W");
        expect(isReactive(copy.lines)).toBe(false);
    });

    it("of names and texts ignore lines without a name", () => {
        expect(fromPairs([{ name: " 功率 ", value: "1200 W" }, { name: "", value: "lost" }])).toEqual({ 功率: "1200 W" });
        expect(toPairs({ a: "b" })).toEqual([{ name: "a", value: "b" }]);
    });
});
