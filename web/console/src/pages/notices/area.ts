import { defineArea } from "@/app/area";

const title = { zh: "消息", en: "Notifications" };

export default defineArea({
    routes: [{ path: "/notices", page: () => import("./NoticeList.vue"), title }],
    menu: [],
    actions: [{ path: "/notices", title: { zh: "全部消息", en: "All notifications" }, keywords: "xx tongzhi notices 通知" }],
});
