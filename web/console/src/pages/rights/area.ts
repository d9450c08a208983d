import { Key, Lock } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const roles = { zh: "角色", en: "Roles" };
const keys = { zh: "API 密钥", en: "API keys" };
const view = "identity.view_roles";

export default defineArea({
    routes: [
        { path: "/roles", page: () => import("./RoleList.vue"), title: roles, permission: view },
        { path: "/roles/permissions", page: () => import("./MatrixPage.vue"), title: { zh: "权限对照", en: "Permissions compared" }, permission: view, parent: "/roles" },
        { path: "/roles/:id(\\d+)", page: () => import("./RoleDetail.vue"), title: { zh: "角色详情", en: "Role" }, permission: view, parent: "/roles" },
        { path: "/keys", page: () => import("./KeyList.vue"), title: keys, permission: "identity.manage_keys" },
    ],
    menu: [
        { path: "/roles", title: roles, group: "system", order: 20, icon: Lock, permission: view, keywords: "js quanxian permissions rights 权限" },
        { path: "/keys", title: keys, group: "system", order: 30, icon: Key, permission: "identity.manage_keys", keywords: "miyao token 接口密钥" },
    ],
    actions: [
        { path: "/roles?new=1", title: { zh: "新增角色", en: "New role" }, permission: "identity.write_roles", keywords: "xzjs add create" },
        { path: "/keys?new=1", title: { zh: "新建 API 密钥", en: "New API key" }, permission: "identity.manage_keys", keywords: "xjmy add create" },
        { path: "/roles/permissions", title: { zh: "权限对照", en: "Permissions compared" }, permission: view, keywords: "qxdz matrix" },
    ],
    subjects: { identity_role: (id) => `/roles/${id}`, identity_api_key: () => "/keys" },
});
