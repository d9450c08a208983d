// Column settings of a person: at once from this browser, then from the server, where they follow the person around.
import { ref, watch, type Ref } from "vue";
import { preferences } from "@/app/contract";
import { useMe } from "@/app/me";
import { plainSettings, type ColumnSettings } from "./list-state";

// Those of one person; the next to sign in has others.
let owner: number | undefined;
const loaded = new Map<string, Ref<ColumnSettings>>();

function local(key: string): ColumnSettings {
    try {
        return { ...plainSettings(), ...JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<ColumnSettings> };
    } catch {
        return plainSettings();
    }
}

export function useColumnSettings(list: string): Ref<ColumnSettings> {
    const person = useMe().user?.id;
    if (person !== owner) loaded.clear();
    owner = person;
    const key = `yuanliu.table.${person ?? ""}.${list}`;
    const known = loaded.get(key);
    if (known) return known;
    const settings = ref(local(key));
    loaded.set(key, settings);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let touched = false;
    const send = () => {
        clearTimeout(timer);
        timer = undefined;
        if (owner !== person || useMe().user?.id !== person) return; // somebody else is here by now
        preferences.write(`table.${list}`, settings.value).catch(() => null);
    };
    // Whoever leaves at once has set it all the same.
    window.addEventListener("pagehide", () => { if (timer !== undefined) send(); });
    preferences.read(`table.${list}`).then(
        ({ value }) => { if (!touched && value) settings.value = { ...plainSettings(), ...JSON.parse(value) as Partial<ColumnSettings> }; },
        () => null, // never set, or not reached: what this browser knows will do
    );
    watch(settings, (now) => {
        touched = true;
        localStorage.setItem(key, JSON.stringify(now));
        clearTimeout(timer);
        timer = setTimeout(send, 800);
    }, { deep: true });
    return settings;
}
