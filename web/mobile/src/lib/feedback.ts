// What a scan sounds and feels like: a person at the belt looks at the goods, not at the screen.
import { ref } from "vue";

const storeKey = "yl.m.quiet";

function stored(): boolean {
    try {
        return localStorage.getItem(storeKey) !== "1";
    } catch {
        return true;
    }
}
export const loud = ref(stored());

export function setLoud(on: boolean): void {
    loud.value = on;
    try {
        if (on) localStorage.removeItem(storeKey);
        else localStorage.setItem(storeKey, "1");
    } catch {
        // It lasts as long as this page, then.
    }
}

let audio: AudioContext | null = null;

// A gun needs no touch, so there may have been none yet; then browsers refuse sound and vibration alike.
const touched = (): boolean => (navigator as { userActivation?: { hasBeenActive: boolean } }).userActivation?.hasBeenActive ?? true;

// Browsers let a page sound only after a touch: call this from one.
export function wakeSound(): void {
    if (!touched()) return;
    try {
        audio ??= new AudioContext();
        if (audio.state === "suspended") void audio.resume();
    } catch {
        audio = null;
    }
}

function beep(frequency: number, seconds: number, start = 0): void {
    if (!audio || audio.state !== "running") return;
    const at = audio.currentTime + start;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + seconds);
}

function shake(pattern: number | number[]): void {
    if ("vibrate" in navigator && touched()) navigator.vibrate(pattern);
}

export function signal(kind: "good" | "bad" | "again"): void {
    if (!loud.value) return;
    wakeSound();
    if (kind === "good") {
        beep(1320, 0.12);
        shake(60);
    } else if (kind === "again") {
        beep(660, 0.08);
        beep(660, 0.08, 0.14);
        shake([40, 60, 40]);
    } else {
        beep(196, 0.45);
        shake([200, 80, 200]);
    }
}
