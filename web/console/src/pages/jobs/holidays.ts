// A year's holidays as people write them: a line for each stretch of days. The server keeps single days.
import type { Schemas } from "@/app/api";
import { dateOf, shift } from "./days";

export type Holiday = Schemas["JobsHoliday"];
export type DayKind = Holiday["kind"];
export interface Stretch { from: string; until: string; kind: string; name: string }

export const emptyStretch = (): Stretch => ({ from: "", until: "", kind: "holiday", name: "" });

// Neighbouring days of one kind and name are one line.
export function stretches(days: Pick<Holiday, "day" | "kind" | "name">[]): Stretch[] {
    const lines: Stretch[] = [];
    for (const { day, kind, name } of [...days].sort((a, b) => (a.day < b.day ? -1 : 1))) {
        const last = lines.at(-1);
        if (last && last.kind === kind && last.name === name && shift(last.until, 1) === day) last.until = day;
        else lines.push({ from: day, until: day, kind, name });
    }
    return lines;
}

const makeUp = /^(workday|班|上班|补班|调休|调休上班|工作日|working day|make-?up.*)$/i;
const off = /^(holiday|休|休息|休息日|放假|节假日|假日|)$/i;

export function kindOf(text: string): DayKind | null {
    if (makeUp.test(text.trim())) return "workday";
    return off.test(text.trim()) ? "holiday" : null;
}

export type Fault = "from" | "until" | "kind" | "name" | "order" | "twice" | "year";
export interface Read {
    days: { day: string; kind: DayKind; name: string }[];
    faults: { line: number; field: keyof Stretch; fault: Fault }[];
}

// The days of all lines, or what is wrong with which cell. Lines without anything in them count for nothing.
export function daysOf(lines: Stretch[], year: number): Read {
    const read: Read = { days: [], faults: [] };
    const seen = new Set<string>();
    lines.forEach((line, at) => {
        if (![line.from, line.until, line.name].some((cell) => cell.trim())) return;
        const blame = (field: keyof Stretch, fault: Fault) => { read.faults.push({ line: at, field, fault }); };
        const from = dateOf(line.from, year), until = line.until.trim() ? dateOf(line.until, year) : from, kind = kindOf(line.kind);
        if (!from) blame("from", "from");
        if (line.until.trim() && !until) blame("until", "until");
        if (!kind) blame("kind", "kind");
        if (!line.name.trim()) blame("name", "name");
        if (!from || !until || !kind) return;
        if (until < from) { blame("until", "order"); return; }
        for (const [field, day] of [["from", from], ["until", until]] as const) if (!day.startsWith(`${year}-`)) { blame(field, "year"); return; }
        for (let day = from; day <= until; day = shift(day, 1)) {
            if (seen.has(day)) { blame("from", "twice"); return; }
            seen.add(day);
            read.days.push({ day, kind, name: line.name.trim() });
        }
    });
    return read;
}

export interface Cell { day: string; number: number; weekend: boolean; kind?: DayKind; name?: string }

// The weeks of a month, Monday first; null before its first and after its last day.
export function weeksOf(year: number, month: number, special: Map<string, { kind: DayKind; name: string }>): (Cell | null)[][] {
    const first = new Date(Date.UTC(year, month - 1, 1));
    const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const before = (first.getUTCDay() + 6) % 7;
    const cells: (Cell | null)[] = Array.from({ length: before }, () => null);
    for (let number = 1; number <= count; number++) {
        const day = `${year}-${String(month).padStart(2, "0")}-${String(number).padStart(2, "0")}`;
        cells.push({ day, number, weekend: (before + number - 1) % 7 >= 5, ...special.get(day) });
    }
    while (cells.length % 7) cells.push(null);
    return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}
