import { Avatar, Shop, Umbrella, User } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";

const agents = { zh: "代理商", en: "Agents" };
const customers = { zh: "客户", en: "Customers" };
const users = { zh: "用户", en: "Users" };
const warranty = { zh: "保修查询", en: "Warranty look-up" };

// People see themselves by identity.view_users; seeing others is what staff do, by identity.view_agents.
const others = "identity.view_agents";
const page = () => import("./PersonDetail.vue");

export default defineArea({
    routes: [
        { path: "/agents", page: () => import("./AgentList.vue"), title: agents, permission: others },
        { path: "/agents/:id(\\d+)", page, title: { zh: "代理商详情", en: "Agent" }, permission: "identity.view_users", parent: "/agents" },
        { path: "/customers", page: () => import("./CustomerList.vue"), title: customers, permission: "units.read_customers" },
        { path: "/customers/:id(\\d+)", page, title: { zh: "客户详情", en: "Customer" }, permission: "identity.view_users", parent: "/customers" },
        { path: "/users", page: () => import("./UserList.vue"), title: users, permission: others },
        { path: "/users/:id(\\d+)", page, title: { zh: "用户详情", en: "User" }, permission: "identity.view_users", parent: "/users" },
        { path: "/warranty", page: () => import("./WarrantyPage.vue"), title: warranty, permission: "units.read_customers" },
    ],
    menu: [
        { path: "/agents", title: agents, group: "partners", order: 10, icon: Shop, permission: others, keywords: "dls dealer distributor 经销商" },
        { path: "/customers", title: customers, group: "partners", order: 20, icon: User, permission: "units.read_customers", keywords: "kh buyer 顾客 买家" },
        { path: "/warranty", title: warranty, group: "partners", order: 30, icon: Umbrella, permission: "units.read_customers", keywords: "bxcx guarantee" },
        { path: "/users", title: users, group: "system", order: 10, icon: Avatar, permission: others, keywords: "yh people accounts staff 员工 账号 人员" },
    ],
    actions: [
        { path: "/agents?new=1", title: { zh: "新增代理商", en: "New agent" }, permission: "identity.write_users", keywords: "xzdls add create" },
        { path: "/users?new=1", title: { zh: "新增用户", en: "New user" }, permission: "identity.write_users", keywords: "xzyh add create" },
    ],
    subjects: { identity_user: (id) => `/users/${id}` },
});
