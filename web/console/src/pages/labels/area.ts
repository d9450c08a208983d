import { PriceTag } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "标签", en: "Labels" };
const print = { zh: "打印标签", en: "Print labels" };
const design = { zh: "设计标签", en: "Design a label" };

export default defineArea({
    routes: [
        { path: "/labels", page: () => import("./TemplateList.vue"), title, permission: "units.print" },
        { path: "/labels/print", page: () => import("./PrintPage.vue"), title: print, permission: "units.print", parent: "/labels" },
        { path: "/labels/new", page: () => import("./DesignPage.vue"), title: design, permission: "units.print", parent: "/labels" },
        { path: "/labels/:id(\\d+)", page: () => import("./DesignPage.vue"), title: design, permission: "units.print", parent: "/labels" },
    ],
    menu: [{ path: "/labels", title, group: "products", order: 50, icon: PriceTag, permission: "units.print", keywords: "bq dy print qr 打印 二维码" }],
    actions: [
        { path: "/labels/print", title: print, permission: "units.print", keywords: "dybq print" },
        { path: "/labels/new", title: design, permission: "units.print", keywords: "sjbq design template" },
    ],
    subjects: { units_label_template: (id) => `/labels/${id}` },
});
