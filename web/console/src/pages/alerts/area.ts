import { Warning } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "预警", en: "Alerts" };
const permission = "units.alerts";

export default defineArea({
    routes: [
        { path: "/alerts", page: () => import("./AlertList.vue"), title, permission },
        { path: "/alerts/:id(\\d+)", page: () => import("./AlertDetail.vue"), title: { zh: "预警详情", en: "Alert" }, permission, parent: "/alerts" },
    ],
    menu: [{ path: "/alerts", title, group: "service", order: 20, icon: Warning, permission, keywords: "yj yujing ch cuanhuo 窜货 假冒 diversion clone counterfeit" }],
    subjects: { units_alert: (id) => `/alerts/${id}` },
});
