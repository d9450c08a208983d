// Lines of parts: what the server makes of them, counted the same way before they are sent.
import type { Schemas } from "@/app/api";

export interface PartLine {
    name: string;
    part_number: string;
    qty: number | null;
    unit_price: string;
    amount: string;
}

export const emptyPart = (): PartLine => ({ name: "", part_number: "", qty: 1, unit_price: "", amount: "" });

// Yuan with two digits of a sum in JSON.
export const plain = (value: number | null | undefined): string => (value === null || value === undefined ? "" : value.toFixed(2));

const fen = (text: string): bigint | null => {
    const match = /^(\d+)(?:\.(\d{0,2}))?$/.exec(text.trim());
    return match ? BigInt(match[1] ?? "0") * 100n + BigInt((match[2] ?? "").padEnd(2, "0")) : null;
};
const yuan = (value: bigint) => `${value / 100n}.${String(value % 100n).padStart(2, "0")}`;

// Quantity times price, rounded half up; quantities have up to three decimals. Empty where one of them is no number.
export function amountOf(line: Pick<PartLine, "qty" | "unit_price">): string {
    const price = fen(line.unit_price);
    if (price === null || line.qty === null || line.qty < 0) return "";
    const milli = BigInt(Math.round(line.qty * 1000));
    return yuan((milli * price + 500n) / 1000n);
}

export const toLines = (parts: Schemas["RepairPart"][]): PartLine[] =>
    parts.map((part) => ({ name: part.name, part_number: part.part_number, qty: part.qty, unit_price: plain(part.unit_price), amount: plain(part.amount) }));

// Lines without a name count as never written.
export const toParts = (lines: PartLine[]): Schemas["RepairPartInput"][] =>
    lines.filter((line) => line.name.trim()).map((line) => ({
        name: line.name.trim(), part_number: line.part_number.trim(), qty: line.qty ?? 0, unit_price: Number(line.unit_price || 0),
    }));

export function sum(texts: string[]): string {
    return yuan(texts.reduce((all, text) => all + (fen(text) ?? 0n), 0n));
}
