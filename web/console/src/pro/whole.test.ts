import { describe, expect, it } from "vitest";
import { pageOf } from "./whole";

const rows = [{ id: 1, name: "b", at: null }, { id: 2, name: "a", at: "2026-01-02" }, { id: 10, name: "c", at: "2026-01-01" }];
const ids = (query: Record<string, string | number>) => pageOf(rows, query).rows.map((row) => row.id);

describe("a page of all there is", () => {
    it("is as it came unless somebody wants an order", () => {
        expect(ids({})).toEqual([1, 2, 10]);
        expect(ids({ ordering: "name" })).toEqual([2, 1, 10]);
        expect(ids({ ordering: "-id" })).toEqual([10, 2, 1]);
        expect(rows.map((row) => row.id)).toEqual([1, 2, 10]);
    });

    it("has what is missing at its end", () => {
        expect(ids({ ordering: "at" })).toEqual([10, 2, 1]);
        expect(ids({ ordering: "-at" })).toEqual([2, 10, 1]);
    });

    it("has what its filters let through, and tells how much that is", () => {
        expect(ids({ name: "a" })).toEqual([2]);
        const answer = pageOf(rows, { page: 2, page_size: 2 });
        expect(answer.rows.map((row) => row.id)).toEqual([10]);
        expect(answer.page).toEqual({ page: 2, page_size: 2, total: 3, total_exact: true, next: null });
    });
});
