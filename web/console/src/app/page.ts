// What a page may ask of the shell.
import { inject, type InjectionKey, provide, watchEffect } from "vue";
import { useRoute } from "vue-router";
import type { Bilingual } from "@/base/language";
import { useTabs } from "./tabs";

// The title of this page's tab and window, once it knows better than its route: usePageTitle(() => type.value?.name).
export function usePageTitle(title: () => Bilingual | string | undefined) {
    const tabs = useTabs();
    const path = useRoute().path;
    watchEffect(() => {
        const now = title();
        if (now) tabs.rename(path, typeof now === "string" ? { zh: now, en: now } : now);
    });
}

export interface Shortcuts {
    search?(): void;
    create?(): void;
    refresh?(): void;
}

// Keys that mean something on the page in front; ProTable fills them in.
export const shortcutsKey: InjectionKey<Shortcuts> = Symbol("shortcuts");
export const provideShortcuts = (): Shortcuts => {
    const shortcuts: Shortcuts = {};
    provide(shortcutsKey, shortcuts);
    return shortcuts;
};
export const useShortcuts = (): Shortcuts => inject(shortcutsKey, {});
