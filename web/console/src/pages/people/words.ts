import { defineWords } from "@/base/language";

export const { t } = defineWords("people", {
    zh: {
        agents: "代理商", agents_help: "产品发给代理商，由其在销售区域内售出。顾客在区域之外激活会产生窜货预警。", agent_new: "新增代理商", agent_change: "修改代理商", agents_none: "还没有代理商，新增后即可向其发货。",
        customers: "客户", customers_help: "客户在激活产品或报修时自动建立，也可以在此新增。列表中的电话和邮箱部分隐藏，打开详情可见全文。", customer_new: "新增客户", customer_change: "修改客户", customers_none: "还没有客户，产品激活后会出现在这里。",
        users: "用户", users_help: "能登录系统的所有人：管理员、员工、代理商和客户。停用账号立即生效。", user_new: "新增用户", user_change: "修改用户",
        username: "用户名", name: "姓名", company: "姓名或公司名", phone: "电话", email: "邮箱", address: "地址", type: "账号类型", role: "自定义角色", role_help: "不选则拥有员工的默认权限。", role_none: "员工默认权限",
        territories: "销售区域", territories_help: "输入省或市查找，例如“广东”或“深圳”。留空表示不限区域。", territories_none: "不限", state: "状态", active: "启用", inactive: "已停用",
        created: "创建时间", last_login: "最近登录", never: "从未登录", search: "用户名或姓名", phone_whole: "完整号码", email_whole: "完整邮箱",
        password: "密码", password_help: "8 到 128 个字符，不能太常见。", password_new: "新密码", password_set: "重设密码", password_done: "密码已重设，此人的所有登录已结束", password_ask: "为“{name}”重设密码",
        own_password: "当前密码", own_password_help: "修改自己的电话或邮箱时需要。", customer_password_help: "可不填，客户凭验证码登录。",
        disable: "停用", enable: "启用", disabled: "账号已停用", enabled: "账号已启用", disable_ask: "停用“{name}”", disable_text: "此人的所有登录立即结束，停用后不能再登录。可以随时重新启用。",
        shipped: "已发货", activated: "已激活", rate: "激活率", units: "产品", repairs: "维修", alerts: "预警", funnel: "激活情况",
        code: "产品编码", unit_type: "产品类型", unit_state: "状态", shipped_at: "发货时间", activated_at: "激活时间", warranty_end: "保修截止", units_none_agent: "还没有发给此代理商的产品", units_none_customer: "此客户名下还没有产品",
        repair_number: "维修单", repair_state: "状态", reason: "故障", in_warranty: "保修内", cost: "费用", opened: "报修时间", repairs_none: "没有维修记录",
        alert_kind: "类型", alert_state: "处理", alert_at: "发现时间", alerts_none: "没有预警", funnel_types: "按产品类型", funnel_agents: "与其他代理商相比", funnel_none: "还没有发货，暂无激活数据",
        done: "做过的操作", done_at: "时间", done_what: "操作", done_to: "对象", done_result: "结果", done_yes: "成功", done_no: "被拒绝", done_none: "还没有操作", delay: "发货到激活", delay_p50: "一半在 {n} 天内", delay_p90: "九成在 {n} 天内", of: "{part} / {whole}", this_agent: "本代理商",
        warranty: "保修查询", warranty_help: "输入产品编码、电话或邮箱，查询产品及保修期。电话和邮箱须完整。", warranty_what: "产品编码、电话或邮箱", warranty_find: "查询", warranty_none: "没有查到产品，请核对后重试。", warranty_found: "查到 {n} 件产品",
        warranty_days: "剩余 {n} 天", warranty_last: "今天是最后一天", warranty_over: "已过保", warranty_not: "未激活", warranty_period: "保修期", standing: "保修状态", model: "型号", warranty_read: "按{what}查询",
       
    },
    en: {
        agents: "Agents", agents_help: "Units are shipped to agents, who sell them within their territories. An activation outside raises a diversion alert.", agent_new: "New agent", agent_change: "Edit agent", agents_none: "No agents yet. Add one to ship units to.",
        customers: "Customers", customers_help: "Customers appear when they activate a unit or ask for a repair; they can also be added here. The list masks telephone numbers and e-mail addresses; the details show them.", customer_new: "New customer", customer_change: "Edit customer", customers_none: "No customers yet. They appear when units are activated.",
        users: "Users", users_help: "Everybody who can sign in: administrators, staff, agents and customers. Disabling an account takes effect at once.", user_new: "New user", user_change: "Edit user",
        username: "User name", name: "Name", company: "Name or company", phone: "Telephone", email: "E-mail", address: "Address", type: "Account type", role: "Custom role", role_help: "None: what staff may do by themselves.", role_none: "Staff defaults",
        territories: "Territories", territories_help: "Type a province or city in Chinese, e.g. 广东省 or 深圳市. Empty: anywhere.", territories_none: "Anywhere", state: "State", active: "Active", inactive: "Disabled",
        created: "Created", last_login: "Last sign-in", never: "Never", search: "User name or name", phone_whole: "The whole number", email_whole: "The whole address",
        password: "Password", password_help: "8 to 128 characters, not a common one.", password_new: "New password", password_set: "Reset password", password_done: "The password was reset; all sessions of this person have ended", password_ask: "Reset the password of “{name}”",
        own_password: "Current password", own_password_help: "Needed to change your own telephone number or e-mail address.", customer_password_help: "May stay empty: customers sign in by one-time code.",
        disable: "Disable", enable: "Enable", disabled: "Account disabled", enabled: "Account enabled", disable_ask: "Disable “{name}”", disable_text: "All sessions of this person end at once, and signing in is refused. The account can be enabled again.",
        shipped: "Shipped", activated: "Activated", rate: "Activation rate", units: "Units", repairs: "Repairs", alerts: "Alerts", funnel: "Activation",
        code: "Code", unit_type: "Product type", unit_state: "State", shipped_at: "Shipped", activated_at: "Activated", warranty_end: "Warranty until", units_none_agent: "Nothing was shipped to this agent yet", units_none_customer: "This customer has no units",
        repair_number: "Repair", repair_state: "State", reason: "Fault", in_warranty: "In warranty", cost: "Cost", opened: "Requested", repairs_none: "No repairs",
        alert_kind: "Kind", alert_state: "Decision", alert_at: "Raised", alerts_none: "No alerts", funnel_types: "By product type", funnel_agents: "Compared with other agents", funnel_none: "Nothing was shipped yet, so there is nothing to tell",
        done: "What they did", done_at: "Time", done_what: "Operation", done_to: "Subject", done_result: "Result", done_yes: "Done", done_no: "Refused", done_none: "Nothing yet", delay: "Shipping to activation", delay_p50: "half within {n} days", delay_p90: "nine of ten within {n} days", of: "{part} / {whole}", this_agent: "this agent",
        warranty: "Warranty look-up", warranty_help: "Enter a product code, a telephone number or an e-mail address to see the units and their warranty. Numbers and addresses must be whole.", warranty_what: "Code, telephone or e-mail", warranty_find: "Look up", warranty_none: "Nothing was found. Please check what you entered.", warranty_found: "Units found: {n}",
        warranty_days: "{n} days left", warranty_last: "Today is the last day", warranty_over: "Expired", warranty_not: "Not activated", warranty_period: "Warranty period", standing: "Warranty", model: "Model", warranty_read: "Read as {what}",
       
    },
});
