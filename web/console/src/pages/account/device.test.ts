import { describe, expect, it } from "vitest";
import { deviceOf } from "./device";

describe("a device", () => {
    it.each([
        ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge, Windows"],
        ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile Safari/604.1", "Safari, iOS"],
        ["Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox, Linux"],
        ["Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/111.0 Mobile MicroMessenger/8.0", "微信 WeChat, Android"],
        ["curl/8.0", "curl/8.0"],
        ["", "—"],
    ])("%s", (agent, name) => {
        expect(deviceOf(agent)).toBe(name);
    });
});
