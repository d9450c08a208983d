// Finds codes in a picture: with the browser's own detector where it reads what our labels carry, else with ZXing compiled
// to WebAssembly, which is ours to serve.
export interface Found {
    text: string;
}
export interface Detector {
    detect(source: HTMLVideoElement | HTMLCanvasElement | ImageBitmap): Promise<Found[]>;
}

const formats = ["qr_code", "code_128", "data_matrix"] as const;

interface NativeDetector {
    detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
interface NativeClass {
    new (options: { formats: string[] }): NativeDetector;
    getSupportedFormats(): Promise<string[]>;
}

async function native(): Promise<Detector | null> {
    const made = (window as unknown as { BarcodeDetector?: NativeClass }).BarcodeDetector;
    if (!made) return null;
    try {
        const supported = await made.getSupportedFormats();
        if (!formats.every((format) => supported.includes(format))) return null;
        const detector = new made({ formats: [...formats] });
        return { detect: async (source) => (await detector.detect(source)).map((one) => ({ text: one.rawValue })) };
    } catch {
        return null;
    }
}

async function ours(): Promise<Detector> {
    const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
        import("barcode-detector/ponyfill"),
        import("zxing-wasm/reader/zxing_reader.wasm?url"),
    ]);
    prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) } });
    const detector = new BarcodeDetector({ formats: [...formats] });
    return { detect: async (source) => (await detector.detect(source)).map((one) => ({ text: one.rawValue })) };
}

let made: Promise<Detector> | null = null;

export function detector(): Promise<Detector> {
    made ??= native().then((found) => found ?? ours()).catch((problem: unknown) => {
        made = null; // no connection just now: try again next time
        throw problem;
    });
    return made;
}
