import { beforeEach, describe, expect, it } from "vitest";
import { setLanguage } from "@/base/language";
import { evidence, lines } from "./evidence";

describe("what an alert rests on", () => {
    beforeEach(() => { setLanguage("zh-CN"); });

    it("is said in words", () => {
        expect(evidence({ kind: "diversion", detail: { activated_in: "天津市", territories: "上海市、江苏省" } })).toBe("在 天津市 激活；代理商的销售区域是 上海市、江苏省");
        expect(evidence({ kind: "clone", detail: { networks_in_a_day: 9, scans_in_an_hour: 12 } })).toBe("24 小时内来自 9 个不同网络，1 小时内被扫 12 次");
        setLanguage("en");
        expect(evidence({ kind: "clone", detail: { networks_in_a_day: 9, scans_in_an_hour: 12 } })).toContain("9 networks");
    });

    it("does without what an older alert did not write down", () => {
        expect(lines({ kind: "diversion", detail: null })).toEqual([["激活地区", "—"], ["代理商销售区域", "—"]]);
    });
});
