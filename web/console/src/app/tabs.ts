// The open pages. One tab a path, so two records of one kind are two tabs; the query belongs to the tab, which is how a
// list finds its filters again. Kept for this window only.
import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";
import type { RouteLocationNormalized } from "vue-router";
import type { Bilingual } from "@/base/language";
import { anyUnsaved } from "./unsaved";

export interface Tab {
    path: string;
    full: string; // with its query
    title: Bilingual;
    version: number; // counts reloads
    top?: number; // how far it was scrolled when another came to the front
}

const key = "yuanliu.tabs";
const most = 20; // pages kept alive at once; the oldest without unsaved changes goes first

function kept(): Tab[] {
    try {
        return JSON.parse(sessionStorage.getItem(key) ?? "[]") as Tab[];
    } catch {
        return [];
    }
}

export const useTabs = defineStore("tabs", () => {
    const list = ref<Tab[]>(kept());
    const active = ref("");
    watch(list, (now) => { sessionStorage.setItem(key, JSON.stringify(now)); }, { deep: true });

    const names = computed(() => list.value.map(nameOf));
    const find = (path: string) => list.value.find((tab) => tab.path === path);

    function visit(to: RouteLocationNormalized) {
        if (!to.meta.title || to.meta.untabbed) return;
        active.value = to.path;
        const tab = find(to.path);
        if (tab) {
            tab.full = to.fullPath;
            return;
        }
        list.value.push({ path: to.path, full: to.fullPath, title: to.meta.title, version: 0 });
        const oldest = list.value.findIndex((old) => old.path !== to.path && !anyUnsaved([old.path]));
        if (list.value.length > most && oldest >= 0) list.value.splice(oldest, 1);
    }

    function rename(path: string, title: Bilingual) {
        const tab = find(path);
        if (tab) tab.title = title;
    }

    function leave(path: string, top: number) {
        const tab = find(path);
        if (tab) tab.top = top;
    }

    // The page to show when these are closed: the next one that stays, else the one before.
    function after(paths: string[]): string | null {
        const at = list.value.findIndex((tab) => tab.path === active.value);
        const stays = (tab: Tab) => !paths.includes(tab.path);
        const next = list.value.slice(at + 1).find(stays) ?? list.value.slice(0, Math.max(at, 0)).reverse().find(stays);
        return next?.full ?? null;
    }

    function close(paths: string[]) {
        list.value = list.value.filter((tab) => !paths.includes(tab.path));
    }

    const others = (path: string) => list.value.map((tab) => tab.path).filter((other) => other !== path);

    function reload(path: string) {
        const tab = find(path);
        if (tab) tab.version++;
    }

    function move(from: number, to: number) {
        const [tab] = list.value.splice(from, 1);
        if (tab) list.value.splice(to, 0, tab);
    }

    function clear() {
        list.value = [];
    }

    return { list, active, names, visit, leave, rename, after, close, others, reload, move, clear, find };
});

// What keeps a tab's page alive: another name is another page.
export const nameOf = (tab: Tab) => `${tab.path}#${tab.version}`;
