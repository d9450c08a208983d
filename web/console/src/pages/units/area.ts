import { Box, Files } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "产品", en: "Products" };
const make = { zh: "批量生成产品", en: "Make products in bulk" };
const batches = { zh: "批次", en: "Batches" };

export default defineArea({
    routes: [
        { path: "/products", page: () => import("./UnitList.vue"), title, permission: "units.read" },
        { path: "/products/new", page: () => import("./CreateUnits.vue"), title: make, permission: "units.write", parent: "/products" },
        { path: "/products/:id(\\d+)", page: () => import("./UnitDetail.vue"), title: { zh: "产品详情", en: "Product" }, permission: "units.read", parent: "/products" },
        { path: "/batches", page: () => import("./BatchList.vue"), title: batches, permission: "units.write" },
        { path: "/batches/:id(\\d+)", page: () => import("./BatchDetail.vue"), title: { zh: "批次详情", en: "Batch" }, permission: "units.write", parent: "/batches" },
    ],
    menu: [
        { path: "/products", title, group: "products", order: 10, icon: Box, permission: "units.read", keywords: "cp units codes 编码 二维码" },
        { path: "/batches", title: batches, group: "products", order: 40, icon: Files, permission: "units.write", keywords: "pc" },
    ],
    actions: [{ path: "/products/new", title: make, permission: "units.write", keywords: "plsc scbm bulk generate create 编码" }],
    subjects: { units_unit: (id) => `/products/${id}`, units_batch: (id) => `/batches/${id}` },
});
