import { describe, expect, it } from "vitest";
import { amountOf, sum, toParts } from "./parts";
import { allowed, stepsOf, type Entry } from "./states";

describe("what may be done next", () => {
    it("follows the state, and who pays", () => {
        expect(allowed({ state: "requested", chargeable: false }, true)).toEqual(["receive", "reject", "cancel"]);
        expect(allowed({ state: "received", chargeable: false }, true)).toEqual(["diagnose", "complete", "replace", "reject", "cancel"]);
        expect(allowed({ state: "diagnosed", chargeable: false }, true)).toEqual(["approve", "complete", "replace", "reject", "cancel"]);
        expect(allowed({ state: "diagnosed", chargeable: true }, true)).toEqual(["quote", "reject", "cancel"]);
        expect(allowed({ state: "approved", chargeable: true }, true)).toEqual(["start", "quote", "complete", "replace", "reject", "cancel"]);
        expect(allowed({ state: "repairing", chargeable: false }, true)).toEqual(["test", "complete", "replace", "reject"]);
        expect(allowed({ state: "tested", chargeable: true }, true)).toEqual(["return", "replace", "reject"]);
        expect(allowed({ state: "returned", chargeable: false }, true)).toEqual([]);
    });

    it("waits for the customer who came to have to pay after all", () => {
        expect(allowed({ state: "approved", chargeable: true, approved_at: null }, true)).toEqual(["quote", "reject", "cancel"]);
    });

    it("lets a customer agree to a quote only", () => {
        expect(allowed({ state: "diagnosed", chargeable: false }, false)).not.toContain("approve");
        expect(allowed({ state: "quoted", chargeable: true }, false)).toContain("approve");
    });
});

describe("the steps of a repair", () => {
    const entry = (state: Entry["state"], at: string) => ({ state, at });
    const told = (steps: ReturnType<typeof stepsOf>) => steps.map((step) => `${step.state} ${step.standing}`);

    it("show what is done and what lies ahead, without what it does not need", () => {
        const steps = stepsOf({ state: "diagnosed", chargeable: false, origin: "staff" }, [entry("received", "a"), entry("diagnosed", "b")]);
        expect(told(steps)).toEqual(["received done", "diagnosed now", "approved ahead", "repairing ahead", "tested ahead", "returned ahead"]);
        expect(steps.map((step) => step.at)).toEqual(["a", "b", null, null, null, null]);
    });

    it("end where it was stopped", () => {
        const history = [entry("requested", "a"), entry("received", "b"), entry("rejected", "c")];
        expect(told(stepsOf({ state: "rejected", chargeable: true, origin: "customer" }, history))).toEqual(["requested done", "received done", "rejected stopped"]);
    });

    it("are all done at the end", () => {
        expect(told(stepsOf({ state: "returned", chargeable: false, origin: "staff" }, [entry("received", "a"), entry("returned", "b")])).at(-1)).toBe("returned done");
    });
});

describe("parts", () => {
    it("cost what the server will say", () => {
        expect(amountOf({ qty: 1.5, unit_price: "0.33" })).toBe("0.50"); // 0.495
        expect(amountOf({ qty: 0.001, unit_price: "4.99" })).toBe("0.00");
        expect(amountOf({ qty: 3, unit_price: "99999999.99" })).toBe("299999999.97");
        expect(amountOf({ qty: null, unit_price: "1" })).toBe("");
        expect(amountOf({ qty: 1, unit_price: "x" })).toBe("");
        expect(sum(["0.10", "0.20", ""])).toBe("0.30");
    });

    it("without a name are not sent", () => {
        expect(toParts([{ name: " ", part_number: "", qty: 1, unit_price: "", amount: "" }, { name: "主板 ", part_number: "B1", qty: 2, unit_price: "35.5", amount: "71.00" }]))
            .toEqual([{ name: "主板", part_number: "B1", qty: 2, unit_price: 35.5 }]);
    });
});
