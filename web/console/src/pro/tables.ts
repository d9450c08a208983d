// What the tables and columns behind operation records are called. The server's glossary has words for what its API says;
// here are those for what only a record shows.
import { defineWords } from "@/base/language";

const tables = {
    zh: {
        catalog_product_type: "产品类型", units_unit: "产品", units_batch: "生产批次", units_shipment: "发货单", units_activation: "激活", units_alert: "预警",
        units_timeline: "产品经历", units_scan: "扫码", units_scan_day: "每日扫码", units_refused_scan: "被拒绝的扫码", units_label_template: "标签模板",
        repair_ticket: "维修单", repair_entry: "维修过程", repair_part: "维修配件", repair_photo: "维修照片",
        identity_user: "人员", identity_role: "角色", identity_session: "登录", identity_api_key: "API 密钥", identity_one_time_code: "验证码", identity_login_throttle: "登录限制",
        settings_setting: "设置", settings_version: "设置版本", settings_key_print: "密钥指纹", jobs_job: "后台任务", jobs_schedule: "计划任务", jobs_queue: "任务队列",
        jobs_holiday: "节假日", jobs_run: "计划任务运行", jobs_leader: "任务调度", files_file: "文件", desk_view: "视图", desk_preference: "个人偏好", desk_export: "导出", desk_import: "导入",
        desk_import_problem: "导入问题", notices_notice: "消息", reports_flow: "报表数据", reports_life: "在用期", reports_mark: "报表进度", setup_code: "设置码", audit_record: "操作记录",
        events_outbox: "事件", api_idempotency: "重复请求",
    },
    en: {
        catalog_product_type: "Product type", units_unit: "Unit", units_batch: "Batch", units_shipment: "Shipment", units_activation: "Activation", units_alert: "Alert",
        units_timeline: "Timeline entry", units_scan: "Scan", units_scan_day: "Scans of a day", units_refused_scan: "Refused scan", units_label_template: "Label design",
        repair_ticket: "Repair", repair_entry: "Repair step", repair_part: "Repair part", repair_photo: "Repair photo",
        identity_user: "Person", identity_role: "Role", identity_session: "Log-in", identity_api_key: "API key", identity_one_time_code: "One-time code", identity_login_throttle: "Limit of log-ins",
        settings_setting: "Setting", settings_version: "Version of the settings", settings_key_print: "Print of a key", jobs_job: "Background job", jobs_schedule: "Schedule", jobs_queue: "Job queue",
        jobs_holiday: "Holidays", jobs_run: "Run of a schedule", jobs_leader: "Keeper of the clock", files_file: "File", desk_view: "View", desk_preference: "Preference", desk_export: "Export", desk_import: "Import",
        desk_import_problem: "Problem of an import", notices_notice: "Notification", reports_flow: "Report data", reports_life: "Time in use", reports_mark: "Report progress", setup_code: "Set-up code", audit_record: "Operation record",
        events_outbox: "Event", api_idempotency: "Repeated request",
    },
};
const columns = {
    zh: {
        user_id: "人员", owner_id: "所有者", actor_id: "操作人", opened_by: "受理人", approved_by: "同意人", unit_id: "产品", unit_code: "产品编码", batch_id: "批次", ticket_id: "维修单",
        file_id: "文件", import_id: "导入", activated_on: "激活日期", opened_on: "登记日期", received_on: "受理日期", closed_on: "结束日期", day: "日期", email_identifies: "可用邮箱登录",
        password_changed_at: "密码修改时间", revoked_reason: "结束原因", purpose: "用途", tries: "尝试次数", attempts: "尝试次数", used_at: "使用时间", ends_at: "结束时间", scope: "范围", live: "有效",
        ip_network: "网段", value: "值", mandate: "权限范围", args: "参数", queue: "队列", attempt: "执行次数", failed: "失败次数", unique_key: "唯一键", errors: "错误", counts: "计数",
        result: "结果", result_file: "结果文件", missed: "错过时", calendar: "日历", last_nominal: "上次时间", times: "次数", holder: "执行者", token: "任期", sha256: "内容指纹", size: "大小",
        media_type: "文件类型", noted_at: "记录时间", print: "指纹", export_id: "导出", actor_name: "发起人", unit_ids: "产品", write: "写入",
    },
    en: {
        user_id: "Person", owner_id: "Owner", actor_id: "By", opened_by: "Opened by", approved_by: "Approved by", unit_id: "Unit", unit_code: "Code", batch_id: "Batch", ticket_id: "Repair",
        file_id: "File", import_id: "Import", activated_on: "Activated on", opened_on: "Opened on", received_on: "Received on", closed_on: "Closed on", day: "Day", email_identifies: "Signs in by e-mail",
        password_changed_at: "Password changed", revoked_reason: "Why it ended", purpose: "Purpose", tries: "Tries", attempts: "Tries", used_at: "Used", ends_at: "Ends", scope: "Scope", live: "In force",
        ip_network: "Network", value: "Value", mandate: "Rights", args: "Arguments", queue: "Queue", attempt: "Attempt", failed: "Failures", unique_key: "Unique key", errors: "Errors", counts: "Counts",
        result: "Result", result_file: "Result file", missed: "When missed", calendar: "Calendar", last_nominal: "Last time", times: "Times", holder: "Holder", token: "Term", sha256: "Print of the content", size: "Size",
        media_type: "Kind of file", noted_at: "Noted", print: "Print", export_id: "Export", actor_name: "Asked for by", unit_ids: "Units",
        write: "Written",
    },
};
// What is done outside of the API, and in whose name.
const doings = {
    zh: { create_admin: "新增管理员", first_administrator: "建立第一个管理员", command_line: "命令行", first_start: "首次启动" },
    en: { create_admin: "Create an administrator", first_administrator: "Create the first administrator", command_line: "Command line", first_start: "First start" },
};
const { t: table } = defineWords("tables", tables);
const { t: column } = defineWords("columns", columns);
const { t: doing } = defineWords("doings", doings);

// Those that people may look for as the subject of a record.
export const subjectTables = ["units_unit", "units_batch", "units_shipment", "units_alert", "units_label_template", "catalog_product_type", "repair_ticket", "identity_user",
                              "identity_role", "identity_api_key", "settings_setting", "jobs_schedule", "jobs_queue", "jobs_holiday", "jobs_job", "desk_import", "desk_export",
                              "files_file"] as const;

const has = <W extends object>(words: W, name: string): name is keyof W & string => name in words;
export const tableName = (name: string): string => (has(tables.zh, name) ? table(name) : name);
export const columnName = (name: string): string => (has(columns.zh, name) ? column(name) : name);
export function actionName(action: string): string | undefined {
    const name = action.split(".").at(-1) ?? "";
    return has(doings.zh, name) ? doing(name) : undefined;
}
export function operatorName(name: string): string {
    const word = name.replaceAll(" ", "_");
    return has(doings.zh, word) ? doing(word) : name;
}
