import { Document, Van } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "扫码发货", en: "Ship by scanner" };
const list = { zh: "发货单", en: "Shipments" };

export default defineArea({
    routes: [{ path: "/shipping", page: () => import("./ScanPage.vue"), title, permission: "units.ship" },
        { path: "/shipments", page: () => import("./ShipmentList.vue"), title: list, permission: "units.read" }],
    menu: [{ path: "/shipping", title, group: "products", order: 30, icon: Van, permission: "units.ship", keywords: "fh smfh scan gun 扫码枪 入库 退货" },
        { path: "/shipments", title: list, group: "products", order: 31, icon: Document, permission: "units.read", keywords: "fhd" }],
    actions: [
        { path: "/shipping?mode=receive", title: { zh: "扫码入库", en: "Receive by scanner" }, permission: "units.ship", keywords: "smrk" },
        { path: "/shipping?mode=take_back", title: { zh: "扫码退回", en: "Take back by scanner" }, permission: "units.ship", keywords: "smth" },
    ],
});
