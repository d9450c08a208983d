import { describe, expect, it } from "vitest";
import { setLanguage } from "@/base/language";
import { readTimes, timesAloud, valuesOf, writeTimes } from "./cron";

describe("the times of a schedule", () => {
    it.each([
        ["30 3 * * *", "daily"], ["* * * * *", "minutes"], ["*/10 * * * *", "minutes"], ["5 * * * *", "hourly"],
        ["0 9 * * 1,2,5", "weekly"], ["15 8 1 * *", "monthly"], ["15 8 L * *", "monthly"],
        ["0 8-18/2 * * *", "custom"], ["0 9 1 * 1", "custom"], ["0 9 1 1 *", "custom"], ["*/7 * * * *", "custom"], ["0 9,17 * * *", "custom"], ["nonsense", "custom"],
    ])("%s is %s, and comes back as it went in", (cron, rhythm) => {
        const times = readTimes(cron);
        expect(times.rhythm).toBe(rhythm);
        expect(writeTimes(times)).toBe(cron);
    });

    it("knows days by name and by both numbers of Sunday", () => {
        expect(readTimes("0 9 * * MON-FRI").weekdays).toEqual([1, 2, 3, 4, 5]);
        expect(readTimes("0 9 * * 0,7").weekdays).toEqual([0]);
        expect(readTimes("0 9 * * 8").rhythm).toBe("custom");
        expect(valuesOf("5-3")).toBeNull();
        expect(valuesOf("1-3,9")).toEqual([1, 2, 3, 9]);
    });

    it.each([
        ["30 3 * * *", "每天 03:30", "Every day at 03:30"],
        ["*/10 * * * *", "每 10 分钟", "Every 10 minutes"],
        ["* * * * *", "每分钟", "Every minute"],
        ["5 * * * *", "每小时的 05 分", "Every hour at minute 05"],
        ["0 */6 * * *", "每 6 小时的 00 分", "Every 6 hours at minute 00"],
        ["0 9 * * 1-5", "周一至周五 09:00", "Monday to Friday at 09:00"],
        ["0 9 * * 0,3", "周日、周三 09:00", "Sunday, Wednesday at 09:00"],
        ["0 8,20 1,15 * *", "每月 1、15 日 08:00、20:00", "Day 1, 15 of the month at 08:00, 20:00"],
        ["0 8 L * *", "每月最后一天 08:00", "Last day of the month at 08:00"],
        ["0 8 1 1,7 *", "一月、七月的每月 1 日 08:00", "In January, July: day 1 of the month at 08:00"],
        ["*/15 8-17 * * *", "每天 08:00 至 17:59 每 15 分钟", "Every day every 15 minutes from 08:00 to 17:59"],
    ])("%s is read aloud", (cron, zh, en) => {
        setLanguage("zh-CN");
        expect(timesAloud(cron)).toBe(zh);
        setLanguage("en");
        expect(timesAloud(cron)?.toLowerCase()).toBe(en.toLowerCase());
    });

    it("does not read aloud what it does not understand", () => {
        for (const cron of ["", "a b c d e", "1 2 3", "0 8-18/2 * * *", "0-59 0-23 * * *", "0 9 1-20/3 * *"]) expect(timesAloud(cron)).toBeNull();
    });
});
