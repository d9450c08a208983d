import { describe, expect, it } from "vitest";
import { parseTable, paste, read, scan, total, type LineColumn } from "./lines";

interface Line { code: string; name: string; quantity: number | null; price: string }
const columns: LineColumn<Line>[] = [
    { key: "code", label: "code" }, { key: "name", label: "name", readonly: true }, { key: "quantity", label: "quantity", kind: "number" }, { key: "price", label: "price", kind: "money" },
];
const make = (): Line => ({ code: "", name: "", quantity: 1, price: "" });

describe("a clipboard from a spreadsheet", () => {
    it("is rows and cells, quoted ones whole", () => {
        expect(parseTable("a\tb\r\nc\t\"d \"\"e\"\"\nf\"\r\n\r\n")).toEqual([["a", "b"], ["c", "d \"e\"\nf"]]);
        expect(parseTable("")).toEqual([]);
        expect(parseTable("\t\n \t")).toEqual([]);
    });

    it("fills lines from a place on, past columns nobody may write, and adds what is missing", () => {
        const lines = paste([{ code: "A", name: "keep", quantity: 2, price: "1.00" }], columns, { row: 0, column: 0 }, [["B", "1,200", "￥3.50"], ["C", "x"]], make);
        expect(lines).toEqual([{ code: "B", name: "keep", quantity: 1200, price: "3.50" }, { code: "C", name: "", quantity: null, price: "" }]);
    });

    it("begins at the column it was pasted into", () => {
        const lines = paste([make()], columns, { row: 0, column: 2 }, [["7", "9.9", "too many"]], make);
        expect(lines).toEqual([{ code: "", name: "", quantity: 7, price: "9.9" }]);
    });

    it("takes a cell as its column means it", () => {
        const meaning = columns.map((column) => (column.key === "name" ? { ...column, readonly: false, pasted: (text: string) => (text === "休" ? "holiday" : text) } : column));
        const lines = paste([], meaning, { row: 0, column: 1 }, [[" 休 "], ["x"]], make);
        expect(lines.map((line) => line.name)).toEqual(["holiday", "x"]);
    });
});

describe("a scanner", () => {
    const one = { code: "YL01", name: "", quantity: 1, price: "" };
    const found = (code: string): Line => ({ ...make(), code });

    it("adds, counts up or ignores", () => {
        expect(scan<Line>([], "YL01", "code", "quantity", found)).toMatchObject({ outcome: "added", row: 0, lines: [one] });
        expect(scan([one], "yl01", "code", "quantity", found)).toMatchObject({ outcome: "merged", lines: [{ ...one, quantity: 2 }] });
        expect(scan([one], "YL01", "code", undefined, found)).toMatchObject({ outcome: "ignored", lines: [one] });
    });
});

describe("sums", () => {
    it("of money are exact", () => {
        expect(total(["0.10", "0.20", "", "99999999999999.99", "-0.30", "nonsense"], "money")).toBe("99999999999999.99");
        expect(total(["-1.50", "0.2"], "money")).toBe("-1.30");
        expect(total([1, 2, null], "number")).toBe("3");
    });

    it("read what people type", () => {
        expect(read("money", " ￥1,234.5 ")).toBe("1234.5");
        expect(read("number", "12，000")).toBe(12000);
        expect(read("number", "abc")).toBeNull();
        expect(read(undefined, " a ")).toBe("a");
    });
});
