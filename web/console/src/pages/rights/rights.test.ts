import { describe, expect, it } from "vitest";
import { groupPermissions } from "@/pro/permission-groups";
import { keyState } from "./key";

describe("rights", () => {
    it("are grouped by module, in the order given", () => {
        const names = ["audit.read", "units.read", "units.write", "audit.more"];
        expect(groupPermissions(names.map((name) => ({ name }))).map((group) => [group.module, group.permissions.length])).toEqual([["audit", 2], ["units", 2]]);
    });

    it("of a key end when it is revoked, or when its time is over", () => {
        const now = Date.parse("2026-03-02T00:00:00Z");
        expect(keyState({ expires_at: null, revoked_at: null }, now)).toBe("in_use");
        expect(keyState({ expires_at: "2026-03-02T00:00:01Z", revoked_at: null }, now)).toBe("in_use");
        expect(keyState({ expires_at: "2026-03-02T00:00:00Z", revoked_at: null }, now)).toBe("expired");
        expect(keyState({ expires_at: "2026-03-01T00:00:00Z", revoked_at: "2026-02-01T00:00:00Z" }, now)).toBe("revoked");
    });
});
