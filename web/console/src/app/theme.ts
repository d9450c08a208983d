import { computed, ref, watchEffect } from "vue";

export type Theme = "light" | "dark" | "system";
const key = "yuanliu.theme";
const kept = localStorage.getItem(key);

export const theme = ref<Theme>(kept === "light" || kept === "dark" ? kept : "system");
const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = ref(system.matches);
system.addEventListener("change", () => { systemDark.value = system.matches; });

// Paper is white.
const printing = ref(false);
window.addEventListener("beforeprint", () => { printing.value = true; });
window.addEventListener("afterprint", () => { printing.value = false; });

export const dark = computed(() => !printing.value && (theme.value === "system" ? systemDark.value : theme.value === "dark"));

export function setTheme(next: Theme) {
    theme.value = next;
    localStorage.setItem(key, next);
}

// At once: a browser prints what stands there when beforeprint has been told.
watchEffect(() => {
    document.documentElement.classList.toggle("dark", dark.value);
    document.documentElement.classList.toggle("light", !dark.value);
}, { flush: "sync" });
