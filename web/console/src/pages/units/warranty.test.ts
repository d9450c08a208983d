import { describe, expect, it } from "vitest";
import { warrantyOf } from "./warranty";

const unit = { status: "activated", warranty_start: "2024-02-29", warranty_end: "2026-02-28" } as const;

describe("a warranty", () => {
    it("counts its last day", () => {
        expect(warrantyOf(unit, "2026-02-27")).toMatchObject({ days: 1, over: false });
        expect(warrantyOf(unit, "2026-02-28")).toMatchObject({ days: 0, over: false });
        expect(warrantyOf(unit, "2026-03-01")).toMatchObject({ days: 0, over: true });
    });
    it("of no months covers nothing", () => {
        expect(warrantyOf({ ...unit, warranty_end: "2024-02-29" }, "2024-02-29")?.over).toBe(true);
    });
    it("has not begun before it is activated", () => {
        expect(warrantyOf({ status: "shipped", warranty_start: null, warranty_end: null }, "2026-01-01")).toBeNull();
    });
    it("goes on in repair and ends with the unit", () => {
        expect(warrantyOf({ ...unit, status: "in_repair" }, "2026-01-01")?.withdrawn).toBe(false);
        expect(warrantyOf({ ...unit, status: "scrapped" }, "2026-01-01")?.withdrawn).toBe(true);
    });
});
