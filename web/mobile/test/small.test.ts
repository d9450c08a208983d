import { regions as made } from "@gen/regions";
import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/client";
import { passing } from "@/api/error";
import { seenIn } from "@/api/decode";
import { firstLanguage } from "@/i18n";
import { en } from "@/i18n/en";
import { zh } from "@/i18n/zh";
import { refusalOf } from "@/lib/camera";
import { dateTime, looksLikeEmail, looksLikePhone, money } from "@/lib/format";
import { blamed, outcomeOf } from "@/lib/jobs";
import { fitted } from "@/lib/photo";
import { check, weights } from "../budget.mjs";
import { regionsOf } from "../regions.mjs";


describe("words", () => {
    const leaves = (value: unknown, path = ""): [string, string][] =>
        typeof value === "string" ? [[path, value]] : Object.entries(value as object).flatMap(([key, one]) => leaves(one, `${path}.${key}`));
    it("say the same in both languages, with the same blanks to fill", () => {
        const chinese = new Map(leaves(zh));
        const english = new Map(leaves(en));
        expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
        const blanks = (text = ""): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
        for (const [path, text] of english) {
            expect(blanks(text).join(), path).toBe(blanks(chinese.get(path)).join());
            expect(text, path).not.toMatch(/[\u4e00-\u9fff]/);
        }
    });
    it("have none of the signs that the formatter would read as its own", () => {
        for (const [path, text] of [...leaves(zh), ...leaves(en)]) expect(text, path).not.toMatch(/[@|]/);
    });
    it("begin in the language of the choice, the page, or the browser", () => {
        expect(firstLanguage("en", "zh-CN", ["zh-CN"])).toBe("en");
        expect(firstLanguage(null, "zh-CN", ["en"])).toBe("zh-CN");
        expect(firstLanguage(null, "en", ["zh"])).toBe("en");
        expect(firstLanguage(null, null, ["fr", "en-GB", "zh"])).toBe("en");
        expect(firstLanguage(null, null, ["fr"])).toBe("zh-CN");
        expect(firstLanguage("klingon", null, [])).toBe("zh-CN");
    });
});

it("writes times of the business calendar and money", () => {
    expect(dateTime("2026-03-02T16:30:00Z")).toBe("2026-03-03 00:30");
    expect(dateTime(null)).toBe("—");
    expect(dateTime("nonsense")).toBe("—");
    expect(money("12345.6")).toBe("¥12,345.60");
    expect(money(null)).toBe("—");
});

it("knows phone numbers and addresses well enough to ask the server", () => {
    for (const good of ["13800138000", "138 0013 8000", "+8613800138000", "+447911123456", "021-55551234"]) expect(looksLikePhone(good), good).toBe(true);
    for (const bad of ["", "1380013800", "23800138000", "abc", "+12"]) expect(looksLikePhone(bad), bad).toBe(false);
    expect(looksLikeEmail("a@b.cn")).toBe(true);
    expect(looksLikeEmail("a@b")).toBe(false);
});

describe("errors", () => {
    const refused = new ApiError(409, "units.codes_refused", "two", [
        { field: "qrcode_ids[1]", code: "units.wrong_state", message: "sold" }, { field: "qrcode_ids[9]", code: "x", message: "?" }, { field: "remark", code: "x", message: "?" }]);
    it("blame the codes by their place", () => {
        expect(blamed(refused, ["A", "B"])).toEqual([{ code: "B", message: "sold" }]);
    });
    it("are decided or not", () => {
        expect(outcomeOf(refused, ["A", "B"])).toMatchObject({ kind: "refused", refusal: { message: "two" } });
        expect(passing(refused)).toBe(false);
        for (const [status, code] of [[0, "offline"], [502, "http.502"], [503, "busy"], [429, "too_many"], [401, "unauthenticated"], [409, "idempotency.in_flight"]] as const)
            expect(outcomeOf(new ApiError(status, code, ""), []), code).toEqual({ kind: "later" });
        expect(() => outcomeOf(new TypeError("a bug of ours"), [])).toThrow(TypeError);
    });
});

