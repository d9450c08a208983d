import { describe, expect, it } from "vitest";
import { csv, isEmpty } from "./chart-data";

describe("a chart's numbers", () => {
    it("are a CSV that Excel reads and no formula", () => {
        const data = { columns: ["月份", "数量, 件"], rows: [["2026-11", 12], ["=1+1", null], ["say \"x\"", -3.5]] };
        expect(csv(data)).toBe("\ufeff月份,\"数量, 件\"\r\n2026-11,12\r\n'=1+1,\r\n\"say \"\"x\"\"\",-3.5\r\n");
    });

    it("may be none", () => {
        expect(isEmpty({ columns: ["a", "b"], rows: [] })).toBe(true);
        expect(isEmpty({ columns: ["a", "b"], rows: [["x", 0], ["y", null]] })).toBe(true);
        expect(isEmpty({ columns: ["a", "b"], rows: [["x", 0], ["y", 3]] })).toBe(false);
    });
});
