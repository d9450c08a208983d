import { defineWords } from "@/base/language";

export const { t } = defineWords("rights", {
    zh: {
        roles: "角色", roles_help: "自定义角色代替员工的默认权限。修改后从下一次请求起生效；仍有员工使用的角色不能删除。", role_new: "新增角色", role_change: "修改角色", roles_none: "还没有自定义角色，员工使用默认权限。",
        name: "名称", permissions: "权限", permissions_n: "{n} 项", members: "员工", members_none: "还没有员工使用这个角色", removed: "角色已删除", username: "用户名", phone: "电话", state: "状态", active: "启用", inactive: "已停用",
        matrix: "权限对照", matrix_help: "每种账号和每个自定义角色各能做什么。管理员拥有全部权限。", matrix_open: "权限对照表", permission: "权限", administrator: "管理员", has: "有", has_not: "无",
        all: "全选", none: "清空", as_staff: "员工默认权限", chosen: "已选 {n} / {all}", not_yours: "您自己没有此权限，不能授予",
        keys: "API 密钥", keys_help: "程序凭密钥调用接口。密钥只在新建时显示一次；它能做的不超过写明的权限，也不超过新建者自己的权限。", key_new: "新建密钥", keys_none: "还没有密钥。其他系统要调用接口时，在此新建。",
        key_name_help: "写明用途，例如“仓库扫描枪”", prefix: "开头", created_by: "新建者", created: "新建时间", last_used: "最近使用", never: "从未使用", expires: "到期日", expires_help: "当日结束后失效。不填则长期有效。", forever: "长期有效", key_state: "状态",
        in_use: "有效", expired: "已过期", revoked: "已吊销", revoke: "吊销", revoke_ask: "吊销“{name}”", revoke_text: "使用此密钥的程序立即不能再调用接口，且不能恢复。", revoke_done: "密钥已吊销",
        made: "密钥已新建", made_text: "请立即复制并妥善保存。关闭后不能再次查看，遗失只能重新新建。", made_use: "调用示例", made_close: "我已保存", at_least_one: "请至少选择一项权限",
    },
    en: {
        roles: "Roles", roles_help: "A custom role takes the place of what staff may do by themselves. Changes count from the next request on; a role that staff still have cannot be deleted.", role_new: "New role", role_change: "Edit role", roles_none: "No custom roles yet; staff have their defaults.",
        name: "Name", permissions: "Permissions", permissions_n: "{n}", members: "Staff", members_none: "Nobody has this role yet", removed: "Role deleted", username: "User name", phone: "Telephone", state: "State", active: "Active", inactive: "Disabled",
        matrix: "Permissions compared", matrix_help: "What each type of account and each custom role may do. Administrators may do everything.", matrix_open: "Compare permissions", permission: "Permission", administrator: "Administrator", has: "Yes", has_not: "No",
        all: "Select all", none: "Clear", as_staff: "Staff defaults", chosen: "{n} of {all} selected", not_yours: "You do not have this permission yourself, so you cannot hand it out",
        keys: "API keys", keys_help: "Programs call the API with a key. It is shown once, when it is made; it may do what is written on it and never more than its maker.", key_new: "New key", keys_none: "No keys yet. Make one when another system has to call the API.",
        key_name_help: "Say what it is for, e.g. “Warehouse scanner”", prefix: "Begins with", created_by: "Made by", created: "Made", last_used: "Last used", never: "Never", expires: "Expires", expires_help: "It stops working at the end of that day. Empty: never.", forever: "Never", key_state: "State",
        in_use: "Valid", expired: "Expired", revoked: "Revoked", revoke: "Revoke", revoke_ask: "Revoke “{name}”", revoke_text: "Programs that use this key are refused at once. This cannot be undone.", revoke_done: "Key revoked",
        made: "The key was made", made_text: "Copy it now and keep it safe. It cannot be shown again; a lost key is replaced by a new one.", made_use: "How to use it", made_close: "I have saved it", at_least_one: "Choose at least one permission",
    },
});
