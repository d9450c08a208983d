import type { Unit } from "@/pro/unit";

export interface Warranty {
    from: string;
    to: string;
    days: number; // left after today; 0 while it is not over: today is the last
    over: boolean;
    withdrawn: boolean; // the unit is no longer in use, whatever its dates say
}

const day_ms = 86_400_000;

// As it stands on that day of the business calendar; null when it has not begun. A warranty of no months ends on the day it
// begins and covers nothing.
export function warrantyOf(unit: Pick<Unit, "status" | "warranty_start" | "warranty_end">, today: string): Warranty | null {
    const { warranty_start: from, warranty_end: to } = unit;
    if (!from || !to) return null;
    const days = Math.round((Date.parse(to) - Date.parse(today)) / day_ms);
    return { from, to, days: Math.max(0, days), over: days < 0 || from === to, withdrawn: unit.status !== "activated" && unit.status !== "in_repair" };
}
