// Lists of codes are taken as a whole or not at all; the server names every code that stands in the way.
import { ApiError } from "@/app/api";

export interface Refusal {
    place: number; // in the list that was sent, from 0
    code: string;
    message: string;
}

// The codes an answer refuses, or null when it is about something else.
export function refusals(error: unknown, sent: readonly string[]): Refusal[] | null {
    if (!(error instanceof ApiError)) return null;
    const found: Refusal[] = [];
    for (const one of error.fields) {
        const place = /^qrcode_ids\[(\d+)\]/.exec(one.field)?.[1];
        if (place !== undefined) found.push({ place: Number(place), code: sent[Number(place)] ?? "", message: one.message });
    }
    return found.length ? found.sort((a, b) => a.place - b.place) : null;
}

// What is left of the list without them.
export function without(sent: readonly string[], refused: readonly Refusal[]): string[] {
    const places = new Set(refused.map((one) => one.place));
    return sent.filter((_code, place) => !places.has(place));
}
