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

const read_aloud = 24; // rows; who wants more of them has the table

// What the chart is called for those who do not see it: its title and numbers.
export function spoken(title: string, { columns, rows }: ChartData, show: (value: string | number | null, column: number) => string): string {
    const line = ([category = null, ...values]: ChartData["rows"][number]) =>
        `${show(category, 0)}: ${values.map((value, index) => `${columns[index + 1] ?? ""} ${show(value, index + 1)}`).join(", ")}`;
    return [title, ...rows.slice(0, read_aloud).map(line)].join("; ");
}

// Numbers count; a text beside them, such as the share of nothing, does not.
export const isEmpty = ({ rows }: ChartData): boolean => rows.every((row) => row.slice(1).every((value) => typeof value !== "number" || value === 0));
