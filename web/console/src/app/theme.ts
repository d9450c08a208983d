import { computed, ref, watchEffect } from "vue";

export type Theme = "light" | "dark" | "system";
const key = "yuanliu.theme";
const kept = localStorage.getItem(key);

export const theme = ref<Theme>(kept === "light" || kept === "dark" ? kept : "system");
const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = ref(system.matches);
system.addEventListener("change", () => { systemDark.value = system.matches; });

export const dark = computed(() => (theme.value === "system" ? systemDark.value : theme.value === "dark"));

export function setTheme(next: Theme) {
    theme.value = next;
    localStorage.setItem(key, next);
}

watchEffect(() => {
    document.documentElement.classList.toggle("dark", dark.value);
    document.documentElement.classList.toggle("light", !dark.value);
});
