// Sounds for people whose eyes are on the goods. Made here, so there is nothing to load; a browser lets a page sound from
// the first key or click on.
import { ref } from "vue";

const key = "yuanliu.sounds";
export const soundsOn = ref(localStorage.getItem(key) !== "off");

export function setSounds(on: boolean) {
    soundsOn.value = on;
    localStorage.setItem(key, on ? "on" : "off");
}

interface Note {
    hertz: number;
    ms: number;
    shape: OscillatorType;
    pause_ms?: number; // before it
}

const tunes = {
    good: [{ hertz: 1320, ms: 70, shape: "sine" }],
    again: [{ hertz: 660, ms: 70, shape: "triangle" }, { hertz: 660, ms: 70, shape: "triangle", pause_ms: 60 }],
    unsure: [{ hertz: 440, ms: 110, shape: "triangle" }, { hertz: 370, ms: 160, shape: "triangle", pause_ms: 40 }],
    bad: [{ hertz: 220, ms: 260, shape: "square" }, { hertz: 165, ms: 420, shape: "square", pause_ms: 40 }],
    done: [{ hertz: 660, ms: 90, shape: "sine" }, { hertz: 880, ms: 90, shape: "sine" }, { hertz: 1320, ms: 180, shape: "sine" }],
} satisfies Record<string, Note[]>;
export type Tune = keyof typeof tunes;

let context: AudioContext | null = null;

export function play(tune: Tune) {
    if (!soundsOn.value || !("AudioContext" in window)) return;
    context ??= new AudioContext();
    void context.resume();
    const volume = tune === "bad" ? 0.5 : 0.25;
    let at = context.currentTime + 0.01;
    for (const note of tunes[tune] as Note[]) {
        at += (note.pause_ms ?? 0) / 1000;
        sound(context, note, at, volume);
        at += note.ms / 1000;
    }
}

function sound(to: AudioContext, note: Note, at: number, volume: number) {
    const tone = to.createOscillator();
    const gain = to.createGain();
    const end = at + note.ms / 1000;
    tone.type = note.shape;
    tone.frequency.value = note.hertz;
    // Without a ramp at both ends it clicks.
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(volume, at + 0.008);
    gain.gain.setValueAtTime(volume, end - 0.02);
    gain.gain.linearRampToValueAtTime(0, end);
    tone.connect(gain).connect(to.destination);
    tone.start(at);
    tone.stop(end);
}
