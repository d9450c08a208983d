import { describe, expect, it } from "vitest";
import { ApiError } from "@/app/api";
import { refusals, without } from "./refused";

const error = new ApiError(409, "units.codes_refused", "2 codes", [
    { field: "qrcode_ids[10]", code: "units.unknown_code", message: "no K" },
    { field: "qrcode_ids[1]", code: "units.wrong_state", message: "B is shipped" },
]);
const sent = [..."ABCDEFGHIJK"];

describe("refused codes", () => {
    it("are named in the order of the list", () => {
        expect(refusals(error, sent)).toEqual([
            { place: 1, code: "B", message: "B is shipped" }, { place: 10, code: "K", message: "no K" },
        ]);
    });
    it("are not seen in other errors", () => {
        expect(refusals(new ApiError(400, "invalid", "", [{ field: "agent_id", code: "x", message: "y" }]), sent)).toBeNull();
        expect(refusals(new Error("x"), sent)).toBeNull();
    });
    it("can be left out, each at its own place", () => {
        expect(without(sent, refusals(error, sent) ?? [])).toEqual([..."ACDEFGHIJ"]);
        expect(without(["A", "A"], [{ place: 1, code: "A", message: "" }])).toEqual(["A"]);
    });
});
