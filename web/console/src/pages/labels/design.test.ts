import { describe, expect, it } from "vitest";
import { designOf, fitted, inputOf, moved, newLine, pagesOf, perPage, placeErrors } from "./design";

describe("a label design", () => {
    it("has every length, also those the server left out", () => {
        const design = designOf({ name: "x", media: "sheet", label_width_mm: 70, label_height_mm: 37, rows: 8, cols: 3, gap_x_mm: null, padding_mm: 5, qr_size_mm: 20, lines: [newLine("{code}")] });
        expect(design).toMatchObject({ page_width_mm: 210, gap_x_mm: 0, rows: 8, cut_lines: false });
        expect(design.lines[0]?.text).toBe("{code}");
    });
    it("drops what is not a design's own, such as the id of the one it was copied from", () => {
        expect(designOf({ ...designOf({ name: "x" }), id: 3, created_at: "" } as never)).not.toHaveProperty("id");
    });
    it("of a roll is sent without a grid, of a sheet without a thermal printer", () => {
        const sheet = designOf({ media: "sheet", rows: 8, cols: 3, margin_left_mm: 7, printer_dpi: 203 });
        expect(inputOf(sheet)).toMatchObject({ rows: 8, printer_dpi: 0 });
        expect(inputOf({ ...sheet, media: "roll" })).toMatchObject({ rows: 1, cols: 1, margin_left_mm: 0, printer_dpi: 203 });
    });
    it("fills a page to the tenth of a millimetre, never beyond it", () => {
        const size = fitted(designOf({ media: "sheet", rows: 8, cols: 3, margin_left_mm: 7.2, margin_top_mm: 12.9, gap_x_mm: 2.5 }));
        expect(size).toEqual({ label_width_mm: 63.5, label_height_mm: 33.9 });
        expect(fitted(designOf({ media: "sheet", rows: 7, cols: 1 })).label_height_mm * 7).toBeLessThanOrEqual(297);
    });
    it("counts pages with the places that are used up", () => {
        expect(perPage({ media: "sheet", rows: 8, cols: 3 })).toBe(24);
        expect(perPage({ media: "roll", rows: 8, cols: 3 })).toBe(1);
        expect([pagesOf(24, 0, 24), pagesOf(24, 1, 24), pagesOf(1, 23, 24)]).toEqual([1, 2, 1]);
    });
});

describe("what the server finds wrong", () => {
    it("goes to its field or its line", () => {
        const one = (field: string, message: string) => ({ field, code: "x", message });
        expect(placeErrors([one("cols", "a"), one("cols", "b"), one("lines[1].size_pt", "c"), one("lines[1]", "d")]))
            .toEqual({ fields: { cols: "a b" }, lines: { 1: "c d" } });
    });
});

it("moves a line", () => {
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a"], 5, 0)).toEqual(["a"]);
});
