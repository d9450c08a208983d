// What is known about a scanned code. The page of a label brings its facts along, because asking for that page again would
// count a scan that nobody made.
import { ApiError, warrantyOf, type Warranty } from "@/api/client";
import { canonicalCode } from "./code";

export interface Facts {
    code: string;
    verdict: "genuine" | "forged" | "typo" | "unknown";
    unit: Warranty | null;
    code_needed?: boolean; // activating wants a one-time code; only the page of a label tells
}

const known = new Map<string, Facts>();

export function remember(facts: Facts): void {
    known.set(canonicalCode(facts.code), facts);
}

function isFacts(value: unknown): value is Facts {
    return typeof value === "object" && value !== null && "code" in value && "verdict" in value;
}

// Takes the facts out of the server's page, if this is one, before the app draws over it. `asked` is the code in the
// address, which may be spelled otherwise than the stored one.
export function takeFromPage(asked: string | null): void {
    const block = document.getElementById("facts")?.textContent;
    if (!block) return;
    try {
        const facts: unknown = JSON.parse(block);
        if (!isFacts(facts)) return;
        remember(facts);
        if (asked) known.set(canonicalCode(asked), facts);
    } catch {
        // Then the app asks.
    }
}

export async function factsOf(code: string): Promise<Facts> {
    const stored = known.get(canonicalCode(code));
    return stored ?? refresh(code);
}

// Asks without counting a scan.
export async function refresh(code: string): Promise<Facts> {
    let facts: Facts;
    try {
        const unit = await warrantyOf(code);
        facts = { code: unit.qrcode_id, verdict: "genuine", unit };
    } catch (problem) {
        if (!(problem instanceof ApiError && problem.status === 404)) throw problem;
        // What only the server can tell, a forgery, it has told already when the label was scanned.
        facts = known.get(canonicalCode(code)) ?? { code, verdict: "unknown", unit: null };
    }
    remember(facts);
    known.set(canonicalCode(code), facts);
    return facts;
}

export type Standing = "genuine_ready" | "in_warranty" | "warranty_over" | "in_repair" | "returned" | "not_sold" |
    "replaced" | "scrapped" | "forged" | "typo" | "unknown";
export type Tone = "good" | "warn" | "bad";

// What the person has to be told, from what is known.
export function standingOf(facts: Facts): Standing {
    if (!facts.unit) return facts.verdict === "genuine" ? "unknown" : facts.verdict;
    switch (facts.unit.status) {
        case "shipped": return "genuine_ready";
        case "activated": return facts.unit.in_warranty ? "in_warranty" : "warranty_over";
        case "in_repair": return "in_repair";
        case "returned": return "returned";
        case "replaced": return "replaced";
        case "scrapped": return "scrapped";
        default: return "not_sold";
    }
}

const tones: Record<Standing, Tone> = {
    genuine_ready: "good", in_warranty: "good", in_repair: "good", warranty_over: "warn", returned: "warn",
    not_sold: "warn", replaced: "warn", typo: "warn", scrapped: "bad", forged: "bad", unknown: "bad",
};
export const toneOf = (standing: Standing): Tone => tones[standing];

