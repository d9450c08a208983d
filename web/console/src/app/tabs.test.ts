import { createPinia, setActivePinia } from "pinia";
import { mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import { defineComponent, h, reactive, ref } from "vue";
import { routeLocationKey, type RouteLocationNormalized, type RouteLocationNormalizedLoaded } from "vue-router";
import { useTabs } from "./tabs";
import { anyUnsaved, useUnsaved } from "./unsaved";

const title = { zh: "页", en: "Page" };
const at = (path: string, query = ""): RouteLocationNormalized => ({ path, fullPath: path + query, meta: { title } }) as unknown as RouteLocationNormalized;

beforeEach(() => {
    sessionStorage.clear();
    setActivePinia(createPinia());
});

describe("open pages", () => {
    it("are one a path, each with its own query", () => {
        const tabs = useTabs();
        tabs.visit(at("/units", "?status=shipped"));
        tabs.visit(at("/units/1"));
        tabs.visit(at("/units/2"));
        tabs.visit(at("/units", "?status=shipped&page=2"));
        expect(tabs.list.map((tab) => tab.full)).toEqual(["/units?status=shipped&page=2", "/units/1", "/units/2"]);
    });

    it("give way to the next one, else the one before", () => {
        const tabs = useTabs();
        for (const path of ["/a", "/b", "/c"]) tabs.visit(at(path));
        tabs.visit(at("/b"));
        expect(tabs.after(["/b"])).toBe("/c");
        expect(tabs.after(["/b", "/c"])).toBe("/a");
        expect(tabs.after(["/a", "/b", "/c"])).toBeNull();
        tabs.close(["/a", "/b"]);
        expect(tabs.list.map((tab) => tab.path)).toEqual(["/c"]);
    });

    it("are twenty at most; the oldest goes, never the one in front", () => {
        const tabs = useTabs();
        for (let i = 0; i < 25; i++) tabs.visit(at(`/units/${i}`));
        expect(tabs.list.length).toBe(20);
        expect(tabs.list[0]?.path).toBe("/units/5");
        expect(tabs.find("/units/24")).toBeDefined();
    });

    it("do not lose what somebody has typed and not saved", () => {
        const tabs = useTabs();
        const changed = ref(true);
        const form = defineComponent({ setup() { useUnsaved(changed); return () => h("p"); } });
        const route = reactive({ path: "/units/1" }) as unknown as RouteLocationNormalizedLoaded;
        const page = mount(form, { global: { provide: { [routeLocationKey as symbol]: route } } });
        for (let i = 0; i < 22; i++) tabs.visit(at(`/units/${i}`));
        expect(tabs.list.slice(0, 2).map((tab) => tab.path)).toEqual(["/units/1", "/units/3"]);
        expect([anyUnsaved(), anyUnsaved(["/units/1"]), anyUnsaved(["/units/3"])]).toEqual([true, true, false]);
        changed.value = false;
        tabs.visit(at("/units/22"));
        expect(tabs.find("/units/1")).toBeUndefined();
        changed.value = true;
        page.unmount();
        expect(anyUnsaved()).toBe(false);
    });

    it("become new pages when they are loaded again", () => {
        const tabs = useTabs();
        tabs.visit(at("/a"));
        const before = tabs.names[0];
        tabs.reload("/a");
        expect(tabs.names[0]).not.toBe(before);
    });

    it("come back after the window was loaded again", async () => {
        const tabs = useTabs();
        tabs.visit(at("/a", "?x=1"));
        await Promise.resolve();
        setActivePinia(createPinia());
        expect(useTabs().list.map((tab) => tab.full)).toEqual(["/a?x=1"]);
    });

    it("do not show errors and doors", () => {
        const tabs = useTabs();
        tabs.visit({ path: "/forbidden", fullPath: "/forbidden", meta: { title, untabbed: true } } as unknown as RouteLocationNormalized);
        expect(tabs.list).toEqual([]);
    });
});
