import { HomeFilled, TrendCharts } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const home = { zh: "概览", en: "Overview" };
const reports = { zh: "数据报表", en: "Reports" };

export default defineArea({
    routes: [
        { path: "/home", page: () => import("./HomePage.vue"), title: home },
        { path: "/reports", page: () => import("./ReportsPage.vue"), title: reports, permission: "reports.read" },
    ],
    menu: [
        { path: "/home", title: home, group: "home", order: 10, icon: HomeFilled, keywords: "gl shouye dashboard home 首页" },
        { path: "/reports", title: reports, group: "home", order: 20, icon: TrendCharts, permission: "reports.read", keywords: "sjbb baobiao charts trend 统计" },
    ],
});
