// How instants, money and counts are written. Instants are UTC on the wire and shown in the zone people chose: the
// business's own, or this machine's. Money stays a text with two digits; no sum ever passes through a double.
import { ref } from "vue";
import { language } from "./language";

export const nothing = "—";
// Until the server has said which one it is.
export const businessZone = ref("Asia/Shanghai");
const zoneKey = "yuanliu.zone";

export type ZoneChoice = "business" | "local";
export const zoneChoice = ref<ZoneChoice>(localStorage.getItem(zoneKey) === "local" ? "local" : "business");

export function setZone(next: ZoneChoice) {
    zoneChoice.value = next;
    localStorage.setItem(zoneKey, next);
}

export function setBusinessZone(name: string) {
    businessZone.value = name;
}

export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
export const zone = (): string => (zoneChoice.value === "local" ? localZone() : businessZone.value);

const formats = new Map<string, Intl.DateTimeFormat>();

function parts(instant: Date): Record<string, string> {
    const name = zone();
    let format = formats.get(name);
    if (!format) {
        format = new Intl.DateTimeFormat("en-CA", {
            timeZone: name, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
            hour: "2-digit", minute: "2-digit", second: "2-digit",
        });
        formats.set(name, format);
    }
    return Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
}

export type Instant = string | number | Date | null | undefined;

function read(value: Instant): Date | null {
    if (value === null || value === undefined || value === "") return null;
    const instant = new Date(value);
    return Number.isNaN(instant.getTime()) ? null : instant;
}

// 2026-11-20 14:05
export function dateTime(value: Instant, seconds = false): string {
    const instant = read(value);
    if (!instant) return nothing;
    const p = parts(instant);
    return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}${seconds ? `:${p.second}` : ""}`;
}

// 2026-11-20; a plain date of the business calendar stays as it is.
export function date(value: Instant): string {
    if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
    const instant = read(value);
    if (!instant) return nothing;
    const p = parts(instant);
    return `${p.year}-${p.month}-${p.day}`;
}

// How far the shown zone is ahead of UTC at an instant, in milliseconds.
function ahead(instant: Date): number {
    const p = parts(instant);
    return Date.UTC(Number(p.year), Number(p.month) - 1, Number(p.day), Number(p.hour), Number(p.minute), Number(p.second)) - instant.getTime();
}

// The instant at which a day of the shown zone begins, for filters that want instants.
export function dayBegins(day: string): Date {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    const first = new Date(midnight - ahead(new Date(midnight)));
    // The clock may be set on the same day, after that midnight and before our guess.
    const second = new Date(midnight - ahead(first));
    return date(second) === day ? second : first;
}

// Its last millisecond.
export function dayEnds(day: string): Date {
    const next = new Date(`${day}T00:00:00Z`);
    next.setUTCDate(next.getUTCDate() + 1);
    return new Date(dayBegins(next.toISOString().slice(0, 10)).getTime() - 1);
}

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
    ["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1],
];

// 3 minutes ago; 3分钟前
export function ago(value: Instant, now = Date.now()): string {
    const instant = read(value);
    if (!instant) return nothing;
    const seconds = (instant.getTime() - now) / 1000;
    const [unit, size] = spans.find(([, span]) => Math.abs(seconds) >= span) ?? ["second", 1];
    return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

function grouped(digits: string): string {
    return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

export const currency = (): string => (language() === "en" ? "¥" : "￥");

// "12345.6" -> ￥12,345.60
export function money(value: string | null | undefined): string {
    if (value === null || value === undefined || value === "") return nothing;
    const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(value);
    if (!match) return value;
    const [, sign = "", whole = "0", cents = ""] = match;
    return `${sign}${currency()}${grouped(whole)}.${cents.padEnd(2, "0")}`;
}

// 12,345; quantities keep the digits they came with.
export function count(value: number | string | null | undefined): string {
    if (value === null || value === undefined || value === "") return nothing;
    const match = /^(-?)(\d+)(\.\d+)?$/.exec(String(value));
    return match ? `${match[1]}${grouped(match[2] ?? "")}${match[3] ?? ""}` : String(value);
}

export function percent(value: number | null | undefined, digits = 1): string {
    return value === null || value === undefined ? nothing : `${(value * 100).toFixed(digits)}%`;
}

export function bytes(value: number | null | undefined): string {
    if (value === null || value === undefined) return nothing;
    const unit = value < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(value) / 10));
    return `${(value / 1024 ** unit).toFixed(unit === 0 ? 0 : 1)} ${["B", "KiB", "MiB", "GiB", "TiB"][unit]}`;
}

export function text(value: unknown): string {
    if (value === null || value === undefined || value === "") return nothing;
    return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}
