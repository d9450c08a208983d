import { describe, expect, it } from "vitest";
import { setLanguage } from "@/base/language";
import { fillHoles } from "./job-error";

describe("the words of a job's error", () => {
    it("name what it was about", () => {
        expect(fillHoles("没有名为 {name} 的备份。", { name: "a.tar" })).toBe("没有名为 a.tar 的备份。");
        expect(fillHoles("{a} and {b} and {a}", { a: "x" })).toBe("x and  and x");
        expect(fillHoles("{name}", { name: "{other}", other: "no" })).toBe("{other}");
    });

    it("say a state by its word", () => {
        setLanguage("zh-CN");
        expect(fillHoles("产品{state|units.status}", { state: "shipped" })).toBe("产品已发货");
        expect(fillHoles("产品{state|units.status}", { state: "unheard_of" })).toBe("产品unheard_of");
    });
});
