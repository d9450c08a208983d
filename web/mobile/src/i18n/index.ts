// Chinese and English. The person's choice is remembered; until there is one, the page of a label follows the server and
// everything else the browser.
import { Locale } from "vant";
import enVant from "vant/es/locale/lang/en-US";
import zhVant from "vant/es/locale/lang/zh-CN";
import { computed } from "vue";
import { createI18n } from "vue-i18n";
import { en } from "./en";
import { zh, type Messages } from "./zh";

export type Language = "zh-CN" | "en";
const storeKey = "yl.m.language";

function stored(): string | null {
    try {
        return localStorage.getItem(storeKey);
    } catch {
        return null;
    }
}

export function firstLanguage(choice: string | null, page: string | null, browser: readonly string[]): Language {
    if (choice === "zh-CN" || choice === "en") return choice;
    if (page) return page.startsWith("zh") ? "zh-CN" : "en";
    const wish = browser.find((one) => /^(zh|en)\b/i.test(one));
    return wish && /^en/i.test(wish) ? "en" : "zh-CN";
}

const page = document.getElementById("facts") ? document.documentElement.lang : null;

export const i18n = createI18n<[Messages], Language, false>({
    legacy: false,
    locale: firstLanguage(stored(), page, navigator.languages ?? [navigator.language]),
    fallbackLocale: "zh-CN",
    messages: { "zh-CN": zh, en },
});

export const locale = computed<Language>(() => i18n.global.locale.value);
export const t = i18n.global.t;

function apply(language: Language): void {
    document.documentElement.lang = language;
    Locale.use(language, language === "en" ? enVant : zhVant);
}

export function speak(language: Language): void {
    i18n.global.locale.value = language;
    apply(language);
    try {
        localStorage.setItem(storeKey, language);
    } catch {
        // It lasts as long as this page, then.
    }
}

apply(locale.value);
