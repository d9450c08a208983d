// Two languages, switched without a reload. Words belong to whoever says them: each area defines its own, typed, so a
// missing English text or a misspelt key does not compile.
import { choices } from "@api/generated/choices";
import { createI18n } from "vue-i18n";

export type Language = "zh-CN" | "en";
export interface Bilingual { zh: string; en: string }

const key = "yuanliu.language";

function first(): Language {
    const kept = localStorage.getItem(key);
    if (kept === "zh-CN" || kept === "en") return kept;
    return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

export const i18n = createI18n({
    legacy: false,
    locale: first(),
    fallbackLocale: "zh-CN",
    messages: { "zh-CN": {}, en: {} },
    missingWarn: false,
    fallbackWarn: false,
});

export const language = (): Language => i18n.global.locale.value as Language;

export function setLanguage(next: Language) {
    i18n.global.locale.value = next;
    localStorage.setItem(key, next);
    document.documentElement.lang = next;
}

export const say = (text: Bilingual): string => (language() === "en" ? text.en : text.zh);

// The language of what somebody wrote, for the `lang` of the element that shows it: a reader aloud then says Chinese names
// on an English page as Chinese. Undefined: nothing to tell.
export const written = (text: string): Language | undefined => (/\p{Script=Han}/u.test(text) ? "zh-CN" : undefined);

// Marks between words differ as well: 甲、乙 and a, b; 甲（乙） and a (b).
export const enumerate = (items: string[]): string => items.join(language() === "en" ? ", " : "、");
export const bracketed = (text: string, note: string | null): string =>
    (!note ? text : language() === "en" ? `${text} (${note})` : `${text}（${note}）`);

export type Values = Record<string, string | number>;

// const { t } = defineWords("labels", { zh: { title: "标签" }, en: { title: "Labels" } });  t("title")
// Within a text, {name} is a value; a literal { } @ | needs {'@'}.
export function defineWords<Z extends Record<string, string>>(space: string, both: { zh: Z; en: Record<keyof Z, string> }) {
    i18n.global.mergeLocaleMessage("zh-CN", { [space]: both.zh });
    i18n.global.mergeLocaleMessage("en", { [space]: both.en });
    const t = (name: keyof Z & string, values: Values = {}): string => i18n.global.t(`${space}.${name}`, values);
    return { t };
}

type ChoiceKey = keyof typeof choices;
export type ChoiceKind = ChoiceKey extends infer K ? (K extends `choice.${infer M}.${infer F}.${string}` ? `${M}.${F}` : never) : never;

// The server's own word for a value of one of its enumerations: choice("units.status", unit.status).
export function choice(kind: ChoiceKind, value: string | null | undefined): string {
    if (value === null || value === undefined || value === "") return "—";
    const texts = (choices as Record<string, readonly [string, string]>)[`choice.${kind}.${value}`];
    return texts ? texts[language() === "en" ? 1 : 0] : value;
}

// The same where only the name of a module and a field are known; undefined when that is no enumeration's value.
export function choiceOf(module: string, field: string, value: unknown): string | undefined {
    return (choices as Record<string, readonly [string, string]>)[`choice.${module}.${field}.${String(value)}`]?.[language() === "en" ? 1 : 0];
}

// Every value of an enumeration as options of a select or filter, in the glossary's order.
export function choiceOptions(kind: ChoiceKind, order?: readonly string[]): { value: string; label: string }[] {
    const prefix = `choice.${kind}.`;
    const values = order ?? Object.keys(choices).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    return values.map((value) => ({ value, label: choice(kind, value) }));
}
