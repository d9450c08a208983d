import { ElMessageBox } from "element-plus";
import { createRouter, createWebHistory, START_LOCATION, type RouteLocationNormalized, type RouteRecordRaw } from "vue-router";
import type { Bilingual } from "@/base/language";
import { t } from "@/base/words";
import { session } from "./api";
import { areas } from "./areas";
import { useMe } from "./me";
import { useTabs } from "./tabs";
import { anyUnsaved, mayLeave } from "./unsaved";

declare module "vue-router" {
    interface RouteMeta {
        title?: Bilingual;
        permission?: string;
        parent?: string;
        open?: boolean; // for people who have not signed in
        untabbed?: boolean;
    }
}

const pages = areas.flatMap((area) => area.routes).map((route): RouteRecordRaw => ({
    path: route.path,
    component: route.page,
    meta: { title: route.title, permission: route.permission, parent: route.parent },
}));
const bare = new Set(areas.flatMap((area) => area.routes).filter((route) => route.bare).map((route) => route.path));

const forbidden = { zh: "没有权限", en: "No permission" };
const missing = { zh: "页面不存在", en: "Page not found" };

// Where "/" leads: the first page of the menu that this person may see.
function start(): string {
    const me = useMe();
    const groups = ["home", "products", "partners", "service", "system"];
    const entries = areas.flatMap((area) => area.menu).filter((entry) => me.may(entry.permission))
        .sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || a.order - b.order);
    return entries[0]?.path ?? "/forbidden";
}

export const router = createRouter({
    history: createWebHistory(),
    routes: [
        { path: "/login", component: () => import("@/shell/LoginPage.vue"), meta: { open: true, title: { zh: "登录", en: "Sign in" } } },
        { path: "/setup", component: () => import("@/shell/SetupPage.vue"), meta: { open: true, title: { zh: "初始设置", en: "First set-up" } } },
        ...pages.filter((page) => bare.has(page.path)),
        {
            path: "/",
            component: () => import("@/shell/Layout.vue"),
            children: [
                { path: "", component: () => import("@/shell/MissingPage.vue") }, // the guard leads on from here
                ...pages.filter((page) => !bare.has(page.path)),
                {
                    path: "imports/:id(\\d+|new)",
                    component: () => import("@/pro/ImportPage.vue"),
                    meta: { title: { zh: "导入数据", en: "Import data" } },
                },
                { path: "forbidden", component: () => import("@/shell/ForbiddenPage.vue"), meta: { title: forbidden, untabbed: true } },
                { path: ":rest(.*)*", component: () => import("@/shell/MissingPage.vue"), meta: { title: missing, untabbed: true } },
            ],
        },
    ],
    // Another tab shows what it showed; another page of a list begins at its top.
    scrollBehavior: (to, from, saved) => saved ?? { top: (to.path === from.path ? undefined : useTabs().find(to.path)?.top) ?? 0 },
});

function loginFor(to: RouteLocationNormalized) {
    return { path: "/login", query: to.fullPath === "/" ? {} : { next: to.fullPath } };
}

// Pages live on behind their tabs; only without the frame around them do they end. Whoever was signed out cannot stay.
const ends = (to: RouteLocationNormalized) => to.meta.open === true || bare.has(to.matched[0]?.path ?? "");
router.beforeEach(async (to) => {
    if (session.signedIn && ends(to) && !(await mayLeave())) return false;
    if (to.meta.open) return true;
    if (!session.signedIn) return loginFor(to);
    const me = useMe();
    try {
        await me.load();
    } catch {
        // Not reached: the page itself says so, with what it knows. Refused: the session has ended by itself.
        if (!session.signedIn) return loginFor(to);
    }
    if (me.user && to.path === "/") return { path: start(), replace: true };
    if (me.user && !me.may(to.meta.permission)) return { path: "/forbidden", query: { from: to.fullPath }, replace: true };
    return true;
});

// The old page still stands there: what is drawn follows later.
router.afterEach((to, from, failure) => {
    if (!failure && to.path !== from.path) useTabs().leave(from.path, window.scrollY);
});

// A page that cannot be fetched: after an upgrade of the server the pieces of the old console are gone, so all is loaded
// anew, once; when that was not it, people are told and may try again.
const reloaded = "yuanliu.reloaded";
const answers = () => fetch("/index.html", { method: "HEAD", cache: "no-cache" }).then((answer) => answer.ok, () => false);
router.onError(async (_error, to) => {
    if (!anyUnsaved() && sessionStorage.getItem(reloaded) !== to.fullPath && await answers()) {
        sessionStorage.setItem(reloaded, to.fullPath);
        location.assign(to.fullPath);
        return;
    }
    const again = await ElMessageBox.confirm(t("page_lost_text"), t("page_lost"), {
        confirmButtonText: t("retry"), cancelButtonText: t("close"), type: "error", closeOnClickModal: false,
    }).catch(() => "close");
    if (again === "confirm") location.assign(to.fullPath);
    else if (router.currentRoute.value === START_LOCATION && to.path !== "/") await router.replace("/"); // nothing stands there yet
});
router.afterEach((_to, _from, failure) => { if (!failure) sessionStorage.removeItem(reloaded); });
