// Codes from photos of labels, read by the server.
import { api } from "@/app/api";
import { codeOf } from "@/pro/scanner";

export interface SeenCodes {
    found: { source: "qr" | "barcode" | "text"; text: string; qrcode_id: string | null; genuine: boolean | null; certain: boolean }[];
    print: "not_needed" | "read" | "out_of_time" | "unavailable";
}

export async function readPhoto(photo: File): Promise<SeenCodes> {
    const form = new FormData();
    form.append("photo", photo, photo.name);
    const answer = await api.send("/api/scan/decode/", { method: "POST", body: form });
    return (await answer.json() as { data: SeenCodes }).data;
}

// The codes for the list, each once; and those that people must compare with the label first. Beside a code that the server
// knows, others are a carton's or a shop's.
export function codesIn(seen: Pick<SeenCodes, "found">): { sure: string[]; unsure: string[] } {
    const sure = new Set<string>(), unsure = new Set<string>();
    const known = seen.found.filter((one) => one.genuine !== null);
    for (const one of known.length ? known : seen.found) {
        const code = one.qrcode_id ?? codeOf(one.text);
        if (code) (one.certain ? sure : unsure).add(code);
    }
    return { sure: [...sure], unsure: [...unsure].filter((code) => !sure.has(code)) };
}
