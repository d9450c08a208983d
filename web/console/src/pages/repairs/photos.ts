import { api } from "@/app/api";

export const types = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"];
export const bytesMax = 15 * 1024 * 1024;
export const photosMax = 9;

// Browsers that do not know HEIC say no type for it.
export const isPhoto = (file: { type: string; name: string }) => types.includes(file.type) || /\.hei[cf]$/i.test(file.name);

export async function upload(ticket: number, files: File[], key: string) {
    const form = new FormData();
    for (const file of files) form.append("file", file);
    await api.send(`/api/repair-records/${ticket}/photos`, { method: "POST", headers: { "Idempotency-Key": key }, body: form });
}

export async function photoAddress(ticket: number, photo: number): Promise<string> {
    const answer = await api.send(`/api/repair-records/${ticket}/photos/${photo}`);
    return URL.createObjectURL(await answer.blob());
}
