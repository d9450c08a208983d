// Dates, money and phone numbers as people read them.

import { ref } from "vue";

// The zone of the business. Until the server has said which one it is.
const zone = ref("Asia/Shanghai");
export const setZone = (name: string): void => { zone.value = name; };

// 2026-03-02 14:05 from an instant in UTC.
export function dateTime(instant: string | null | undefined): string {
    if (!instant) return "—";
    const date = new Date(instant);
    if (Number.isNaN(date.getTime())) return "—";
    const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone.value, year: "numeric", month: "2-digit", day: "2-digit",
        hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(date);
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
    return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
}

export const money = (yuan: string | number | null | undefined): string => {
    if (yuan === null || yuan === undefined) return "—";
    const number = Number(yuan);
    return `¥${number.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
};

// 13812345678 or with its country; spaces and hyphens do not matter. The server has the last word.
export function looksLikePhone(text: string): boolean {
    const digits = text.replace(/[\s()-]/g, "");
    return /^1[3-9]\d{9}$/.test(digits) || /^\+\d{7,15}$/.test(digits) || /^0\d{9,11}$/.test(digits);
}
export const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());
