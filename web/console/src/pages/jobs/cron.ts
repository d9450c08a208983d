// The times of a schedule. People choose from a few usual kinds; whatever else a cron expression can say is kept as it is
// and read aloud as far as that can be done in words. The server alone decides what an expression means.
import { enumerate, language } from "@/base/language";
import { t } from "./words";

export type Rhythm = "minutes" | "hourly" | "daily" | "weekly" | "monthly" | "custom";
export const rhythms: Rhythm[] = ["daily", "weekly", "monthly", "hourly", "minutes", "custom"];
export const steps = [1, 2, 3, 5, 10, 15, 20, 30]; // minutes that divide the hour
export const lastDay = "L";

export interface Times {
    rhythm: Rhythm;
    step: number; // minutes: every so many
    minute: number;
    hour: number;
    weekdays: number[]; // 0 is Sunday
    day: string; // monthly: "1" to "31", or the last
    text: string; // custom
}

const usual: Times = { rhythm: "daily", step: 10, minute: 30, hour: 3, weekdays: [1], day: "1", text: "" };

const dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

interface Parts { minute: string; hour: string; day: string; month: string; weekday: string }

function split(cron: string): Parts | null {
    const [minute, hour, day, month, weekday, ...rest] = cron.trim().split(/\s+/);
    if (!minute || !hour || !day || !month || !weekday || rest.length) return null;
    return { minute, hour, day, month, weekday };
}

// The values of a field that lists them, by number or name, with ranges; null for steps and whatever else.
export function valuesOf(field: string, names: string[] = [], offset = 0): number[] | null {
    const one = (text: string): number | null => {
        const at = names.indexOf(text.toLowerCase());
        if (at >= 0) return at + offset;
        return /^\d{1,2}$/.test(text) ? Number(text) : null;
    };
    const found: number[] = [];
    for (const item of field.split(",")) {
        const [from = "", until = from, ...rest] = item.split("-");
        const [first, last] = [one(from), one(until)];
        if (rest.length || first === null || last === null || last < first) return null;
        for (let value = first; value <= last; value++) found.push(value);
    }
    return found;
}

const single = (field: string, most: number): number | null => {
    const values = valuesOf(field);
    const [value] = values ?? [];
    return values?.length === 1 && value !== undefined && value <= most ? value : null;
};
const weekdaysOf = (field: string): number[] | null => {
    const days = valuesOf(field, dayNames);
    return days && days.every((day) => day <= 7) ? [...new Set(days.map((day) => day % 7))].sort((a, b) => a - b) : null;
};

export function readTimes(cron: string): Times {
    const custom: Times = { ...usual, rhythm: "custom", text: cron };
    const parts = split(cron);
    if (!parts || parts.month !== "*") return custom;
    const everyDay = parts.day === "*" && parts.weekday === "*";
    const step = /^\*\/(\d+)$/.exec(parts.minute)?.[1];
    if (parts.hour === "*" && everyDay) {
        if (parts.minute === "*") return { ...usual, rhythm: "minutes", step: 1 };
        if (step && steps.includes(Number(step))) return { ...usual, rhythm: "minutes", step: Number(step) };
    }
    const minute = single(parts.minute, 59);
    if (minute === null) return custom;
    if (parts.hour === "*") return everyDay ? { ...usual, rhythm: "hourly", minute } : custom;
    const hour = single(parts.hour, 23);
    if (hour === null) return custom;
    if (everyDay) return { ...usual, rhythm: "daily", minute, hour };
    if (parts.day === "*") {
        const weekdays = weekdaysOf(parts.weekday);
        return weekdays ? { ...usual, rhythm: "weekly", minute, hour, weekdays } : custom;
    }
    const day = parts.day === lastDay ? lastDay : single(parts.day, 31);
    return parts.weekday === "*" && day !== null ? { ...usual, rhythm: "monthly", minute, hour, day: String(day) } : custom;
}

export function writeTimes(times: Times): string {
    const at = `${times.minute} ${times.hour}`;
    switch (times.rhythm) {
        case "minutes": return times.step === 1 ? "* * * * *" : `*/${times.step} * * * *`;
        case "hourly": return `${times.minute} * * * *`;
        case "daily": return `${at} * * *`;
        case "weekly": return `${at} * * ${times.weekdays.length ? times.weekdays.join(",") : "*"}`;
        case "monthly": return `${at} ${times.day} * *`;
        case "custom": return times.text.trim();
    }
}

const two = (value: number) => String(value).padStart(2, "0");
export const clock = (hour: number, minute: number) => `${two(hour)}:${two(minute)}`;
// 2 June 2024 was a Sunday.
export const weekdayName = (day: number) =>
    new Intl.DateTimeFormat(language(), { weekday: language() === "en" ? "long" : "short", timeZone: "UTC" }).format(Date.UTC(2024, 5, 2 + day));
export const monthName = (month: number) =>
    new Intl.DateTimeFormat(language(), { month: "long", timeZone: "UTC" }).format(Date.UTC(2024, month - 1, 1));

function timesInWords({ minute, hour }: Parts): string | null {
    const step = /^\*\/(\d+)$/.exec(minute)?.[1];
    if (hour === "*") {
        if (minute === "*") return t("every_minute");
        if (step) return t("every_minutes", { n: step });
        const at = single(minute, 59);
        return at === null ? null : t("every_hour", { minute: two(at) });
    }
    const hours = valuesOf(hour);
    if (!hours) {
        const hourStep = /^\*\/(\d+)$/.exec(hour)?.[1];
        const at = single(minute, 59);
        return hourStep && at !== null ? t("every_hours", { n: hourStep, minute: two(at) }) : null;
    }
    const [first] = hours, last = hours.at(-1);
    if (step && first !== undefined && last !== undefined && hours.length === last - first + 1) {
        return t("every_minutes_between", { n: step, from: clock(first, 0), until: clock(last, 59) });
    }
    const minutes = valuesOf(minute);
    if (!minutes || minutes.length * hours.length > 6) return null;
    return t("at_times", { times: enumerate(hours.flatMap((one) => minutes.map((at) => clock(one, at)))) });
}

function daysInWords({ day, weekday }: Parts): string | null {
    const weekdays = weekday === "*" ? [] : weekdaysOf(weekday);
    const days = day === "*" ? [] : day === lastDay ? [lastDay] : valuesOf(day)?.map(String) ?? null;
    if (!weekdays || !days) return null;
    const week = weekdays.join() === "1,2,3,4,5" ? t("monday_to_friday") : weekdays.length ? t("on_weekdays", { days: enumerate(weekdays.map(weekdayName)) }) : "";
    const month = days[0] === lastDay ? t("on_last_day") : days.length ? t("on_days", { days: enumerate(days) }) : "";
    return week && month ? t("either", { a: month, b: week }) : week || month || t("every_day");
}

// 每天 03:30; null when it is too much for words.
export function timesAloud(cron: string): string | null {
    const parts = split(cron);
    if (!parts) return null;
    const times = timesInWords(parts), days = daysInWords(parts);
    const months = parts.month === "*" ? [] : valuesOf(parts.month, monthNames, 1);
    if (!times || !days || !months) return null;
    const plain = days === t("every_day") && !months.length;
    // 每 10 分钟 needs no 每天; 03:30 does.
    const when = plain && parts.hour.startsWith("*") ? times : t("days_times", { days, times });
    return months.length ? t("in_months", { months: enumerate(months.map(monthName)), when }) : when;
}
