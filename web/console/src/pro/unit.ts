// How the state of a unit looks, wherever one is shown, and how many units at once go from one state to another.
import { api, take, type Schemas } from "@/app/api";
import { choice, choiceOptions } from "@/base/language";
import type { Tone } from "./list";

export type Unit = Schemas["UnitsUnit"];
export type UnitState = Unit["status"];

export const unitStates: UnitState[] = ["printed", "in_stock", "shipped", "activated", "in_repair", "returned", "replaced", "scrapped"];

const tones: Record<UnitState, Tone> = {
    printed: "info", in_stock: "primary", shipped: "primary", activated: "success", in_repair: "warning", returned: "warning",
    replaced: "info", scrapped: "danger",
};

export const unitTag = (status: UnitState) => ({ text: choice("units.status", status), tone: tones[status] });
export const unitStateOptions = () => choiceOptions("units.status", unitStates);

// The server takes a whole list or nothing of it.
export type Move = "receive" | "ship" | "take_back" | "restock";

export const movesFrom: Record<Move, UnitState[]> = {
    receive: ["printed"], ship: ["in_stock"], take_back: ["shipped", "activated"], restock: ["returned"],
};
export const movePermission: Record<Move, string> = {
    receive: "units.write", ship: "units.ship", take_back: "units.ship", restock: "units.write",
};

export interface Sending {
    move: Move;
    codes: string[];
    agent?: number; // ship
    remark?: string;
    key: string; // Idempotency-Key
}

// How many were moved.
export async function sendUnits({ move, codes, agent, remark, key }: Sending): Promise<number> {
    const params = { header: { "Idempotency-Key": key } };
    const body = { qrcode_ids: codes, ...(remark ? { remark } : {}) };
    switch (move) {
        case "receive": return (await take(api.POST("/api/products/receive", { params, body }))).moved;
        case "take_back": return (await take(api.POST("/api/products/take_back", { params, body }))).moved;
        case "restock": return (await take(api.POST("/api/products/restock", { params, body }))).moved;
        case "ship": return (await take(api.POST("/api/products/bulk_shipping", { params, body: { ...body, agent_id: agent ?? 0 } }))).shipped;
    }
}