it("lists what a photo shows, each code once, ours first", () => {
    const nobodys = { qrcode_id: null, genuine: null, certain: true };
    const ours = { qrcode_id: "QR001", genuine: true };
    expect(seenIn({ found: [{ source: "barcode", text: "6901234567892", ...nobodys }, { source: "qr", text: "https://x.cn/q/QR001", ...ours, certain: true },
                            { source: "text", text: "QR001", ...ours, certain: false }, { source: "qr", text: "https://other.cn/", ...nobodys }] }))
        .toEqual([{ code: "QR001", text: "https://x.cn/q/QR001", certain: true }, { code: "6901234567892", text: "6901234567892", certain: true }]);
});

it("makes photos smaller and never larger", () => {
    expect(fitted(4000, 3000)).toEqual({ width: 2000, height: 1500 });
    expect(fitted(800, 600)).toEqual({ width: 800, height: 600 });
    expect(fitted(20000, 1)).toEqual({ width: 2000, height: 1 });
});

it("says why there is no camera", () => {
    const named = (name: string): Error => Object.assign(new Error(), { name });
    expect(["NotAllowedError", "NotFoundError", "NotReadableError", "Else"].map((name) => refusalOf(named(name)))).toEqual(["denied", "none", "busy", "failed"]);
});

describe("regions", () => {
    const regions = new Map(made);
    it("are those by which the server reads addresses", () => {
        expect(regions.size).toBe(34);
        expect(regions.get("广东省")).toContain("深圳市");
        expect(regions.get("吉林省")).toContain("延边朝鲜族自治州");
        expect(regions.get("北京市")).toEqual([]);
        for (const cities of regions.values()) for (const city of cities) expect(city).toMatch(/^[\u4e00-\u9fff]+$/);
    });
});

it("reads rows of the table that go over several lines", () => {
    const rows = 'x = {\n {"北京市", "北京", ""},\n {"吉林省", "吉林", "长春(榆树 德惠) 吉林 "\n  "延边:朝鲜族自治州(延吉)"},\n};';
    expect(regionsOf(rows)).toEqual([["北京市", []], ["吉林省", ["长春市", "吉林市", "延边朝鲜族自治州"]]]);
});

describe("the budget", () => {
    // What gzip cannot make smaller.
    const noise = (): Uint8Array => crypto.getRandomValues(new Uint8Array(65536));
    const joined = (parts: Uint8Array[]): Uint8Array => {
        const whole = new Uint8Array(parts.length * 65536);
        parts.forEach((part, place) => whole.set(part, place * 65536));
        return whole;
    };
    const file = (kib: number, imports: string[] = [], page = false) =>
        ({ body: joined(Array.from({ length: kib / 64 }, noise)), imports, page });
    it("counts what a page needs at once, each file one time", () => {
        const files = new Map([["app.js", file(64, ["vue.js"])], ["vue.js", file(64)], ["Page.js", file(64, ["vue.js", "app.js"], true)], ["late.js", file(64)]]);
        const { start, pages } = weights(files, "app.js", []);
        expect(Math.round(start / 65536)).toBe(2);
        expect(pages.map(([name, bytes]) => [name, Math.round(bytes / 65536)])).toEqual([["Page.js", 3]]);
        expect(() => check(files, "app.js", [])).not.toThrow();
    });
    it("refuses a page that is too heavy, and a later file that is", () => {
        const heavy = new Map([["app.js", file(128)], ["Page.js", file(128, ["app.js"], true)]]);
        expect(() => check(heavy, "app.js", [])).toThrow(/Page\.js needs 256/);
        const late = new Map([["app.js", file(64)], ["late.js", file(320)]]);
        expect(() => check(late, "app.js", [])).toThrow(/late\.js is 320/);
    });
});
