import { InfoFilled } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "关于", en: "About" };

export default defineArea({
    routes: [{ path: "/about", page: () => import("./AboutPage.vue"), title }],
    menu: [{ path: "/about", title, group: "system", order: 90, icon: InfoFilled, keywords: "gy banben version swagger openapi licence 版本 接口文档 许可" }],
});
