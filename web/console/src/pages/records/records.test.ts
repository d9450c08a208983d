import { describe, expect, it } from "vitest";
import { actionOptions } from "./actions";

describe("operations to filter by", () => {
    const words = {
        "route.units.products.list": ["产品列表", "List products"],
        "route.units.products.bulk_shipping.create": ["发货", "Ship units"],
        "route.identity.roles.delete": ["删除角色", "Delete a role"],
        "field.units.update": ["别的", "Other"],
        "module.units": ["产品：一物一码", "Products: one code a piece"],
    } as const;

    it("are those that write, with the module they belong to", () => {
        expect(actionOptions(words, true)).toEqual([
            { value: "identity.roles.delete", label: "identity · Delete a role" },
            { value: "units.products.bulk_shipping.create", label: "Products · Ship units" },
        ]);
        expect(actionOptions(words, false).map((option) => option.label)).toContain("产品 · 发货");
    });
});
