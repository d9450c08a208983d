import { defineArea } from "@/app/area";

export default defineArea({
    routes: [{ path: "/account", page: () => import("./AccountPage.vue"), title: { zh: "我的账号", en: "My account" } }],
    menu: [],
    actions: [{ path: "/account", title: { zh: "我的账号与密码", en: "My account and password" }, keywords: "wdzh mima sessions" }],
});
