// A scanner gun is a keyboard that types faster than a hand and ends with Enter or Tab. This listener needs no focused
// field, reads the key rather than the text (a Chinese input method would swallow the text) and stays silent while the
// person types in a field.

export interface Key {
    code: string; // KeyboardEvent.code: which key
    shift: boolean;
    at: number; // milliseconds
}

const gapMax = 60; // of a slow Bluetooth gun under load; hands take 80 and more
const lengthMin = 3;
const quietMs = 120; // guns without a terminator: this pause ends the code

const plainKeys: Record<string, [string, string]> = {
    Minus: ["-", "_"], Equal: ["=", "+"], Slash: ["/", "?"], Period: [".", ">"], Comma: [",", "<"],
    Semicolon: [";", ":"], Quote: ["'", '"'], Backquote: ["`", "~"], BracketLeft: ["[", "{"], BracketRight: ["]", "}"],
    Backslash: ["\\", "|"], Space: [" ", " "], NumpadDivide: ["/", "/"], NumpadSubtract: ["-", "-"],
    NumpadDecimal: [".", "."], NumpadAdd: ["+", "+"], NumpadMultiply: ["*", "*"],
};
const shiftedDigits = ")!@#$%^&*(";

// The character a key stands for on the layout guns type in (US), or null.
export function characterOf(key: Pick<Key, "code" | "shift">): string | null {
    if (/^Key[A-Z]$/.test(key.code)) return key.shift ? key.code.charAt(3) : key.code.charAt(3).toLowerCase();
    if (/^Digit\d$/.test(key.code)) return key.shift ? shiftedDigits.charAt(Number(key.code.charAt(5))) : key.code.charAt(5);
    if (/^Numpad\d$/.test(key.code)) return key.code.charAt(6);
    const pair = plainKeys[key.code];
    return pair ? pair[key.shift ? 1 : 0] : null;
}

// Collects keys; hands out what a gun has typed. Pure but for the clock that the caller brings.
export class Wedge {
    private text = "";
    private last = -Infinity;

    // The finished text when this key ends it, else null.
    key(key: Key): string | null {
        const slow = key.at - this.last > gapMax;
        if (key.code === "Enter" || key.code === "NumpadEnter" || key.code === "Tab") {
            const text = slow ? "" : this.text;
            this.reset();
            return text.length >= lengthMin ? text : null;
        }
        if (/^(Shift|CapsLock)/.test(key.code)) return null;
        const letter = characterOf(key);
        if (letter === null) {
            this.reset();
            return null;
        }
        this.text = slow ? letter : this.text + letter;
        this.last = key.at;
        return null;
    }

    // For guns without a terminator: what stands there once it has been quiet. A hand's single keys are no code.
    quiet(now: number): string | null {
        if (!this.text || now - this.last < quietMs) return null;
        const text = this.text;
        this.reset();
        return text.length >= 2 * lengthMin ? text : null;
    }

    reset(): void {
        this.text = "";
        this.last = -Infinity;
    }
}

function inField(target: EventTarget | null): boolean {
    return target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

// Listens on the whole page until the returned function is called.
export function listenToGun(onScan: (text: string) => void): () => void {
    const wedge = new Wedge();
    let timer = 0;
    const finish = (text: string | null) => {
        if (text) onScan(text);
    };
    const onKey = (event: KeyboardEvent) => {
        if (event.ctrlKey || event.altKey || event.metaKey || inField(event.target)) return wedge.reset();
        const text = wedge.key({ code: event.code, shift: event.shiftKey, at: event.timeStamp });
        // Enter would press the focused button, Tab would move on.
        if (text) event.preventDefault();
        finish(text);
        window.clearTimeout(timer);
        timer = window.setTimeout(() => finish(wedge.quiet(performance.now())), quietMs + 20);
    };
    document.addEventListener("keydown", onKey, true);
    return () => {
        document.removeEventListener("keydown", onKey, true);
        window.clearTimeout(timer);
    };
}
