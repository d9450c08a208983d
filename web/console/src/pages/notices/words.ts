import { defineWords } from "@/base/language";

export const { t } = defineWords("notices", {
    zh: {
        title: "消息", help: "与您有关的预警、维修和后台任务。点标题前往处理。", what: "内容", kind: "类型", at: "时间", state: "状态", unread: "未读", read: "已读", mark: "标为已读", mark_all: "全部标为已读", marked: "已标为已读", none: "还没有消息",
    },
    en: {
        title: "Notifications", help: "Alerts, repairs and background jobs that concern you. The title leads to where you can act.", what: "What", kind: "Kind", at: "When", state: "State", unread: "Unread", read: "Read", mark: "Mark as read", mark_all: "Mark all as read", marked: "Marked as read", none: "No notifications yet",
    },
});
