import { describe, expect, it } from "vitest";
import { dateOf, shift } from "./days";
import { daysOf, kindOf, stretches, weeksOf, type Stretch } from "./holidays";

const line = (from: string, until = "", kind = "holiday", name = "元旦"): Stretch => ({ from, until, kind, name });

describe("days", () => {
    it.each([["2027-01-31", "2027-01-31"], ["2027/1/3", "2027-01-03"], ["2027年1月3日", "2027-01-03"], ["20270103", "2027-01-03"], ["1月3日", "2027-01-03"],
             ["10/1", "2027-10-01"], ["2028-02-29", "2028-02-29"], ["2027-02-29", null], ["13/1", null], ["soon", null], ["", null]])("reads %s", (text, day) => {
        expect(dateOf(text, 2027)).toBe(day);
    });

    it("go on over the ends of months and years", () => {
        expect(shift("2027-02-28", 1)).toBe("2027-03-01");
        expect(shift("2027-12-31", 1)).toBe("2028-01-01");
    });
});

describe("a year's holidays", () => {
    it("are stretches of neighbouring days, and days again", () => {
        const days = [
            { day: "2027-02-06", kind: "holiday" as const, name: "春节" }, { day: "2027-02-07", kind: "holiday" as const, name: "春节" },
            { day: "2027-02-08", kind: "workday" as const, name: "春节" }, { day: "2027-02-10", kind: "workday" as const, name: "春节" },
            { day: "2027-01-01", kind: "holiday" as const, name: "元旦" },
        ];
        const lines = stretches(days);
        expect(lines.map(({ from, until }) => `${from} ${until}`)).toEqual([
            "2027-01-01 2027-01-01", "2027-02-06 2027-02-07", "2027-02-08 2027-02-08", "2027-02-10 2027-02-10",
        ]);
        const read = daysOf(lines, 2027);
        expect(read.faults).toEqual([]);
        expect(read.days).toEqual([...days].sort((a, b) => (a.day < b.day ? -1 : 1)));
    });

    it("may be written as people write them", () => {
        expect(daysOf([line("1/1", "1月3日", "休"), line("2027.1.9", "", "班", "元旦调休"), line("", "", "holiday", " ")], 2027).days).toEqual([
            { day: "2027-01-01", kind: "holiday", name: "元旦" }, { day: "2027-01-02", kind: "holiday", name: "元旦" }, { day: "2027-01-03", kind: "holiday", name: "元旦" },
            { day: "2027-01-09", kind: "workday", name: "元旦调休" },
        ]);
        expect(kindOf("Working day")).toBe("workday");
        expect(kindOf("perhaps")).toBeNull();
    });

    it("are refused cell by cell", () => {
        const faults = daysOf([line("x"), line("1/5", "1/3"), line("1/1", "1/2"), line("1/2"), line("2026-12-31", "1/1"), line("3/1", "", "?", "")], 2027).faults;
        expect(faults.map(({ line: at, field, fault }) => `${at} ${field} ${fault}`)).toEqual([
            "0 from from", "1 until order", "3 from twice", "4 from year", "5 kind kind", "5 name name",
        ]);
    });

    it("stand in a calendar whose weeks begin on Monday", () => {
        const weeks = weeksOf(2027, 2, new Map([["2027-02-06", { kind: "holiday" as const, name: "春节" }]]));
        expect(weeks[0]?.map((cell) => cell?.number)).toEqual([1, 2, 3, 4, 5, 6, 7]); // 1 February 2027 is a Monday
        expect(weeks[0]?.[5]).toEqual({ day: "2027-02-06", number: 6, weekend: true, kind: "holiday", name: "春节" });
        expect(weeks).toHaveLength(4);
        expect(weeksOf(2027, 5, new Map())).toHaveLength(6);
        expect(weeksOf(2027, 5, new Map())[0]?.map((cell) => cell?.number ?? 0)).toEqual([0, 0, 0, 0, 0, 1, 2]);
    });
});
