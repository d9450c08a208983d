// A setting, its editor and how its value is written for people.
import type { Schemas } from "@/app/api";
import { text } from "@/base/formats";
import { choiceOf, enumerate } from "@/base/language";
import { t as shell } from "@/base/words";

export type Setting = Schemas["SettingsView"];
export type Editor = "switch" | "number" | "choice" | "list" | "date" | "long" | "secret" | "json" | "zone" | "text";

const editors: Record<string, Editor> = {
    boolean: "switch", integer: "number", real: "number", id: "number", choice: "choice", date: "date", prose: "long", secret: "secret", record: "json", list: "list",
};

export function editorOf(setting: Setting): Editor {
    if (setting.key === "company.time_zone") return "zone";
    const editor = editors[setting.kind] ?? "text";
    // A list of texts is edited as tags; of anything richer, as what it is.
    const values = [setting.value, setting.default_value].flat();
    return editor === "list" && values.some((one) => typeof one === "object" && one !== null) ? "json" : editor;
}

// The names of the zones that this browser knows; the server may know more.
export const zones: readonly string[] = Intl.supportedValuesOf("timeZone");

export const moduleOf = (setting: Setting): string => setting.key.split(".")[0] ?? "";
const fieldOf = (setting: Setting): string => setting.key.split(".").at(-1) ?? "";

// A value as its editor holds it, and back.
export const draftOf = (setting: Setting): unknown => (editorOf(setting) === "json" ? JSON.stringify(setting.value, null, 2) : setting.value);
export function valueOf(setting: Setting, draft: unknown): unknown {
    return editorOf(setting) === "json" ? JSON.parse(String(draft)) as unknown : draft;
}

// 上架期限（月）：发货后超过… -> the name and the explanation.
export function splitWords(words: string): { name: string; help: string } {
    const at = words.search(/[：:；;]\s*/);
    return at > 0 ? { name: words.slice(0, at).trim(), help: words.slice(at + 1).trim() } : { name: words, help: "" };
}

export function optionLabel(setting: Setting, value: string): string {
    return choiceOf(moduleOf(setting), fieldOf(setting), value) ?? value;
}

export function show(setting: Setting, value: unknown): string {
    if (typeof value === "boolean") return value ? shell("yes") : shell("no");
    if (setting.kind === "choice") return optionLabel(setting, String(value));
    return Array.isArray(value) ? enumerate(value.map(text)) || "—" : text(value);
}
