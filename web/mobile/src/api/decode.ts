// POST /api/scan/decode/: what the server reads in a photo of a label.
import { readCode } from "@/lib/code";
import { upload } from "./client";

interface Decoded {
    found: { source: "qr" | "barcode" | "text"; text: string; qrcode_id?: string | null; genuine?: boolean | null }[];
}
export interface Seen {
    code: string;
    text: string;
}

// What stands on several labels in one photo, each once; what the server knows for ours comes first.
export function seenIn(answer: Decoded): Seen[] {
    const seen = new Map<string, Seen>();
    const ours = (one: Decoded["found"][number]) => (one.qrcode_id || one.genuine ? 0 : 1);
    for (const one of [...answer.found].sort((a, b) => ours(a) - ours(b))) {
        const code = one.qrcode_id ?? readCode(one.text);
        if (code && !seen.has(code)) seen.set(code, { code, text: one.text });
    }
    return [...seen.values()];
}

export async function decodePhoto(photo: File): Promise<Seen[]> {
    const form = new FormData();
    form.append("photo", photo, photo.name);
    return seenIn(await upload<Decoded>("/api/scan/decode/", form));
}
