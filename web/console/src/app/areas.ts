// All areas, as the folders under pages/ declare them.
import type { Area } from "./area";

export const areas: Area[] = Object.values(import.meta.glob<{ default: Area }>("../pages/*/area.ts", { eager: true }))
    .map((module) => module.default);

export function subjectPath(table: string, id: number | null): string | null {
    if (id === null) return null;
    for (const area of areas) {
        const path = area.subjects?.[table];
        if (path) return path(id);
    }
    return null;
}
