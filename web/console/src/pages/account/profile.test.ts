import { describe, expect, it } from "vitest";
import { profileBody } from "./profile";

describe("one's own profile", () => {
    const before = { name: "李娜", phone: "+8613800138000", email: "", address: "", current_password: "" };

    it("sends what was touched, and the password with contacts only", () => {
        expect(profileBody(before, { ...before, name: "李娜娜", current_password: "left over" })).toEqual({ name: "李娜娜" });
        expect(profileBody(before, { ...before, email: "li@example.com", current_password: "secret" })).toEqual({ email: "li@example.com", current_password: "secret" });
        expect(profileBody(before, { ...before, phone: "", current_password: "secret" })).toEqual({ clear: ["phone"], current_password: "secret" });
    });
});
