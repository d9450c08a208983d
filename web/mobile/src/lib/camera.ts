// The camera of the phone, or why there is none.
export type Refusal = "insecure" | "denied" | "none" | "busy" | "failed";

export class CameraRefused extends Error {
    constructor(readonly reason: Refusal, detail = "") {
        super(detail || reason);
    }
}

export function refusalOf(problem: unknown): Refusal {
    const name = problem instanceof Error ? problem.name : "";
    if (name === "NotAllowedError" || name === "SecurityError") return "denied";
    if (name === "NotFoundError" || name === "OverconstrainedError" || name === "DevicesNotFoundError") return "none";
    if (name === "NotReadableError" || name === "AbortError" || name === "TrackStartError") return "busy";
    return "failed";
}

// What browsers can do with a camera beyond the standard's types.
interface Extras {
    torch?: boolean;
    zoom?: { min: number; max: number; step: number };
}

export interface Camera {
    stream: MediaStream;
    torch: boolean; // there is one
    zoom: { min: number; max: number; step: number } | null;
    light(on: boolean): Promise<void>;
    zoomTo(factor: number): Promise<void>;
    stop(): void;
}

export async function openCamera(): Promise<Camera> {
    // Browsers hide the camera from pages that came over plain HTTP.
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) throw new CameraRefused("insecure");
    let stream: MediaStream;
    try {
        stream = await navigator.mediaDevices.getUserMedia({
            audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
        });
    } catch (problem) {
        throw new CameraRefused(refusalOf(problem), problem instanceof Error ? problem.message : "");
    }
    const track = stream.getVideoTracks()[0];
    const can = (track?.getCapabilities?.() ?? {}) as Extras;
    const set = async (extra: Record<string, unknown>) => {
        await track?.applyConstraints({ advanced: [extra as MediaTrackConstraintSet] });
    };
    return {
        stream, torch: Boolean(can.torch), zoom: can.zoom && can.zoom.max > can.zoom.min ? can.zoom : null,
        light: (on) => set({ torch: on }),
        zoomTo: (factor) => set({ zoom: factor }),
        stop: () => stream.getTracks().forEach((one) => one.stop()),
    };
}
