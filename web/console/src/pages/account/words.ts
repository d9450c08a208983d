import { defineWords } from "@/base/language";

export const { t } = defineWords("account", {
    zh: {
        title: "我的账号", username: "用户名", name: "姓名", kind: "类型", email: "邮箱", phone: "电话", last_login: "最近登录", change: "修改密码", current: "当前密码", next: "新密码", next_help: "8 至 128 个字符",
        repeat: "再输入一次新密码", differs: "两次输入的新密码不一致", sessions: "登录中的设备", sessions_help: "不认识的设备请立即退出，并修改密码。", device: "设备", address: "IP 地址",
        begun: "登录时间", used: "最近使用", this_one: "当前设备", end: "退出", ended: "已退出该设备", end_ask: "让这台设备退出登录", end_others: "退出其他所有设备", end_others_ask: "退出其他 {n} 台设备", ended_others: "其他设备已全部退出",
        profile: "修改资料", address_post: "地址", confirm_help: "修改电话或邮箱时需要输入当前密码。", contacts_help: "电话和邮箱由工作人员修改。", preferences: "偏好", preferences_help: "保存在这台设备上。", permissions: "我的权限", all_permissions: "管理员拥有全部权限。",
    },
    en: {
        title: "My account", username: "User name", name: "Name", kind: "Type", email: "E-mail", phone: "Telephone", last_login: "Last log-in", change: "Change password", current: "Current password", next: "New password",
        next_help: "8 to 128 characters", repeat: "New password again", differs: "The two new passwords differ", sessions: "Signed-in devices",
        sessions_help: "If you do not know one of them, sign it out and change your password.", device: "Device", address: "IP address", begun: "Signed in", used: "Last used", this_one: "This device", end: "Sign out", ended: "Signed out", end_ask: "Sign this device out", end_others: "Sign out all others", end_others_ask: "Sign out {n} other devices", ended_others: "All other devices are signed out",
        profile: "Edit profile", address_post: "Address", confirm_help: "Changing the telephone number or e-mail address needs the current password.", contacts_help: "Our staff change the telephone number and e-mail address.", preferences: "Preferences", preferences_help: "Kept on this device.", permissions: "My permissions", all_permissions: "Administrators may do everything.",
    },
});
