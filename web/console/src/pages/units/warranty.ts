import type { Unit } from "@/pro/unit";

export interface Warranty {
    from: string;
    to: string;
    days: number; // left, the last day counts; 0: over
    withdrawn: boolean; // the unit is no longer in use, whatever its dates say
}

const day_ms = 86_400_000;

// As it stands on that day of the business calendar; null when it has not begun.
export function warrantyOf(unit: Pick<Unit, "status" | "warranty_start" | "warranty_end">, today: string): Warranty | null {
    const { warranty_start: from, warranty_end: to } = unit;
    if (!from || !to) return null;
    const days = Math.max(0, Math.round((Date.parse(to) - Date.parse(today)) / day_ms) + 1);
    return { from, to, days, withdrawn: unit.status !== "activated" && unit.status !== "in_repair" };
}
