// A form is a declaration too: fields, where their values go, what the server said about each.
import { toRaw, type Component } from "vue";
import { ApiError, type FieldError, type Tagged } from "@/app/api";
import { t } from "@/base/words";
import type { Option } from "./list";

export interface Field<Values> {
    key: keyof Values & string;
    label: string;
    kind?: "text" | "long" | "number" | "money" | "switch" | "select" | "multiple" | "remote" | "date" | "password" | "pairs" | "custom";
    required?: boolean;
    help?: string;
    placeholder?: string;
    max?: number; // characters, or the greatest number
    min?: number;
    unit?: string; // behind a number
    options?: Option[];
    search?: (text: string) => Promise<Option[]>; // remote
    name?: (value: string) => Promise<string>; // remote: the label of a value that is there already
    wide?: boolean; // the whole row of a two-column form
    when?: (values: Values) => boolean;
    disabled?: (values: Values) => boolean;
    component?: Component; // custom: gets modelValue, emits update:modelValue
    show?: (value: unknown) => string; // in the conflict dialog
}

export interface FormSpec<Values extends object, Result = unknown> {
    title: string;
    fields: Field<Values>[];
    initial: Values; // what a new one has, or the one that is changed has now
    etag?: string; // of the version that is changed
    // Sends the values. `etag` goes into If-Match, `key` into Idempotency-Key.
    submit: (values: Values, sent: { etag: string; key: string }) => Promise<Result>;
    reload?: () => Promise<Tagged<Values>>; // the newest version, for the conflict dialog
    done?: string; // said afterwards; empty: nothing
}

export const isConflict = (error: unknown): boolean =>
    error instanceof ApiError && (error.status === 412 || error.code === "version_differs");

// "specs.功率" and "lines[2].price" belong to the fields specs and lines.
export const fieldOf = (path: string): string => /^[^.[]*/.exec(path)?.[0] ?? path;

export interface Said {
    fields: Record<string, string>;
    general: string;
}

// Sorts what the server said: to the fields the form has, and the rest above it.
export function sortErrors(error: unknown, keys: string[]): Said {
    if (!(error instanceof ApiError)) return { fields: {}, general: error instanceof Error ? error.message : t("error") };
    const fields: Record<string, string> = {};
    const loose: FieldError[] = [];
    for (const one of error.fields) {
        const key = fieldOf(one.field);
        if (keys.includes(key)) fields[key] = fields[key] ? `${fields[key]} ${one.message}` : one.message;
        else loose.push(one);
    }
    const general = loose.length ? loose.map((one) => `${one.field}: ${one.message}`).join("\n")
        : error.fields.length ? t("invalid") : error.message;
    return { fields, general };
}

// A copy that shares nothing with what it was made from: reactive objects cannot be cloned, files need not be.
export function copyOf<T>(value: T): T {
    const raw: unknown = toRaw(value);
    if (Array.isArray(raw)) return raw.map(copyOf) as T;
    if (raw === null || typeof raw !== "object" || Object.getPrototypeOf(raw) !== Object.prototype) return raw as T;
    return Object.fromEntries(Object.entries(raw).map(([key, one]) => [key, copyOf(one as unknown)])) as T;
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export interface Collision {
    key: string;
    mine: unknown;
    theirs: unknown;
}

// Three versions of one thing: as it was when editing began, as edited, as it is now. Fields only one side touched merge by
// themselves; where both did, people choose.
export function merge<V extends object>(base: V, mine: V, theirs: V): { merged: V; collisions: Collision[] } {
    const merged = { ...theirs };
    const collisions: Collision[] = [];
    for (const key of Object.keys(mine) as (keyof V & string)[]) {
        if (same(mine[key], base[key])) continue;
        merged[key] = mine[key];
        if (!same(theirs[key], base[key]) && !same(theirs[key], mine[key])) collisions.push({ key, mine: mine[key], theirs: theirs[key] });
    }
    return { merged, collisions };
}

// The values a caller may send, out of a row that has more.
export function pick<Row extends object, K extends keyof Row>(row: Row, keys: readonly K[]): Pick<Row, K> {
    return Object.fromEntries(keys.map((key) => [key, row[key]])) as Pick<Row, K>;
}
