import { describe, expect, it } from "vitest";
import { arrange, plainSettings, presetRange, reachable, readState, viewQuery, writeState, type StateSpec } from "./list-state";

const spec: StateSpec = { filterKeys: ["status", "search", "since", "until"], ordering: "-created_at", pageSize: 20 };
const plain = { page: 1, pageSize: 20, ordering: "-created_at", filters: {}, columns: null };

describe("a list in the address bar", () => {
    it("is bare when nothing was chosen", () => {
        expect(readState({}, spec)).toEqual(plain);
        expect(writeState(plain, spec)).toEqual({});
    });

    it("comes back as it was", () => {
        const state = { page: 3, pageSize: 50, ordering: "name", filters: { status: "in_stock", search: "净化 器&=" }, columns: ["name", "model"] };
        const address = new URLSearchParams(writeState(state, spec)).toString();
        expect(readState(Object.fromEntries(new URLSearchParams(address)), spec)).toEqual(state);
    });

    it("does not believe nonsense", () => {
        expect(readState({ page: "-2", page_size: "100000", ordering: "", status: ["", "x"], other: "1" }, spec)).toEqual(plain);
        expect(readState({ page: "1e99" }, spec).page).toBe(1);
    });

    it("leaves what belongs to others", () => {
        expect(writeState({ ...plain, filters: { status: "shipped" } }, spec, { tab: "units", page: "9", status: "old" })).toEqual({ tab: "units", status: "shipped" });
    });

    it("keeps filters and order in a view, not the page", () => {
        expect(viewQuery({ ...plain, page: 7, pageSize: 50, ordering: "name", filters: { status: "shipped" }, columns: ["a"] }, spec)).toBe("status=shipped&ordering=name");
    });
});

describe("columns", () => {
    const columns = [{ key: "name", always: true }, { key: "model" }, { key: "brand", hidden: true }, { key: "state" }];
    const keys = (list: { key: string }[]) => list.map((column) => column.key).join();

    it("stand as declared until they are touched", () => {
        expect(keys(arrange(columns, plainSettings(), null))).toBe("name,model,state");
    });

    it("follow the person, then the address", () => {
        const settings = { ...plainSettings(), order: ["state", "name", "brand", "model"], hidden: ["model"] };
        expect(keys(arrange(columns, settings, null))).toBe("state,name,brand");
        expect(keys(arrange(columns, settings, ["model", "gone"]))).toBe("name,model");
    });

    it("that came later appear where they were declared", () => {
        const settings = { ...plainSettings(), order: ["state", "name"], hidden: [] };
        expect(keys(arrange(columns, settings, null))).toBe("state,model,name");
    });

    it("cannot all be hidden", () => {
        const settings = { ...plainSettings(), order: ["name", "model"], hidden: ["name", "model"] };
        expect(keys(arrange(columns, settings, null))).toContain("name");
    });
});

describe("the pager", () => {
    it("trusts an exact total and walks an inexact one", () => {
        expect(reachable({ page: 1, page_size: 20, total: 87, total_exact: true, next: "c" })).toBe(87);
        expect(reachable({ page: 60, page_size: 20, total: 1000, total_exact: false, next: "c" })).toBe(1201);
        expect(reachable({ page: 60, page_size: 20, total: 1000, total_exact: false, next: null })).toBe(1200);
        expect(reachable({ page: 1000, page_size: 20, total: 1_000_000, total_exact: false, next: "c" })).toBe(20_000);
    });
});

describe("date presets", () => {
    it("know the ends of months", () => {
        expect(presetRange("last_month", "2026-03-31")).toEqual(["2026-02-01", "2026-02-28"]);
        expect(presetRange("last_month", "2028-01-05")).toEqual(["2027-12-01", "2027-12-31"]);
        expect(presetRange("last7", "2026-03-03")).toEqual(["2026-02-25", "2026-03-03"]);
        expect(presetRange("yesterday", "2028-03-01")).toEqual(["2028-02-29", "2028-02-29"]);
        expect(presetRange("this_month", "2026-11-20")).toEqual(["2026-11-01", "2026-11-20"]);
    });
});
