// Light, dark, or as the system is; remembered.
import { ref } from "vue";

export type Theme = "system" | "light" | "dark";
const storeKey = "yl.m.theme";

function stored(): Theme {
    try {
        const value = localStorage.getItem(storeKey);
        return value === "light" || value === "dark" ? value : "system";
    } catch {
        return "system";
    }
}

const system = window.matchMedia?.("(prefers-color-scheme: dark)");
export const theme = ref<Theme>(stored());

function apply(): void {
    const dark = theme.value === "dark" || (theme.value === "system" && Boolean(system?.matches));
    const root = document.documentElement.classList;
    root.toggle("dark", dark);
    root.toggle("light", !dark);
    root.toggle("van-theme-dark", dark);
}

export function paint(choice: Theme): void {
    theme.value = choice;
    apply();
    try {
        if (choice === "system") localStorage.removeItem(storeKey);
        else localStorage.setItem(storeKey, choice);
    } catch {
        // It lasts as long as this page, then.
    }
}

system?.addEventListener?.("change", apply);
apply();
