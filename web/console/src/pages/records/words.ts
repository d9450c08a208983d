import { defineWords } from "@/base/language";

export const { t } = defineWords("records", {
    zh: {
        title: "操作记录", help: "谁在什么时候做了什么，改动前后各是什么。记录只增不改，个人信息部分隐藏。", none: "还没有操作记录", at: "时间", operator: "操作人", public: "公众或系统", action: "操作", subject: "对象", subject_kind: "对象类型", subject_id: "对象编号",
        result: "结果", done: "成功", refused: "被拒绝", ip: "IP 地址", request: "请求编号", range: "时间段", view: "查看", changes: "改动", no_changes: "没有记下改动的字段", record: "操作记录 #{n}", open: "打开页面", of_operator: "此人的全部操作", of_subject: "此对象的全部操作",
    },
    en: {
        title: "Operation records", help: "Who did what and when, before and after. Records are only ever added; personal data is masked.", none: "No operation records yet", at: "Time", operator: "By", public: "The public, or the system", action: "Operation", subject: "Subject", subject_kind: "Kind of subject", subject_id: "Number of subject",
        result: "Result", done: "Done", refused: "Refused", ip: "IP address", request: "Request id", range: "Time", view: "View", changes: "Changes", no_changes: "No changed fields were noted", record: "Operation record #{n}", open: "Open page", of_operator: "Everything by this person", of_subject: "Everything about this subject",
    },
});
