import { describe, expect, it } from "vitest";
import { territoriesLike } from "./regions";

describe("territories", () => {
    it("are the provinces until something is typed", () => {
        expect(territoriesLike("")).toHaveLength(34);
    });

    it("are found by province and by city", () => {
        expect(territoriesLike("深圳")).toEqual(["广东省深圳市"]);
        expect(territoriesLike("广东").slice(0, 2)).toEqual(["广东省", "广东省广州市"]);
        expect(territoriesLike("延边")).toEqual(["吉林省延边朝鲜族自治州"]);
        expect(territoriesLike("西 藏")[0]).toBe("西藏自治区");
        expect(territoriesLike("没有")).toEqual([]);
    });
});
