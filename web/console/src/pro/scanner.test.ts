import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { characterOf, codeOf, Gun, listenToGun, readCodes, type Key } from "./scanner";

const others: Record<string, [string, boolean]> = { ":": ["Semicolon", true], "/": ["Slash", false], ".": ["Period", false], "-": ["Minus", false], "_": ["Minus", true], "?": ["Slash", true] };
function keysOf(text: string, start = 0, gap = 8): Key[] {
    return [...text].map((letter, place) => {
        const [code, shift] = others[letter] ?? (/\d/.test(letter) ? [`Digit${letter}`, false] : [`Key${letter.toUpperCase()}`, letter === letter.toUpperCase()]);
        return { code, shift, at: start + place * gap };
    });
}
const feed = (gun: Gun, keys: Key[]) => keys.map((key) => gun.key(key));
const enter = (at: number, code = "Enter"): Key => ({ code, shift: false, at });

describe("a gun", () => {
    it.each(["Enter", "NumpadEnter", "Tab"])("is read up to %s", (end) => {
        const gun = new Gun();
        const text = "https://Example.cn/q/8DXM-b_1";
        expect(feed(gun, keysOf(text)).every((one) => one === null)).toBe(true);
        expect(gun.key(enter(text.length * 8, end))).toBe(text);
        expect(gun.key(enter(text.length * 8 + 5, end))).toBeNull();
    });
    it("types with gaps of 30 ms, a hand with longer ones", () => {
        const gun = new Gun();
        feed(gun, keysOf("QR001", 0, 30));
        expect(gun.key(enter(150))).toBe("QR001");
        feed(gun, keysOf("QR001", 1000, 31));
        expect(gun.key(enter(1155))).toBeNull();
        feed(gun, keysOf("QR001", 2000));
        expect(gun.key(enter(3000))).toBeNull(); // Enter long after
    });
    it("is not mixed up with what a hand typed before", () => {
        const gun = new Gun();
        feed(gun, keysOf("ab", 0, 200));
        feed(gun, keysOf("QR001", 1000));
        expect(gun.key(enter(1040))).toBe("QR001");
    });
    it("may end with a pause instead", () => {
        const gun = new Gun();
        feed(gun, keysOf("QR0001"));
        expect(gun.quiet(60)).toBeNull();
        expect(gun.quiet(400)).toBe("QR0001");
        feed(gun, keysOf("abc", 1000));
        expect(gun.quiet(2000)).toBeNull(); // too short to be sure
    });
    it("starts over at a key without a character, and passes over Shift", () => {
        const gun = new Gun();
        feed(gun, [...keysOf("QR0"), { code: "ArrowLeft", shift: false, at: 30 }, ...keysOf("01", 38)]);
        expect(gun.key(enter(60))).toBeNull();
        feed(gun, [{ code: "ShiftLeft", shift: true, at: 100 }, ...keysOf("QR001", 102)]);
        expect(gun.key(enter(150))).toBe("QR001");
    });
    it("types on the American layout", () => {
        expect(characterOf({ code: "Slash", shift: true })).toBe("?");
        expect(characterOf({ code: "Digit7", shift: true })).toBe("&");
        expect(characterOf({ code: "Numpad4", shift: false })).toBe("4");
        expect(characterOf({ code: "F5", shift: false })).toBeNull();
    });
});

describe("listening to the page", () => {
    let scans: string[] = [];
    let ready = true;
    let stop = () => {};
    const at = (selector: string) => {
        const found = document.querySelector<HTMLElement>(selector);
        if (!found) throw new Error(`nothing at ${selector}`);
        return found;
    };
    beforeEach(() => {
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
        scans = [];
        ready = true;
        stop = listenToGun((text) => scans.push(text), { ready: () => ready });
        document.body.innerHTML = "<input id=field><input id=scan data-scan><input id=note data-scan=through><button>send</button>";
    });
    afterEach(() => {
        stop();
        vi.useRealTimers();
        document.body.innerHTML = "";
    });
    // What an input method does: every key is "Process", only its place on the keyboard is left.
    function type(target: Element, text: string, end = "Enter"): boolean {
        let last = true;
        for (const key of [...keysOf(text), ...(end ? [enter(text.length * 8, end)] : [])]) {
            const event = new KeyboardEvent("keydown", { code: key.code, shiftKey: key.shift, bubbles: true, cancelable: true, key: "Process" });
            Object.defineProperty(event, "timeStamp", { value: key.at });
            last = target.dispatchEvent(event);
            vi.advanceTimersByTime(8);
        }
        return last;
    }
    it("hears a gun without a focused field and under an input method", () => {
        type(document.body, "QR001");
        expect(scans).toEqual(["QR001"]);
    });
    it("does not press the button that has the focus", () => {
        expect(type(at("button"), "QR001")).toBe(false);
        expect(scans).toEqual(["QR001"]);
    });
    it("keeps the gun's signs from the page's shortcuts", () => {
        const heard: string[] = [];
        const shortcuts = (event: KeyboardEvent) => heard.push(event.code);
        document.addEventListener("keydown", shortcuts);
        type(document.body, "http://a/q/QR1?x");
        document.removeEventListener("keydown", shortcuts);
        expect(heard).not.toContain("Slash");
        expect(scans).toEqual(["http://a/q/QR1?x"]);
    });
    it("is silent while somebody types in a field, unless it is one for scans", () => {
        type(at("#field"), "QR001");
        expect(scans).toEqual([]);
        const box = at("#scan") as HTMLInputElement;
        box.focus();
        box.value = "QR002";
        type(box, "QR002");
        expect(scans).toEqual(["QR002"]);
        expect(box.value).toBe("");
    });
    it("leaves what people wrote in a field that lets scans through", () => {
        const note = at("#note") as HTMLInputElement;
        note.focus();
        note.value = "for MingQR003";
        type(note, "QR003");
        expect(scans).toEqual(["QR003"]);
        expect(note.value).toBe("for Ming");
    });
    it("hears nothing while the page is not ready, and after the end", () => {
        ready = false;
        type(document.body, "QR001");
        ready = true;
        stop();
        type(document.body, "QR002");
        expect(scans).toEqual([]);
    });
    it("hears a gun that only falls silent", () => {
        type(document.body, "QR0001", "");
        vi.advanceTimersByTime(500);
        expect(scans).toEqual(["QR0001"]);
    });
});

describe("codes", () => {
    it.each([
        ["QR001", "QR001"], [" QR001\n", "QR001"], ["https://yl.example/q/8DXM-B1", "8DXM-B1"], ["HTTP://10.0.0.2:8080/Q/ABC?from=x", "ABC"],
        ["/q/A~1", "A~1"], ["https://other.example/p/1", null], ["空", null], ["", null], ["https://x/q/%E0%A4%A", null],
    ])("in %j", (scanned, code) => { expect(codeOf(scanned)).toBe(code); });

    it("come in columns and lists of every kind", () => {
        expect(readCodes("A1\r\nA2\tA3，A4;A1\n\nhttps://x/q/A5 \"A6\"\n坏码")).toEqual({ codes: ["A1", "A2", "A3", "A4", "A5", "A6"], repeated: ["A1"], bad: ["坏码"] });
        expect(readCodes("  ")).toEqual({ codes: [], repeated: [], bad: [] });
    });
});
