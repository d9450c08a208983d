// The codes on labels as cameras, guns and people bring them: an address of ours, a bare code, a code with hyphens.
// Mirrors src/base/unit_code.cpp: 16 symbols of Crockford's base32, the last one a check symbol.

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeSize = 16;
const plain = /^[A-Za-z0-9._~-]{1,64}$/; // what the server takes for a code

// The powers of x modulo x^5 + x^2 + 1: the weights of the check sum.
const powers = (() => {
    const table: number[] = [];
    for (let i = 0, value = 1; i < 31; i++) {
        table.push(value);
        value <<= 1;
        if (value & 32) value ^= 0b100101;
    }
    return table;
})();

function product(power: number, symbol: number): number {
    let sum = 0;
    for (let bit = 0; bit < 5; bit++) {
        if ((symbol >> bit) & 1) sum ^= powers[(power + bit) % 31] ?? 0;
    }
    return sum;
}

function symbolsOf(text: string): number[] | null {
    const symbols: number[] = [];
    for (const letter of text.toUpperCase()) {
        if (letter === "-" || letter === " ") continue;
        const value = letter === "O" ? 0 : letter === "I" || letter === "L" ? 1 : alphabet.indexOf(letter);
        if (value < 0 || symbols.length === codeSize) return null;
        symbols.push(value);
    }
    return symbols.length === codeSize ? symbols : null;
}

function checks(symbols: number[]): boolean {
    let sum = symbols[codeSize - 1] ?? 0;
    for (let i = 0; i < codeSize - 1; i++) sum ^= product(i + 1, symbols[i] ?? 0);
    return sum === 0;
}

// A code as people type it in its stored form: capitals, O read as 0, I and L as 1, hyphens and spaces dropped. Codes that
// are not of our making come back unchanged.
export function canonicalCode(text: string): string {
    const symbols = symbolsOf(text);
    return symbols && checks(symbols) ? symbols.map((s) => alphabet[s]).join("") : text;
}

// XXXX-XXXX-XXXX-XXXX for the eye.
export function groupedCode(code: string): string {
    return code.length === codeSize ? (code.match(/.{4}/g) ?? []).join("-") : code;
}

// The code in whatever was scanned, in its stored form; null when there is none. Labels carry https://…/q/CODE, printed
// by any installation of ours, sometimes in capitals because those make a smaller QR code.
export function readCode(scanned: string): string | null {
    const text = scanned.replace(/[\u0000-\u001f\u007f]/g, "").trim();
    if (!text) return null;
    const address = /^(?:https?:\/\/[^/\s]+)?\/q\/([^/?#\s]+)/i.exec(text);
    if (address?.[1]) {
        let code = address[1];
        try {
            code = decodeURIComponent(code);
        } catch {
            return null;
        }
        return plain.test(canonicalCode(code)) ? canonicalCode(code) : null;
    }
    if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return null; // somebody else's address
    const code = canonicalCode(text);
    return plain.test(code) ? code : null;
}

export const scanAddress = (code: string): string => `/q/${encodeURIComponent(code)}`;
