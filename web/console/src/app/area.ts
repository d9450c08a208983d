// A business area declares itself: a folder src/pages/<area>/ with an area.ts whose default export is defineArea({...}).
// Nothing else of the shell names it.
import type { Component, Ref } from "vue";
import type { Bilingual } from "@/base/language";

export type MenuGroup = "home" | "products" | "partners" | "service" | "system";
export const menuGroups: MenuGroup[] = ["home", "products", "partners", "service", "system"];

type Page = () => Promise<{ default: Component }>;

export interface AreaRoute {
    path: string; // "/product-types/:id(\\d+)"
    page: Page;
    title: Bilingual; // of the tab and breadcrumb; a page may say a better one with usePageTitle
    permission?: string; // none: everybody who has signed in
    parent?: string; // the path of the page above, for breadcrumbs
    bare?: boolean; // without menu and tabs, e.g. a page for printing
}

export interface AreaMenu {
    path: string;
    title: Bilingual;
    group: MenuGroup;
    order: number; // within its group
    icon: Component;
    permission?: string;
    keywords?: string; // what else the command palette finds it by, e.g. pinyin initials
    alarm?: AreaAlarm;
}

// Something that must not be overlooked: how many, in red beside the menu entry, and where they are dealt with.
export interface AreaAlarm {
    count: () => Ref<number>; // a composable
    title: Bilingual; // what they are, read after the number
    path: string;
    permission: string;
}

// An action people can start from anywhere through the command palette, e.g. 新增产品类型.
export interface AreaAction {
    path: string; // usually a list with ?new=1
    title: Bilingual;
    permission?: string;
    keywords?: string;
}

export interface Area {
    routes: AreaRoute[];
    menu: AreaMenu[];
    actions?: AreaAction[];
    // Where a row of one of these tables is shown, for links from operation records and notices.
    subjects?: Record<string, (id: number) => string>;
}

export const defineArea = (area: Area): Area => area;
