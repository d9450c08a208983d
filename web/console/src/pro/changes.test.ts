import { describe, expect, it } from "vitest";
import { readChanges } from "./changes";

describe("what an operation record says has changed", () => {
    it("one row: its fields, without those that stayed", () => {
        const { rows } = readChanges({ name: "甲", active: true }, { name: "乙", active: true }, "identity_user", 3);
        expect(rows).toEqual([{ table: "identity_user", id: 3, fields: [{ name: "name", before: "甲", after: "乙" }] }]);
    });

    it("a new row has no before, a deleted one no after", () => {
        expect(readChanges(null, { id: 3, name: "甲", phone: null }, "identity_user", 3).rows[0]?.fields).toEqual([{ name: "name", before: null, after: "甲" }]);
        expect(readChanges({ id: 3, name: "甲" }, null, "identity_user", 3).rows[0]?.fields).toEqual([{ name: "name", before: "甲", after: null }]);
    });

    it("several rows, the subject first", () => {
        const before = [{ table: "units_unit", id: 9, fields: { status: "in_repair" } }, { table: "repair_ticket", id: 1, fields: { state: "received" } }];
        const after = [{ table: "units_unit", id: 9, fields: { status: "activated" } }, { table: "repair_ticket", id: 1, fields: { state: "returned" } }];
        expect(readChanges(before, after, "repair_ticket", 1).rows.map((row) => [row.table, row.fields[0]?.before, row.fields[0]?.after]))
            .toEqual([["repair_ticket", "received", "returned"], ["units_unit", "in_repair", "activated"]]);
    });

    it("one row before and several after: the nameless one is that with the same fields", () => {
        const after = [{ table: "identity_user", id: 3, fields: { last_login_at: "2026-02-02T00:00:00Z" } },
                       { table: "identity_session", id: 8, fields: { id: 8, ip: "127.0.0.1" } }];
        const { rows } = readChanges({ last_login_at: null }, after, "identity_user", 3);
        expect(rows).toEqual([
            { table: "identity_user", id: 3, fields: [{ name: "last_login_at", before: null, after: "2026-02-02T00:00:00Z" }] },
            { table: "identity_session", id: 8, fields: [{ name: "ip", before: null, after: "127.0.0.1" }] },
        ]);
    });

    it("what was noted stands with the subject", () => {
        const { rows } = readChanges(null, { count: 2, changes: [{ table: "units_unit", id: 1, fields: { status: "shipped" } }] }, "units_batch", 5);
        expect(rows.map((row) => [row.table, row.fields.map((field) => field.name)])).toEqual([["units_batch", ["count"]], ["units_unit", ["status"]]]);
    });

    it("a refusal, and what was too long to keep", () => {
        expect(readChanges(null, { refused: "identity.bad_credentials" }, "", null)).toEqual({ rows: [], refused: "identity.bad_credentials", omitted: 0 });
        expect(readChanges({ rows: 400 }, { rows: 401 }, "units_batch", 5)).toEqual({ rows: [], refused: "", omitted: 401 });
    });
});
