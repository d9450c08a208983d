// Every word people typed must be in the text somewhere, in any order and case.
export function matches(text: string, wanted: string): boolean {
    const ground = text.toLowerCase();
    return wanted.toLowerCase().split(/\s+/).filter(Boolean).every((word) => ground.includes(word));
}
