// A label design as people edit it: everything filled in, lengths in millimetres. Pure.
import type { FieldError, Schemas } from "@/app/api";

type Input = Schemas["UnitsLabelTemplateInput"];
export type Line = Schemas["UnitsLabelLine"];
export type Design = Omit<{ [K in keyof Input]-?: NonNullable<Input[K]> }, "lines"> & { lines: Line[] };

export const pages = [
    { name: "A4", width: 210, height: 297 }, { name: "A5", width: 148, height: 210 }, { name: "A6", width: 105, height: 148 }, { name: "Letter", width: 215.9, height: 279.4 },
] as const;
export const resolutions = [0, 203, 300, 600];

export const newLine = (text = ""): Line => ({ text, size_pt: 8, bold: false, mono: false, align: "left", place: "beside", max_lines: 1, shrink: false });

const plain: Omit<Design, "name" | "lines"> = {
    media: "roll", page_width_mm: 210, page_height_mm: 297, label_width_mm: 50, label_height_mm: 30, rows: 1, cols: 1, margin_top_mm: 0, margin_left_mm: 0,
    gap_x_mm: 0, gap_y_mm: 0, padding_mm: 2, qr_size_mm: 21, bar_height_mm: 0, cut_lines: false, printer_dpi: 203,
};

// What the server or a preset says, without its gaps.
export function designOf(from: Partial<Input>): Design {
    const given = Object.fromEntries(Object.entries(from).filter(([key, value]) => key in plain && value !== null && value !== undefined));
    return { ...plain, ...given, name: from.name ?? "", lines: (from.lines ?? []).map((line) => ({ ...line })) };
}

// What is sent: a roll has no grid, so what was typed for a sheet before does not count.
export function inputOf(design: Design): Input {
    if (design.media === "sheet") return { ...design, printer_dpi: 0 };
    return { ...design, rows: 1, cols: 1, margin_top_mm: 0, margin_left_mm: 0, gap_x_mm: 0, gap_y_mm: 0 };
}

const tenth = (value: number) => Math.floor(value * 10 + 1e-6) / 10;

// The size at which the grid fills the page, the same margin on both sides.
export function fitted(design: Design): { label_width_mm: number; label_height_mm: number } {
    return {
        label_width_mm: tenth((design.page_width_mm - 2 * design.margin_left_mm - (design.cols - 1) * design.gap_x_mm) / design.cols),
        label_height_mm: tenth((design.page_height_mm - 2 * design.margin_top_mm - (design.rows - 1) * design.gap_y_mm) / design.rows),
    };
}

export const perPage = (design: Pick<Design, "media" | "rows" | "cols">) => (design.media === "sheet" ? design.rows * design.cols : 1);
export const pagesOf = (labels: number, skip: number, each: number) => Math.ceil((labels + skip) / each);

// "cols" and "lines[1].size_pt" -> messages by field, and by line.
export function placeErrors(errors: readonly FieldError[]): { fields: Record<string, string>; lines: Record<number, string> } {
    const placed = { fields: {} as Record<string, string>, lines: {} as Record<number, string> };
    for (const { field, message } of errors) {
        const line = /^lines\[(\d+)\]/.exec(field)?.[1];
        if (line === undefined) placed.fields[field] = [placed.fields[field], message].filter(Boolean).join(" ");
        else placed.lines[Number(line)] = [placed.lines[Number(line)], message].filter(Boolean).join(" ");
    }
    return placed;
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
    const copy = [...list];
    const [one] = copy.splice(from, 1);
    if (one !== undefined) copy.splice(to, 0, one);
    return copy;
}
