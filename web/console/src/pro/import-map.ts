// Which column of a file goes to which field; a mapping names columns only once they go somewhere.
import type { TargetField } from "@/app/contract";

type Wanted = Pick<TargetField, "name" | "label" | "required">;

export interface MapProblems {
    missing: string[]; // labels of required fields without a column
    twice: string[]; // labels of fields with more than one
}

export function problems(mapping: Record<string, string>, fields: Wanted[]): MapProblems {
    const used = Object.values(mapping).filter(Boolean);
    const of = (name: string) => used.filter((field) => field === name).length;
    return {
        missing: fields.filter((field) => field.required && of(field.name) === 0).map((field) => field.label),
        twice: fields.filter((field) => of(field.name) > 1).map((field) => field.label),
    };
}

export const isFine = (found: MapProblems) => found.missing.length === 0 && found.twice.length === 0;

// The cells of one column in the first rows.
export const sampleOf = (sample: string[][], column: number, most = 3): string =>
    sample.map((row) => row[column] ?? "").filter(Boolean).slice(0, most).join(" · ");
