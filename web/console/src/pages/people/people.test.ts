import { describe, expect, it } from "vitest";
import { changeBody, freshValues, newBody, types, type PersonValues } from "./person";
import { readWarrantyQuery } from "./warranty";

const agent: PersonValues = { ...freshValues(types.agent), username: "huanan", name: "华南", phone: "+8613800138000", territories: ["广东省"] };
const staff: PersonValues = { ...freshValues(types.staff), username: "li", role_id: "3" };

describe("a changed person", () => {
    it("says what was touched and nothing else", () => {
        expect(changeBody(agent, { ...agent })).toEqual({});
        expect(changeBody(agent, { ...agent, name: "", territories: ["广东省", "海南省"] })).toEqual({ name: "", territories: ["广东省", "海南省"] });
    });

    it("says what was emptied", () => {
        expect(changeBody(agent, { ...agent, phone: " " })).toEqual({ clear: ["phone"] });
        expect(changeBody(staff, { ...staff, role_id: null })).toEqual({ clear: ["role_id"] });
    });

    it("who becomes an administrator loses the role without a word: the server takes it", () => {
        expect(changeBody(staff, { ...staff, user_type: "0" })).toEqual({ user_type: 0 });
    });

    it("gives its password only where one was asked for", () => {
        expect(changeBody(staff, { ...staff, email: "li@example.com", current_password: "old one" })).toEqual({ email: "li@example.com", current_password: "old one" });
    });
});

describe("a new person", () => {
    it("has what its type has", () => {
        expect(newBody({ ...agent, password: "long enough", role_id: "3" }))
            .toMatchObject({ user_type: 1, territories: ["广东省"], role_id: null, password: "long enough", email: null });
        expect(newBody({ ...staff, territories: ["广东省"] })).toMatchObject({ user_type: 3, territories: null, role_id: 3 });
    });
});

describe("what was typed into the warranty look-up", () => {
    it.each([
        ["HXGQGM6KHRX946V7", { kind: "code", query: { qrcode_id: "HXGQGM6KHRX946V7" } }],
        ["https://example.com/q/HXGQGM6KHRX946V7?from=qr", { kind: "code", query: { qrcode_id: "HXGQGM6KHRX946V7" } }],
        [" 138 0013 8000 ", { kind: "phone", query: { phone: "138 0013 8000" } }],
        ["+44 20 7946 0958", { kind: "phone", query: { phone: "+44 20 7946 0958" } }],
        ["wang@example.com", { kind: "email", query: { email: "wang@example.com" } }],
        ["QR-001", { kind: "code", query: { qrcode_id: "QR-001" } }],
        ["  ", { kind: "", query: {} }],
    ])("%s", (typed, question) => {
        expect(readWarrantyQuery(typed)).toEqual(question);
    });
});
