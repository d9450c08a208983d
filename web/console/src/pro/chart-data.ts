// The same numbers as a table and as CSV, so that a chart hides nothing.
export interface ChartData {
    columns: string[]; // the first names the category
    rows: (string | number | null)[][];
}

const cell = (value: string | number | null): string => {
    if (value === null) return "";
    // A text that a spreadsheet would take for a formula is kept a text.
    const text = typeof value === "string" && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

// With a byte order mark: Excel takes a file without one for the local code page.
export const csv = ({ columns, rows }: ChartData): string =>
    `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

export const isEmpty = ({ rows }: ChartData): boolean => rows.every((row) => row.slice(1).every((value) => value === null || value === 0 || value === ""));
