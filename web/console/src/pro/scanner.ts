// A scanner gun is a keyboard that types faster than a hand and ends with Enter or Tab. This listens to the whole page, so
// no field has to be focused, and it reads keys, not text: a Chinese input method would swallow the text. While somebody
// types in a field it stays silent, unless that field is marked data-scan.
import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from "vue";

export interface Key {
    code: string; // KeyboardEvent.code: which key, whatever an input method makes of it
    shift: boolean;
    at: number; // milliseconds
}

export const gapMost_ms = 30; // between two keys of a gun; hands take 80 and more
const quiet_ms = 120; // guns without a terminator: this pause ends the code
const fewest = 3; // characters of a code that ends with a key, twice as many of one that ends with a pause

const signs: Record<string, string> = {
    Minus: "-_", Equal: "=+", Slash: "/?", Period: ".>", Comma: ",<", Semicolon: ";:", Quote: "'\"", Backquote: "`~",
    BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Space: "  ", NumpadDivide: "//", NumpadSubtract: "--",
    NumpadDecimal: "..", NumpadAdd: "++", NumpadMultiply: "**",
};

// The character of a key on the layout that guns type in (US), or null.
export function characterOf({ code, shift }: Pick<Key, "code" | "shift">): string | null {
    const letter = /^Key([A-Z])$/.exec(code)?.[1];
    if (letter) return shift ? letter : letter.toLowerCase();
    const digit = /^Digit(\d)$/.exec(code)?.[1];
    if (digit) return shift ? ")!@#$%^&*(".charAt(Number(digit)) : digit;
    return /^Numpad(\d)$/.exec(code)?.[1] ?? signs[code]?.charAt(shift ? 1 : 0) ?? null;
}

const ends = (code: string) => code === "Enter" || code === "NumpadEnter" || code === "Tab";
const silent = (code: string) => /^(Shift|CapsLock)/.test(code);

// Collects keys and hands out what a gun has typed. Knows no clock but the one its callers bring.
export class Gun {
    private text = "";
    private last = -Infinity;

    // Whether what was typed up to now is too fast for a hand.
    get busy(): boolean {
        return this.text.length >= fewest;
    }

    // The code, when this key ends it.
    key(key: Key): string | null {
        if (silent(key.code)) return null;
        const slow = key.at - this.last > gapMost_ms;
        if (ends(key.code)) {
            const text = slow ? "" : this.text;
            this.reset();
            return text.length >= fewest ? text : null;
        }
        const character = characterOf(key);
        if (character === null) {
            this.reset();
            return null;
        }
        this.text = slow ? character : this.text + character;
        this.last = key.at;
        return null;
    }

    // The code, when the gun ends it by falling silent.
    quiet(now: number): string | null {
        if (now - this.last < quiet_ms) return null;
        const { text } = this;
        this.reset();
        return text.length >= 2 * fewest ? text : null;
    }

    reset() {
        this.text = "";
        this.last = -Infinity;
    }
}

type Where = "page" | "scan" | "field";
function whereOf(target: EventTarget | null): Where {
    if (!(target instanceof HTMLElement)) return "page";
    if (!target.isContentEditable && !/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return "page";
    // A tick box or button is an INPUT, too, and takes no text.
    if (target instanceof HTMLInputElement && /^(checkbox|radio|button|submit|range)$/.test(target.type)) return "page";
    return target.closest("[data-scan]") ? "scan" : "field";
}

// What the gun has typed into the field as well does not belong there: not in a field for scans, which is emptied, nor
// in one that only lets scans through (data-scan="through"), which keeps what people wrote.
function takeOut(text: string) {
    const field = document.activeElement;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    if (field.dataset.scan !== "through") field.value = "";
    else if (field.value.endsWith(text)) field.value = field.value.slice(0, -text.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
}

export interface GunOptions {
    ready?: () => boolean; // whether this page is the one that takes scans now
}

// Calls onScan with what a gun types, until the returned function is called.
export function listenToGun(onScan: (text: string) => void, { ready }: GunOptions = {}): () => void {
    const gun = new Gun();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const finish = (text: string | null, where: Where) => {
        if (!text) return;
        if (where === "scan") takeOut(text);
        onScan(text);
    };
    const listener = (event: KeyboardEvent) => {
        const where = whereOf(event.target);
        clearTimeout(timer);
        if (event.ctrlKey || event.altKey || event.metaKey || where === "field" || ready?.() === false) {
            gun.reset();
            return;
        }
        const text = gun.key({ code: event.code, shift: event.shiftKey, at: event.timeStamp });
        if (text) event.preventDefault(); // Enter would press the button that has the focus, Tab would move on
        // From its fourth key on it is no hand: its "/" and "?" are no shortcuts of this page.
        if (text || gun.busy) event.stopImmediatePropagation();
        finish(text, where);
        if (!text && where === "page") timer = setTimeout(() => { finish(gun.quiet(performance.now()), where); }, quiet_ms + 20);
    };
    window.addEventListener("keydown", listener, true);
    return () => {
        window.removeEventListener("keydown", listener, true);
        clearTimeout(timer);
    };
}

// The same for as long as the component is in front.
export function useScanner(onScan: (text: string) => void, options: GunOptions = {}) {
    let stop: (() => void) | null = null;
    const start = () => { stop ??= listenToGun(onScan, options); };
    const end = () => { stop?.(); stop = null; };
    onMounted(start);
    onActivated(start);
    onDeactivated(end);
    onBeforeUnmount(end);
}

const plain = /^[A-Za-z0-9._~-]{1,64}$/; // what the server takes for a code

// The code in whatever was scanned, or null when there is none. Our labels carry https://…/q/CODE, printed by any server
// of ours; somebody else's address is no code.
export function codeOf(scanned: string): string | null {
    const text = scanned.trim();
    const address = /^(?:https?:\/\/[^/\s]+)?\/q\/([^/?#\s]+)/i.exec(text)?.[1];
    if (address === undefined) return plain.test(text) ? text : null;
    try {
        const code = decodeURIComponent(address);
        return plain.test(code) ? code : null;
    } catch {
        return null;
    }
}

export interface Pasted {
    codes: string[];
    repeated: string[];
    bad: string[];
}

// A column of codes from a spreadsheet or a list of any kind: one a line, or parted by spaces, commas or semicolons.
export function readCodes(text: string): Pasted {
    const seen = new Set<string>();
    const read: Pasted = { codes: [], repeated: [], bad: [] };
    for (const piece of text.split(/[\s,，;；、"']+/).filter(Boolean)) {
        const code = codeOf(piece);
        if (code === null) read.bad.push(piece);
        else if (seen.has(code)) read.repeated.push(code);
        else {
            seen.add(code);
            read.codes.push(code);
        }
    }
    return read;
}
