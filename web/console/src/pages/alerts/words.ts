import { defineWords } from "@/base/language";

export const { t } = defineWords("alerts", {
    zh: {
        title: "预警", help: "产品在代理商的销售区域之外激活（窜货），或同一个编码在太多地方被扫（疑似复制标签）。核实后确认或排除。", none: "没有预警。出现窜货或疑似复制标签时会列在这里。",
        one: "预警 {n}", kind: "类型", state: "状态", code: "产品编码", type: "产品类型", agent: "代理商", evidence: "依据", created: "发生时间", handled_at: "处理时间", handled_by: "处理人", note: "处理说明",
        diversion: "在 {place} 激活；代理商的销售区域是 {territories}", clone: "24 小时内来自 {networks} 个不同网络，1 小时内被扫 {scans} 次", confirm: "确认属实", dismiss: "排除", confirmed: "已确认属实", dismissed: "已排除",
        confirm_title: "确认预警 · {code}", confirm_many: "确认 {n} 条预警属实", dismiss_many: "排除 {n} 条预警", dismiss_title: "排除预警 · {code}", note_help: "核实经过与处理结果，留给同事查看", others: "该代理商的其他预警", details: "详情",
        place: "激活地区", territories: "代理商销售区域", networks: "24 小时内的网络数", scans: "1 小时内的扫码次数", what_diversion: "激活地区不在发货代理商的销售区域内，可能是跨区销售（窜货），也可能是客户迁居或转售。可联系代理商核对发货去向。",
        what_clone: "同一编码在短时间内被许多不同的网络扫描，可能是标签被复制到其他产品上。可联系扫码客户核对实物与产品编码。", unit: "查看产品", no_agent: "该产品没有代理商",
        beside: "近 30 天无法判断的情况", region_unknown: "激活地区不明", region_unknown_help: "有销售区域的代理商的产品，激活时没有填写地址，近 30 天合计；其中的窜货无法发现。", refused: "近 30 天扫到的非本公司编码",
    },
    en: {
        title: "Alerts", help: "A unit was activated outside its agent's territory (diversion), or one code was scanned in too many places (a copied label). Look into it, then confirm or dismiss.", none: "No alerts. Diverted units and copied labels appear here.",
        one: "Alert {n}", kind: "Kind", state: "State", code: "Unit code", type: "Product type", agent: "Agent", evidence: "Evidence", created: "Raised", handled_at: "Handled", handled_by: "Handled by", note: "Note",
        diversion: "Activated in {place}; the agent's territory is {territories}", clone: "From {networks} networks within 24 hours, {scans} scans within an hour", confirm: "Confirm", dismiss: "Dismiss", confirmed: "Alert confirmed", dismissed: "Alert dismissed",
        confirm_title: "Confirm alert · {code}", confirm_many: "Confirm {n} alerts", dismiss_many: "Dismiss {n} alerts", dismiss_title: "Dismiss alert · {code}", note_help: "What was found and done, for colleagues", others: "Other alerts of this agent", details: "Details",
        place: "Activated in", territories: "Territory of the agent", networks: "Networks within 24 hours", scans: "Scans within an hour", what_diversion: "The unit was activated outside the territory of the agent it was shipped to. It may have been sold across territories, or its owner may have moved. Check with the agent where it went.",
        what_clone: "One code was scanned from many networks in a short time. Its label may have been copied to other goods. Check the goods and their codes with those who scanned.", unit: "Show the unit", no_agent: "This unit has no agent",
        beside: "What could not be judged in the last 30 days", region_unknown: "Activated who knows where", region_unknown_help: "Units of agents with territories, activated without an address in the last 30 days: no diversion can be seen among them.", refused: "Scans of codes that are none of ours, 30 days",
    },
});
