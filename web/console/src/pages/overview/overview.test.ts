import { describe, expect, it } from "vitest";
import { change, pivot, totals, type TrendRow } from "./figures";
import { daysOf, earlier, named, periodOf, readSpan, within, writeSpan } from "./span";

const today = "2026-03-05";

describe("a span of time", () => {
    it("is read from the address and written back", () => {
        expect(readSpan({}, today, "last30")).toEqual({ name: "last30", from: "2026-02-04", to: today });
        expect(readSpan({ range: "last_year" }, today, "last30")).toEqual({ name: "last_year", from: "2025-01-01", to: "2025-12-31" });
        expect(readSpan({ from: "2026-01-02", to: "2026-01-03" }, today, "last30")).toEqual({ name: "", from: "2026-01-02", to: "2026-01-03" });
        const queries: Record<string, string>[] = [{}, { range: "last7" }, { from: "2026-01-02", to: "2026-01-03" }];
        for (const query of queries) expect(writeSpan(readSpan(query, today, "last30"), "last30")).toEqual(query);
    });

    it("that means nothing is the usual one", () => {
        expect(readSpan({ range: "x", from: "2026-02-01", to: "2026-01-01" }, today, "last7").name).toBe("last7");
        expect(readSpan({ from: "2026-02-31x", to: "2026-03-01" }, today, "last7").name).toBe("last7");
    });

    it("has one before it of the same length", () => {
        const march = { name: "" as const, from: "2024-03-01", to: "2024-03-31" };
        expect(earlier(march)).toEqual({ name: "", from: "2024-01-30", to: "2024-02-29" });
        expect(daysOf(earlier(march))).toBe(31);
    });

    it("is told in days, weeks or months", () => {
        expect(["last7", "last30", "last90", "last_year"].map((name) => periodOf(named(name as "last7", today)))).toEqual(["day", "day", "week", "month"]);
        const span = { name: "" as const, from: "2026-01-15", to: "2026-02-10" };
        expect(within("2026-01-12", "week", span)).toEqual({ from: "2026-01-15", to: "2026-01-18" });
        expect(within("2026-02-01", "month", span)).toEqual({ from: "2026-02-01", to: "2026-02-10" });
    });
});

describe("figures", () => {
    const row = (period_start: string, key: number | null, shipped: number): TrendRow =>
        ({ period_start, key, label: key === null ? null : `t${key}`, shipped, activated: 1, repairs_opened: 0, repaired: 2 });

    it("are summed and compared", () => {
        expect(totals([row("a", null, 2), row("b", null, 3)])).toEqual({ shipped: 5, activated: 2, repairs_opened: 0, repaired: 4 });
        expect(change(12, 10)).toEqual({ direction: "up", share: 0.2 });
        expect(change(0, 0)).toEqual({ direction: "same", share: null });
        expect(change(5, 10)).toEqual({ direction: "down", share: 0.5 });
    });

    it("of groups become one column each, zeros where a group had none", () => {
        const told = pivot([row("2026-02-01", 2, 5), row("2026-01-01", 1, 3), row("2026-02-01", 1, 4)], "shipped", (one) => one.label ?? "");
        expect(told).toEqual({ columns: ["t2", "t1"], keys: [2, 1], rows: [["2026-01-01", 0, 3], ["2026-02-01", 5, 4]] });
    });
});
