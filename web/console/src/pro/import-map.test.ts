import { describe, expect, it } from "vitest";
import { isFine, problems, sampleOf } from "./import-map";

const fields = [
    { name: "name", label: "名称", required: true, kind: "text" },
    { name: "model", label: "型号", required: true, kind: "text" },
    { name: "brand", label: "品牌", required: false, kind: "text" },
];

describe("matching columns", () => {
    it("wants every required field once", () => {
        expect(problems({ A: "name", B: "", C: "name" }, fields)).toEqual({ missing: ["型号"], twice: ["名称"] });
        expect(isFine(problems({ A: "name", B: "model" }, fields))).toBe(true);
        expect(isFine(problems({ A: "name", B: "model", C: "brand", D: "brand" }, fields))).toBe(false);
    });

    it("shows what a column holds", () => {
        expect(sampleOf([["a", "1"], ["", "2"], ["c"], ["d"], ["e"]], 0)).toBe("a · c · d");
        expect(sampleOf([["a"]], 5)).toBe("");
    });
});
