// Many units at once: received, shipped, taken back, put on sale again. The server takes the whole list or nothing.
import { api, take } from "@/app/api";
import type { UnitState } from "@/pro/unit";
import { t } from "./words";

export type Move = "receive" | "ship" | "take_back" | "restock";

export const movesFrom: Record<Move, UnitState[]> = {
    receive: ["printed"], ship: ["in_stock"], take_back: ["shipped", "activated"], restock: ["returned"],
};
export const permissionOf: Record<Move, string> = {
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
export async function send({ move, codes, agent, remark, key }: Sending): Promise<number> {
    const params = { header: { "Idempotency-Key": key } };
    const body = { qrcode_ids: codes, ...(remark ? { remark } : {}) };
    switch (move) {
        case "receive": return (await take(api.POST("/api/products/receive", { params, body }))).moved;
        case "take_back": return (await take(api.POST("/api/products/take_back", { params, body }))).moved;
        case "restock": return (await take(api.POST("/api/products/restock", { params, body }))).moved;
        case "ship": return (await take(api.POST("/api/products/bulk_shipping", { params, body: { ...body, agent_id: agent ?? 0 } }))).shipped;
    }
}

export const doneWords = (move: Move, n: number) => t(move === "ship" ? "shipped_n" : "moved_n", { n });
