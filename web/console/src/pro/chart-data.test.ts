import { describe, expect, it } from "vitest";
import { csv, isEmpty, spoken } from "./chart-data";

describe("a chart's numbers", () => {
    it("are a CSV that Excel reads and no formula", () => {
        const data = { columns: ["月份", "数量, 件"], rows: [["2026-11", 12], ["=1+1", null], ["say \"x\"", -3.5]] };
        expect(csv(data)).toBe("\ufeff月份,\"数量, 件\"\r\n2026-11,12\r\n'=1+1,\r\n\"say \"\"x\"\"\",-3.5\r\n");
    });

    it("can be read aloud", () => {
        const data = { columns: ["Month", "Shipped", "Rate"], rows: [["2026-11", 12, 0.5], ["2026-12", null, 1]] };
        const show = (value: string | number | null, column: number) => (value === null ? "—" : column === 2 ? `${Number(value) * 100} %` : String(value));
        expect(spoken("Trend", data, show)).toBe("Trend; 2026-11: Shipped 12, Rate 50 %; 2026-12: Shipped —, Rate 100 %");
    });

    it("may be none", () => {
        expect(isEmpty({ columns: ["a", "b"], rows: [] })).toBe(true);
        expect(isEmpty({ columns: ["a", "b"], rows: [["x", 0], ["y", null]] })).toBe(true);
        expect(isEmpty({ columns: ["a", "b"], rows: [["x", 0], ["y", 3]] })).toBe(false);
        expect(isEmpty({ columns: ["a", "b", "c"], rows: [["x", 0, "—"], ["y", 0, ""]] })).toBe(true);
    });
});
