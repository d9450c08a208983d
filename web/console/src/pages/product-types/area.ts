import { Goods } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "产品类型", en: "Product types" };

export default defineArea({
    routes: [
        { path: "/product-types", page: () => import("./TypeList.vue"), title, permission: "catalog.read" },
        {
            path: "/product-types/:id(\\d+)", page: () => import("./TypeDetail.vue"), title: { zh: "产品类型详情", en: "Product type" },
            permission: "catalog.read", parent: "/product-types",
        },
    ],
    menu: [{ path: "/product-types", title, group: "products", order: 20, icon: Goods, permission: "catalog.read", keywords: "cplx model sku 型号" }],
    actions: [{ path: "/product-types?new=1", title: { zh: "新增产品类型", en: "New product type" }, permission: "catalog.write", keywords: "xzcplx add create" }],
    subjects: { catalog_product_type: (id) => `/product-types/${id}` },
});
