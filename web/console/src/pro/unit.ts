// How the state of a unit looks, wherever one is shown.
import type { Schemas } from "@/app/api";
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
