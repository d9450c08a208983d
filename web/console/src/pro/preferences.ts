// Column settings of a person: at once from this browser, then from the server, where they follow the person around.
import { ref, watch, type Ref } from "vue";
import { preferences } from "@/app/contract";
import { plainSettings, type ColumnSettings } from "./list-state";

const loaded = new Map<string, Ref<ColumnSettings>>();

function local(key: string): ColumnSettings {
    try {
        return { ...plainSettings(), ...JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<ColumnSettings> };
    } catch {
        return plainSettings();
    }
}

export function useColumnSettings(list: string): Ref<ColumnSettings> {
    const key = `yuanliu.table.${list}`;
    const known = loaded.get(key);
    if (known) return known;
    const settings = ref(local(key));
    loaded.set(key, settings);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let touched = false;
    preferences.read(`table.${list}`).then(
        ({ value }) => { if (!touched && value) settings.value = { ...plainSettings(), ...JSON.parse(value) as Partial<ColumnSettings> }; },
        () => null, // never set, or not reached: what this browser knows will do
    );
    watch(settings, (now) => {
        touched = true;
        localStorage.setItem(key, JSON.stringify(now));
        clearTimeout(timer);
        timer = setTimeout(() => { preferences.write(`table.${list}`, now).catch(() => null); }, 800);
    }, { deep: true });
    return settings;
}
