// What an entry of a unit's timeline has to say beyond its name, as facts. What it may hold is written by the server's
// modules units and repair; a detail of a later version that is not known here is left out, never shown raw.
import type { Schemas } from "@/app/api";
import type { Tone } from "@/pro/list";

export type Entry = Schemas["UnitsTimelineEntry"];

export type JourneyFact =
    | { kind: "batch" | "shipment" | "agent" | "person" | "ticket"; label: JourneyWord; id: number }
    | { kind: "unit"; label: JourneyWord; code: string }
    | { kind: "text"; label: JourneyWord; text: string };

export type JourneyWord = "batch_of" | "at_agent" | "shipment" | "until" | "reason" | "remark" | "new_owner" | "owner" | "by_code" | "for_code" | "repair_no";

const whole = (value: unknown): number | null => {
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) && (number as number) > 0 ? number as number : null;
};
const words = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

export function factsOf(entry: Pick<Entry, "kind" | "detail">): JourneyFact[] {
    const detail = (entry.detail ?? {}) as Record<string, unknown>;
    const facts: JourneyFact[] = [];
    const id = (kind: "batch" | "shipment" | "agent" | "person" | "ticket", label: JourneyWord, value: unknown) => {
        const number = whole(value);
        if (number !== null) facts.push({ kind, label, id: number });
    };
    const unit = (label: JourneyWord, value: unknown) => {
        const code = words(value);
        if (code) facts.push({ kind: "unit", label, code });
    };
    id("agent", "at_agent", detail.agent_id);
    id("shipment", "shipment", detail.shipment_id);
    id("batch", "batch_of", detail.batch_id);
    id("ticket", "repair_no", detail.ticket_id);
    if (entry.kind === "activated" && words(detail.warranty_end)) facts.push({ kind: "text", label: "until", text: String(detail.warranty_end) });
    if (entry.kind === "warranty_extended" && words(detail.from) && words(detail.to))
        facts.push({ kind: "text", label: "until", text: `${String(detail.from)} → ${String(detail.to)}` });
    if (entry.kind === "transferred") {
        id("person", "owner", detail.from);
        id("person", "new_owner", detail.to);
    }
    unit("by_code", detail.by);
    unit("for_code", detail.for);
    const reason = words(detail.reason);
    if (reason) facts.push({ kind: "text", label: "reason", text: reason });
    const remark = words(detail.remark);
    if (remark) facts.push({ kind: "text", label: "remark", text: remark });
    return facts;
}

const tones: Partial<Record<Entry["kind"], Tone>> = {
    activated: "success", warranty_extended: "success", repair_opened: "warning", repair_closed: "success", returned: "warning",
    replaced: "info", scrapped: "danger", edited: "info", printed: "info",
};
export const toneOf = (entry: Entry): Tone => tones[entry.kind] ?? "primary";
