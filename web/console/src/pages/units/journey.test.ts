import { describe, expect, it } from "vitest";
import { factsOf } from "./journey";

describe("a step of the journey", () => {
    it("names the agent, the shipment and the batch", () => {
        expect(factsOf({ kind: "shipped", detail: { shipment_id: 6, agent_id: 3 } })).toEqual([
            { kind: "agent", label: "at_agent", id: 3 }, { kind: "shipment", label: "shipment", id: 6 },
        ]);
        expect(factsOf({ kind: "received", detail: { batch_id: 1 } })).toEqual([{ kind: "batch", label: "batch_of", id: 1 }]);
    });
    it("tells how long the warranty runs, and by how much it grew", () => {
        expect(factsOf({ kind: "activated", detail: { warranty_start: "2026-01-01", warranty_end: "2028-01-01" } }))
            .toEqual([{ kind: "text", label: "until", text: "2028-01-01" }]);
        expect(factsOf({ kind: "warranty_extended", detail: { from: "2028-01-01", to: "2028-07-01", reason: "投诉" } })).toEqual([
            { kind: "text", label: "until", text: "2028-01-01 → 2028-07-01" }, { kind: "text", label: "reason", text: "投诉" },
        ]);
    });
    it("knows people by numbers written as texts", () => {
        expect(factsOf({ kind: "transferred", detail: { from: "10", to: "11", reason: "" } })).toEqual([
            { kind: "person", label: "owner", id: 10 }, { kind: "person", label: "new_owner", id: 11 },
        ]);
    });
    it("leads to the other unit and to the repair", () => {
        expect(factsOf({ kind: "replaced", detail: { by: "QR002", reason: "坏了" } })[0]).toEqual({ kind: "unit", label: "by_code", code: "QR002" });
        expect(factsOf({ kind: "repair_opened", detail: { ticket_id: 7, state: "received" } })).toEqual([{ kind: "ticket", label: "repair_no", id: 7 }]);
    });
    it("shows nothing it does not understand", () => {
        expect(factsOf({ kind: "edited", detail: {} })).toEqual([]);
        expect(factsOf({ kind: "scrapped", detail: null })).toEqual([]);
        expect(factsOf({ kind: "shipped", detail: { agent_id: -1, shipment_id: "x", later: { a: 1 } } })).toEqual([]);
    });
});
