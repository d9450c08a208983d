import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { characterOf, listenToGun, Wedge, type Key } from "@/lib/wedge";

function keysOf(text: string, start = 0, gap = 8): Key[] {
    const table: Record<string, [string, boolean]> = { ":": ["Semicolon", true], "/": ["Slash", false], ".": ["Period", false], "-": ["Minus", false], "_": ["Minus", true] };
    return [...text].map((letter, place) => {
        const at = start + place * gap;
        const other = table[letter];
        if (other) return { code: other[0], shift: other[1], at };
        if (/\d/.test(letter)) return { code: `Digit${letter}`, shift: false, at };
        return { code: `Key${letter.toUpperCase()}`, shift: letter === letter.toUpperCase(), at };
    });
}
const feed = (wedge: Wedge, keys: Key[]): (string | null)[] => keys.map((key) => wedge.key(key));
const enter = (at: number): Key => ({ code: "Enter", shift: false, at });

describe("Wedge", () => {
    it("hands out what a gun types before Enter or Tab", () => {
        for (const end of ["Enter", "NumpadEnter", "Tab"]) {
            const wedge = new Wedge();
            const text = "https://Example.cn/q/8DXM-b_1";
            expect(feed(wedge, keysOf(text)).every((one) => one === null)).toBe(true);
            expect(wedge.key({ code: end, shift: false, at: text.length * 8 })).toBe(text);
            expect(wedge.key(enter(text.length * 8 + 5))).toBeNull();
        }
    });
    it("is silent about a hand", () => {
        const wedge = new Wedge();
        feed(wedge, keysOf("QR001", 0, 150));
        expect(wedge.key(enter(5 * 150))).toBeNull();
        feed(wedge, keysOf("QR001"));
        expect(wedge.key(enter(2000))).toBeNull(); // Enter long after
    });
    it("forgets what a hand left before the gun came", () => {
        const wedge = new Wedge();
        feed(wedge, keysOf("ab", 0, 200));
        feed(wedge, keysOf("QR001", 1000));
        expect(wedge.key(enter(1040))).toBe("QR001");
    });
    it("ends a code after a pause when the gun sends no terminator", () => {
        const wedge = new Wedge();
        feed(wedge, keysOf("QR0001"));
        expect(wedge.quiet(60)).toBeNull();
        expect(wedge.quiet(400)).toBe("QR0001");
        feed(wedge, keysOf("abc", 1000));
        expect(wedge.quiet(2000)).toBeNull(); // too short to be sure
    });
    it("starts over at a key that is no character", () => {
        const wedge = new Wedge();
        feed(wedge, [...keysOf("QR0"), { code: "ArrowLeft", shift: false, at: 30 }, ...keysOf("01", 38)]);
        expect(wedge.key(enter(60))).toBeNull();
    });
    it("passes over the shift key itself", () => {
        const wedge = new Wedge();
        feed(wedge, [{ code: "ShiftLeft", shift: true, at: 0 }, ...keysOf("Q", 2), { code: "ShiftLeft", shift: true, at: 9 }, ...keysOf("R001", 10)]);
        expect(wedge.key(enter(50))).toBe("QR001");
    });
});

it("knows the American layout that guns type in", () => {
    expect(characterOf({ code: "Slash", shift: true })).toBe("?");
    expect(characterOf({ code: "Digit7", shift: true })).toBe("&");
    expect(characterOf({ code: "Numpad4", shift: false })).toBe("4");
    expect(characterOf({ code: "F5", shift: false })).toBeNull();
});

describe("listenToGun", () => {
    let scans: string[] = [];
    let stop = (): void => undefined;
    beforeEach(() => {
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
        scans = [];
        stop = listenToGun((text) => scans.push(text));
        document.body.innerHTML = "<input><p></p>";
    });
    afterEach(() => {
        stop();
        vi.useRealTimers();
    });
    const type = (target: Element, text: string, end = true): void => {
        for (const key of [...keysOf(text), ...(end ? [enter(text.length * 8)] : [])]) {
            const event = new KeyboardEvent("keydown", { code: key.code, shiftKey: key.shift, bubbles: true, key: "Process" });
            Object.defineProperty(event, "timeStamp", { value: key.at });
            target.dispatchEvent(event);
            vi.advanceTimersByTime(8);
        }
    };
    it("hears the gun without a focused field, even under an input method", () => {
        type(document.body, "QR001");
        expect(scans).toEqual(["QR001"]);
    });
    it("stays silent while somebody types in a field", () => {
        type(document.querySelector("input") as Element, "QR001");
        expect(scans).toEqual([]);
    });
    it("hears nothing after it was stopped", () => {
        stop();
        type(document.body, "QR001");
        expect(scans).toEqual([]);
    });
    it("hears a gun that sends no terminator", () => {
        type(document.body, "QR0001", false);
        vi.advanceTimersByTime(500);
        expect(scans).toEqual(["QR0001"]);
    });
});
