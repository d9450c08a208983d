// Photos from phones are larger than anybody needs: made smaller before they travel. Drawing them anew also drops the
// place and the device that the camera wrote into the file.
const sideMax = 2000;
const quality = 0.85;

export function fitted(width: number, height: number, side = sideMax): { width: number; height: number } {
    const scale = Math.min(1, side / Math.max(width, height, 1));
    return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

// The photo as a smaller JPEG; the file itself when this browser cannot read it (the server says what it thinks of it).
export async function shrink(file: File): Promise<File> {
    try {
        const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
        const { width, height } = fitted(bitmap.width, bitmap.height);
        const canvas = document.createElement("canvas");
        canvas.width = width;
        canvas.height = height;
        canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
        bitmap.close();
        const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
        if (!blob) return file;
        return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
        return file;
    }
}
