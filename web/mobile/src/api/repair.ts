// A repair as the form gives it, and its photos.
import type { RepairWords } from "@/components/RepairForm.vue";
import { upload, type Schemas } from "./client";

export function openBody(code: string, words: RepairWords): Schemas["RepairOpen"] {
    const body: Schemas["RepairOpen"] = { qrcode_id: code, reason: words.reason.trim() };
    if (words.fault.trim()) body.fault = words.fault.trim();
    if (words.name.trim()) body.contact_name = words.name.trim();
    if (words.phone.trim()) body.contact_phone = words.phone.trim();
    if (words.address.trim()) body.contact_address = words.address.trim();
    return body;
}

// One after the other, so that a poor connection loses one photo and not all. Returns those that did not arrive.
export async function sendPhotos(ticket: number, photos: readonly File[], onSent: (done: number) => void): Promise<File[]> {
    const lost: File[] = [];
    let done = 0;
    for (const photo of photos) {
        const form = new FormData();
        form.append("file", photo, photo.name);
        try {
            await upload<Schemas["RepairPhoto"][]>(`/api/repair-records/${ticket}/photos/`, form);
        } catch {
            lost.push(photo);
        }
        onSent(++done);
    }
    return lost;
}
