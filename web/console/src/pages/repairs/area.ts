import { SetUp } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "维修", en: "Repairs" };
const permission = "repair.read";

export default defineArea({
    routes: [
        { path: "/repairs", page: () => import("./RepairList.vue"), title, permission },
        { path: "/repairs/board", page: () => import("./RepairBoard.vue"), title: { zh: "维修看板", en: "Repair board" }, permission, parent: "/repairs" },
        { path: "/repairs/:id(\\d+)", page: () => import("./RepairDetail.vue"), title: { zh: "维修单", en: "Repair" }, permission, parent: "/repairs" },
        { path: "/repairs/:id(\\d+)/slip", page: () => import("./SlipPage.vue"), title: { zh: "打印维修单", en: "Repair slip" }, permission, bare: true },
    ],
    menu: [{ path: "/repairs", title, group: "service", order: 10, icon: SetUp, permission, keywords: "wx weixiu baoxiu ticket fix kanban 报修" }],
    actions: [
        { path: "/repairs?new=1", title: { zh: "新增维修", en: "New repair" }, permission: "repair.request", keywords: "xzwx baoxiu" },
        { path: "/repairs/board", title: { zh: "维修看板", en: "Repair board" }, permission, keywords: "wxkb kanban" },
    ],
    subjects: { repair_ticket: (id) => `/repairs/${id}` },
});
