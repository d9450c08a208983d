// POST /api/scan/decode/: what the server reads in a photo of a label.
import { readCode } from "@/lib/code";
import { ApiError, upload } from "./client";

interface Decoded {
    found: { source: "qr" | "barcode" | "text"; text: string; qrcode_id: string | null; genuine: boolean | null; certain: boolean }[];
    print: "not_needed" | "read" | "out_of_time" | "unavailable";
}
export interface Seen {
    code: string;
    text: string;
    certain: boolean; // else made out from print: the person must compare it with the label
}
export interface SeenPhoto {
    seen: Seen[];
    print: Decoded["print"];
}

const triesMax = 4; // while other people's photos are being read

// What stands on several labels in one photo, each once; what the server knows for ours comes first.
export function seenIn(answer: Pick<Decoded, "found">): Seen[] {
    const seen = new Map<string, Seen>();
    const ours = (one: Decoded["found"][number]) => (one.qrcode_id || one.genuine ? 0 : 1);
    for (const one of [...answer.found].sort((a, b) => ours(a) - ours(b))) {
        const code = one.qrcode_id ?? readCode(one.text);
        if (code && !seen.has(code)) seen.set(code, { code, text: one.text, certain: one.certain });
    }
    return [...seen.values()];
}

export async function decodePhoto(photo: File): Promise<SeenPhoto> {
    for (let tries = 1; ; tries++) {
        const form = new FormData();
        form.append("photo", photo, photo.name);
        try {
            const answer = await upload<Decoded>("/api/scan/decode/", form);
            return { seen: seenIn(answer), print: answer.print };
        } catch (problem) {
            if (tries === triesMax || !(problem instanceof ApiError) || problem.code !== "vision.busy") throw problem;
            await new Promise((go) => setTimeout(go, 1000 * Math.max(1, problem.retryAfter)));
        }
    }
}
