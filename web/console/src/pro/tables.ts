// What the tables behind operation records are called.
import { defineWords } from "@/base/language";

const { t } = defineWords("tables", {
    zh: {
        catalog_product_type: "产品类型", units_unit: "产品", units_batch: "生产批次", units_shipment: "发货单", units_activation: "激活", units_alert: "预警",
        units_timeline: "产品经历", units_scan: "扫码", repair_ticket: "维修单", repair_entry: "维修过程", repair_part: "维修配件", repair_photo: "维修照片",
        identity_user: "人员", identity_role: "角色", identity_session: "登录", identity_api_key: "API 密钥", identity_one_time_code: "验证码",
        settings_setting: "设置", jobs_job: "后台任务", jobs_schedule: "计划任务", jobs_queue: "任务队列", jobs_holiday: "节假日", jobs_run: "计划任务运行", files_file: "文件",
    },
    en: {
        catalog_product_type: "Product type", units_unit: "Unit", units_batch: "Batch", units_shipment: "Shipment", units_activation: "Activation", units_alert: "Alert",
        units_timeline: "Timeline entry", units_scan: "Scan", repair_ticket: "Repair", repair_entry: "Repair step", repair_part: "Repair part", repair_photo: "Repair photo",
        identity_user: "Person", identity_role: "Role", identity_session: "Log-in", identity_api_key: "API key", identity_one_time_code: "One-time code",
        settings_setting: "Setting", jobs_job: "Background job", jobs_schedule: "Schedule", jobs_queue: "Job queue", jobs_holiday: "Holidays", jobs_run: "Run of a schedule", files_file: "File",
    },
});

// Those that people may look for as the subject of a record.
export const subjectTables = ["units_unit", "units_batch", "units_shipment", "units_alert", "catalog_product_type", "repair_ticket", "identity_user",
                              "identity_role", "identity_api_key", "settings_setting", "jobs_schedule", "jobs_queue", "jobs_holiday", "jobs_job", "files_file"] as const;
const known = new Set<string>([...subjectTables, "units_activation", "units_timeline", "units_scan", "repair_entry", "repair_part", "repair_photo",
                               "identity_session", "identity_one_time_code", "jobs_run"]);

export const tableName = (table: string): string => (known.has(table) ? t(table as typeof subjectTables[number]) : table);
