import { afterEach, describe, expect, it } from "vitest";
import { ago, businessZone, bytes, count, date, dateTime, dayBegins, dayEnds, money, percent, zoneChoice } from "./formats";
import { choice, choiceOptions, setLanguage } from "./language";

afterEach(() => {
    setLanguage("zh-CN");
    zoneChoice.value = "business";
});

describe("instants", () => {
    it("are shown in the business zone", () => {
        expect(dateTime("2026-11-20T16:30:00Z")).toBe("2026-11-21 00:30");
        expect(dateTime("2026-11-20T16:30:09Z", true)).toBe("2026-11-21 00:30:09");
        expect(date("2026-11-20T16:30:00Z")).toBe("2026-11-21");
        expect(date("2026-11-20")).toBe("2026-11-20");
        expect(dateTime(null)).toBe("—");
        expect(dateTime("nonsense")).toBe("—");
    });

    it("of a day's ends enclose it", () => {
        expect(dayBegins("2026-11-20").toISOString()).toBe("2026-11-19T16:00:00.000Z");
        expect(dayEnds("2026-11-20").toISOString()).toBe("2026-11-20T15:59:59.999Z");
    });

    it("of days on which the clock is set do so too", () => {
        const span = (zone: string, day: string) => {
            businessZone.value = zone;
            const hours = (dayEnds(day).getTime() + 1 - dayBegins(day).getTime()) / 3_600_000;
            const told = [dayBegins(day).toISOString(), hours];
            businessZone.value = "Asia/Shanghai";
            return told;
        };
        expect(span("Australia/Sydney", "2026-10-04")).toEqual(["2026-10-03T14:00:00.000Z", 23]);
        expect(span("Australia/Sydney", "2026-04-05")).toEqual(["2026-04-04T13:00:00.000Z", 25]);
        expect(span("America/Santiago", "2026-09-06")).toEqual(["2026-09-06T04:00:00.000Z", 23]); // this day begins at one o'clock
        expect(span("Europe/Berlin", "2026-03-29")).toEqual(["2026-03-28T23:00:00.000Z", 23]);
    });

    it("say how long ago", () => {
        const now = Date.parse("2026-11-20T12:00:00Z");
        setLanguage("en");
        expect(ago("2026-11-20T11:57:00Z", now)).toBe("3 minutes ago");
        expect(ago("2026-11-19T11:00:00Z", now)).toBe("yesterday");
    });
});

describe("numbers", () => {
    it("keep every digit of money", () => {
        expect(money("12345.6")).toBe("￥12,345.60");
        expect(money("99999999999999.99")).toBe("￥99,999,999,999,999.99");
        expect(money("-0.50")).toBe("-￥0.50");
        expect(money(null)).toBe("—");
        setLanguage("en");
        expect(money("1.00")).toBe("¥1.00");
    });

    it("are grouped", () => {
        expect(count(1234567)).toBe("1,234,567");
        expect(count("1234.250")).toBe("1,234.250");
        expect(count(0)).toBe("0");
        expect(percent(0.1234)).toBe("12.3%");
        expect(bytes(1536)).toBe("1.5 KiB");
        expect(bytes(12)).toBe("12 B");
    });
});

describe("choices", () => {
    it("are the server's words in both languages", () => {
        expect(choice("units.status", "in_stock")).toBe("在库");
        setLanguage("en");
        expect(choice("units.status", "in_stock")).toBe("In stock");
        expect(choice("units.status", null)).toBe("—");
        expect(choiceOptions("units.status").map((option) => option.value)).toContain("scrapped");
    });
});
