import { Coin } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "备份", en: "Backups" };
const permission = "backups.manage";

export default defineArea({
    routes: [{ path: "/backups", page: () => import("./BackupList.vue"), title, permission }],
    menu: [{ path: "/backups", title, group: "system", order: 60, icon: Coin, permission, keywords: "bf beifen huifu restore 恢复 还原" }],
    actions: [
        { path: "/backups?make=1", title: { zh: "立即备份", en: "Back up now" }, permission, keywords: "ljbf make" },
        { path: "/backups?upload=1", title: { zh: "上传备份", en: "Upload a backup" }, permission, keywords: "scbf import" },
    ],
});
