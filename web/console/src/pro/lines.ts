// The lines of a document as a grid of cells: pure moves, so that the keyboard can be tested without a browser.
export interface LineColumn<Line> {
    key: keyof Line & string;
    label: string;
    kind?: "text" | "number" | "money";
    width?: number;
    readonly?: boolean;
    max?: number;
    placeholder?: string;
    total?: boolean; // sum below the column
    pasted?: (text: string) => string; // what people write in their spreadsheets, as the cell means it
}

export interface Place { row: number; column: number }

export const blank = (cells: string[]) => cells.every((cell) => cell.trim() === "");

// A clipboard of a spreadsheet: rows by line, cells by tab; a quoted cell may hold both.
export function parseTable(text: string): string[][] {
    const rows: string[][] = [];
    let row: string[] = [];
    let cell = "";
    let quoted = false;
    const endCell = () => { row.push(cell); cell = ""; };
    const endRow = () => { endCell(); rows.push(row); row = []; };
    const body = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    for (let at = 0; at < body.length; at++) {
        const letter = body.charAt(at);
        if (quoted) {
            if (letter !== '"') cell += letter;
            else if (body[at + 1] === '"') { cell += '"'; at++; }
            else quoted = false;
        } else if (letter === '"' && cell === "") quoted = true;
        else if (letter === "\t") endCell();
        else if (letter === "\n") endRow();
        else cell += letter;
    }
    if (body !== "") endRow();
    return rows.filter((cells) => !blank(cells));
}

// Writes the cells of a clipboard from a place on, adding lines as needed. Read-only columns are passed over.
export function paste<Line extends object>(lines: Line[], columns: LineColumn<Line>[], at: Place, cells: string[][], make: () => Line): Line[] {
    const result = lines.map((line) => ({ ...line }));
    const targets = columns.slice(at.column).filter((column) => !column.readonly);
    cells.forEach((row, down) => {
        const line: Line = result[at.row + down] ?? make();
        targets.forEach((column, across) => {
            const value = row[across];
            if (value !== undefined) (line as Record<string, unknown>)[column.key] = read(column.kind, column.pasted?.(value.trim()) ?? value);
        });
        result[at.row + down] = line;
    });
    return result;
}

// What was typed or pasted, as the column keeps it: ￥1,200.50 -> "1200.50".
export function read(kind: string | undefined, value: string): string | number | null {
    const plain = value.trim();
    if (kind !== "number" && kind !== "money") return plain;
    const digits = plain.replace(/[,，￥¥\s]/g, "");
    if (kind === "money") return digits;
    return digits === "" || Number.isNaN(Number(digits)) ? null : Number(digits);
}

// A scanned code: on a line already, its quantity grows, or nothing happens where each code stands for one thing.
export function scan<Line extends object>(
    lines: Line[], code: string, key: keyof Line & string, quantity: (keyof Line & string) | undefined, make: (code: string) => Line,
) {
    const row = lines.findIndex((line) => String(line[key]).toUpperCase() === code.toUpperCase());
    if (row < 0) return { lines: [...lines, make(code)], outcome: "added" as const, row: lines.length };
    if (!quantity) return { lines, outcome: "ignored" as const, row };
    const grown = lines.map((line, index) => (index === row ? { ...line, [quantity]: Number(line[quantity] ?? 0) + 1 } : line));
    return { lines: grown, outcome: "merged" as const, row };
}

// Exact: money is summed in fen.
export function total(values: unknown[], kind: string | undefined): string {
    if (kind !== "money") return String(values.reduce<number>((sum, value) => sum + (Number(value) || 0), 0));
    const fen = values.reduce<bigint>((sum, value) => {
        const match = /^(-?)(\d+)(?:\.(\d{0,2}))?$/.exec(String(value ?? ""));
        if (!match) return sum;
        const amount = BigInt(match[2] ?? "0") * 100n + BigInt((match[3] ?? "").padEnd(2, "0"));
        return match[1] ? sum - amount : sum + amount;
    }, 0n);
    const plain = (fen < 0n ? -fen : fen).toString().padStart(3, "0");
    return `${fen < 0n ? "-" : ""}${plain.slice(0, -2)}.${plain.slice(-2)}`;
}
