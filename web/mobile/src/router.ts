import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { atWork, may, signedIn } from "@/api/session";
import ScanPage from "@/pages/ScanPage.vue";

declare module "vue-router" {
    interface RouteMeta {
        tab?: "home" | "devices" | "repairs" | "work" | "queue" | "me"; // shows the bar at the bottom
        login?: boolean; // for people who have signed in
        staff?: boolean; // for people at work
        permission?: string;
    }
}

const routes: RouteRecordRaw[] = [
    { path: "/q/:code", name: "label", component: ScanPage, props: true },
    { path: "/m", name: "home", component: () => import("@/pages/HomePage.vue"), meta: { tab: "home" } },
    { path: "/m/scan", name: "scan", component: () => import("@/pages/CameraPage.vue") },
    { path: "/m/card/:code", name: "card", component: () => import("@/pages/CardPage.vue"), props: true },
    { path: "/m/login", name: "login", component: () => import("@/pages/LoginPage.vue") },
    { path: "/m/me", name: "me", component: () => import("@/pages/MePage.vue"), meta: { tab: "me" } },
    { path: "/m/notices", name: "notices", component: () => import("@/pages/NoticesPage.vue"), meta: { login: true } },
    { path: "/m/devices", name: "devices", component: () => import("@/pages/DevicesPage.vue"), meta: { tab: "devices", login: true } },
    { path: "/m/repair/:code", name: "ask-repair", component: () => import("@/pages/AskRepairPage.vue"), props: true, meta: { login: true } },
    { path: "/m/repairs", name: "repairs", component: () => import("@/pages/RepairsPage.vue"), meta: { tab: "repairs", login: true } },
    { path: "/m/repairs/:id(\\d+)", name: "repair", component: () => import("@/pages/RepairPage.vue"), props: true, meta: { login: true } },
    { path: "/m/work", name: "work", component: () => import("@/pages/WorkPage.vue"), meta: { tab: "work", staff: true } },
    { path: "/m/work/receive", name: "receive", component: () => import("@/pages/TallyPage.vue"), props: { kind: "receive" }, meta: { staff: true, permission: "units.write" } },
    { path: "/m/work/ship", name: "ship", component: () => import("@/pages/TallyPage.vue"), props: { kind: "ship" }, meta: { staff: true, permission: "units.ship" } },
    { path: "/m/work/repair/:code?", name: "intake", component: () => import("@/pages/IntakePage.vue"), props: true, meta: { staff: true, permission: "repair.write" } },
    { path: "/m/work/queue", name: "queue", component: () => import("@/pages/QueuePage.vue"), meta: { tab: "queue", staff: true } },
    { path: "/m/unit/:code", name: "unit", component: () => import("@/pages/UnitPage.vue"), props: true, meta: { staff: true } },
    { path: "/:rest(.*)*", name: "lost", component: () => import("@/pages/LostPage.vue") },
];

export const router = createRouter({
    history: createWebHistory("/"),
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach((to) => {
    if (!to.meta.login && !to.meta.staff) return true;
    if (!signedIn.value) return { name: "login", query: { then: to.fullPath, ...(to.meta.staff ? { as: "staff" } : {}) } };
    if (to.meta.staff && !atWork.value) return { name: "home" };
    if (to.meta.permission && !may(to.meta.permission)) return { name: "work" };
    return true;
});

// After an upgrade of the server the pieces of the old app are gone: fetch the page anew, once.
router.onError((_error, to) => {
    const mark = "yl.m.reloaded";
    if (sessionStorage.getItem(mark) === to.fullPath) return;
    sessionStorage.setItem(mark, to.fullPath);
    location.assign(to.fullPath);
});
