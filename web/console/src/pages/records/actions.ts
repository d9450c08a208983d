// The operations that leave a record, as options of a filter: everything that writes.
import { shallowRef } from "vue";
import { language } from "@/base/language";
import type { Option } from "@/pro/list";

type Words = Record<string, readonly [string, string]>;

const writes = /^route\.(([a-z_]+)\..+\.(?:create|update|delete))$/;

export function actionOptions(words: Words, english: boolean): Option[] {
    const side = english ? 1 : 0;
    return Object.entries(words).flatMap(([key, text]) => {
        const [, action, module] = writes.exec(key) ?? [];
        if (!action || !module) return [];
        const name = words[`module.${module}`]?.[side].split(/[：:]/)[0] ?? module;
        return [{ value: action, label: `${name} · ${text[side]}` }];
    }).sort((a, b) => a.label.localeCompare(b.label, english ? "en" : "zh"));
}

const words = shallowRef<Words>({});
export function useActionOptions(): () => Option[] {
    void import("@api/generated/glossary").then((module) => { words.value = module.glossary; });
    return () => actionOptions(words.value, language() === "en");
}
