// What areas declare must hang together: every menu entry leads to a page, asks for what that page asks for, and every
// permission is one the server knows.
import { glossary } from "@api/generated/glossary";
import { describe, expect, it } from "vitest";
import { importRoutes } from "@/pro/list";
import { matches } from "@/shell/matching";
import { areas } from "./areas";

const routes = areas.flatMap((area) => area.routes);
const entries = [...areas.flatMap((area) => area.menu), ...areas.flatMap((area) => area.actions ?? [])];
const plain = (path: string) => path.split("?")[0] ?? path;
const leadsTo = (path: string) => routes.find((route) => new RegExp(`^${route.path.replace(/:\w+(\([^)]*\))?/g, "[^/]+")}$`).test(plain(path)));

describe("the areas", () => {
    it("have each path once", () => {
        const paths = routes.map((route) => route.path);
        expect(new Set(paths).size).toBe(paths.length);
        expect(paths.length).toBeGreaterThan(0);
    });

    it.each(entries.map((entry) => [entry.path, entry] as const))("lead from the menu to a page: %s", (path, entry) => {
        const route = leadsTo(path);
        expect(route).toBeDefined();
        if (route?.permission) expect(entry.permission).toBeDefined();
    });

    it.each(routes.filter((route) => route.parent).map((route) => [route.path, route.parent ?? ""]))("have the page above: %s", (_path, parent) => {
        expect(leadsTo(parent)).toBeDefined();
    });

    it.each([...new Set([...routes, ...entries].map((one) => one.permission).filter((name) => name !== undefined))])("ask for what there is: %s", (name) => {
        expect(glossary).toHaveProperty([`permission.${name}`]);
    });
});

describe("imports", () => {
    it("lead to what the modules declare, and to all of it", () => {
        const sources = import.meta.glob<string>("../../../../src/modules/*/imports.cpp", { query: "?raw", import: "default", eager: true });
        const declared = Object.values(sources).flatMap((source) => [...source.matchAll(/targets\.add\("([^"]+)"/g)].map((match) => match[1]));
        expect(declared.length).toBeGreaterThan(0);
        expect([...importRoutes].sort()).toEqual(declared.sort());
    });
});

describe("the command palette", () => {
    it("wants every word, in any order and case", () => {
        expect(matches("产品类型 Product types cplx", "TYPES prod")).toBe(true);
        expect(matches("产品类型 Product types cplx", "cp")).toBe(true);
        expect(matches("产品类型 Product types", "agents")).toBe(false);
    });
});
