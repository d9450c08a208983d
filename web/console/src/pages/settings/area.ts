import { Setting } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "设置", en: "Settings" };

export default defineArea({
    routes: [{ path: "/settings", page: () => import("./SettingsPage.vue"), title, permission: "settings.read" }],
    menu: [{ path: "/settings", title, group: "system", order: 80, icon: Setting, permission: "settings.read", keywords: "sz canshu config 参数 配置" }],
    subjects: { settings_setting: () => "/settings" },
});
