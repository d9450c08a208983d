import { Notebook } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const title = { zh: "操作记录", en: "Operation records" };
const permission = "audit.read";

export default defineArea({
    routes: [
        { path: "/records", page: () => import("./RecordList.vue"), title, permission },
        { path: "/records/:id(\\d+)", page: () => import("./RecordPage.vue"), title: { zh: "操作记录详情", en: "Operation record" }, permission, parent: "/records" },
    ],
    menu: [{ path: "/records", title, group: "system", order: 40, icon: Notebook, permission, keywords: "czjl rizhi audit log 日志 审计" }],
    subjects: { audit_record: (id) => `/records/${id}` },
});
