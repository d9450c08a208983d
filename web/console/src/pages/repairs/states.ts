// The way of a repair, as the server walks it: what may be done next, and what the steps above a repair show. Only what
// the server would take is offered; it decides all the same.
import type { Schemas } from "@/app/api";
import type { Tone } from "@/pro/list";

export type Ticket = Schemas["RepairTicket"];
export type Item = Schemas["RepairTicketItem"];
export type Entry = Schemas["RepairEntry"];
export type State = Ticket["state"];

export const open: State[] = ["requested", "received", "diagnosed", "quoted", "approved", "repairing", "tested"];
export const ends: State[] = ["returned", "replaced", "rejected", "cancelled"];
export const states: State[] = [...open, ...ends];
export const isOpen = (state: State) => open.includes(state);

export const tones: Record<State, Tone> = {
    requested: "warning", received: "primary", diagnosed: "primary", quoted: "warning", approved: "primary", repairing: "primary",
    tested: "success", returned: "success", replaced: "success", rejected: "danger", cancelled: "info",
};

export const verbs = ["receive", "diagnose", "start", "approve", "quote", "test", "return", "complete", "replace", "reject", "cancel"] as const;
export type Verb = (typeof verbs)[number];

export const leadsTo: Record<Verb, State> = {
    receive: "received", diagnose: "diagnosed", quote: "quoted", approve: "approved", start: "repairing", test: "tested",
    return: "returned", complete: "returned", replace: "replaced", reject: "rejected", cancel: "cancelled",
};

// What a customer may do with a repair of his own, too.
export const permissionOf = (verb: Verb) => (verb === "approve" || verb === "cancel" ? "repair.request" : "repair.write");

export interface Standing {
    state: State;
    chargeable: boolean;
    approved_at?: string | null; // a row of a list does not say; its state does
}

const agreedStates: State[] = ["approved", "repairing", "tested"];
const agreed = (ticket: Standing) =>
    !ticket.chargeable || (ticket.approved_at === undefined ? agreedStates.includes(ticket.state) : ticket.approved_at !== null);

const from: Record<Verb, State[]> = {
    receive: ["requested"],
    diagnose: ["received"],
    quote: ["diagnosed", "quoted", "approved"],
    approve: ["diagnosed", "quoted"],
    start: ["approved"],
    test: ["repairing"],
    return: ["tested"],
    complete: ["received", "diagnosed", "quoted", "approved", "repairing"],
    replace: ["received", "diagnosed", "quoted", "approved", "repairing", "tested"],
    reject: open,
    cancel: ["requested", "received", "diagnosed", "quoted", "approved"],
};

// In the order of verbs, so the step that leads on comes first. `staff`: the caller works here.
export function allowed(ticket: Standing, staff: boolean): Verb[] {
    return verbs.filter((verb) => {
        if (!from[verb].includes(ticket.state)) return false;
        if (verb === "quote") return ticket.chargeable;
        if (verb === "approve") return ticket.state === "quoted" || (staff && !ticket.chargeable);
        if (verb === "start" || verb === "complete" || verb === "replace") return agreed(ticket);
        return true;
    });
}

export interface Step {
    state: State;
    at: string | null;
    standing: "done" | "now" | "ahead" | "stopped";
}

// The steps of one repair: those it has taken, then those that lie ahead of it. What ended early shows where it stopped.
export function stepsOf(ticket: Pick<Ticket, "state" | "chargeable" | "origin">, history: Pick<Entry, "state" | "at">[]): Step[] {
    const reached = new Map<State, string>();
    for (const entry of history) if (!reached.has(entry.state)) reached.set(entry.state, entry.at);
    const path: State[] = [...open.filter((state) => {
        if (reached.has(state) || state === ticket.state) return true;
        if (state === "requested") return ticket.origin === "customer";
        return state !== "quoted" || ticket.chargeable;
    }), "returned"];
    const stop = ends.includes(ticket.state) && ticket.state !== "returned";
    const taken = stop ? [...path.filter((state) => reached.has(state)), ticket.state] : path;
    const here = taken.indexOf(ticket.state);
    return taken.map((state, index) => ({
        state,
        at: index <= here ? reached.get(state) ?? null : null,
        standing: index > here ? "ahead" : index < here || ticket.state === "returned" || ticket.state === "replaced" ? "done" : stop ? "stopped" : "now",
    }));
}
