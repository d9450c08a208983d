import { defineWords } from "@/base/language";

export const { t } = defineWords("product_types", {
    zh: {
        title: "产品类型", help: "每件产品都属于一个类型：型号唯一，保修期与规格写在这里。已有产品的类型不能删除，可以停用。",
        create: "新增产品类型", change: "修改产品类型", name: "名称", model: "型号", model_help: "厂家型号，全局唯一，例如 YL-1200A", brand: "品牌", specs: "规格参数",
        warranty: "保修期", months: "个月", months_n: "{n} 个月", no_warranty: "无保修", shelf: "上架期限", shelf_help: "发货后超过此期限才激活，保修不再顺延。0 表示不限，不填则采用系统设置。", shelf_setting: "采用系统设置", shelf_free: "不限",
        description: "说明", active: "启用", state: "状态", in_use: "使用中", inactive: "已停用", stop: "停用", start: "启用", stopped: "已停用", started: "已启用",
        stop_ask: "停用“{name}”", stop_text: "停用后不能再生成该类型的新产品，已有产品不受影响。", search: "名称、型号或品牌", units: "产品", code: "产品编码", unit_state: "状态", shipped: "发货时间", activated: "激活时间",
        none: "还没有产品类型，先建立第一个，再生成产品编码。", removed: "产品类型已删除", spec_none: "没有填写规格参数", units_none: "这个类型还没有产品",
    },
    en: {
        title: "Product types", help: "Every unit belongs to a type: its unique model, its warranty and its specifications. A type with units cannot be deleted, only retired.",
        create: "New product type", change: "Edit product type", name: "Name", model: "Model", model_help: "The maker's designation, unique, e.g. YL-1200A", brand: "Brand", specs: "Specifications",
        warranty: "Warranty", months: "months", months_n: "{n} months", no_warranty: "None", shelf: "Shelf limit", shelf_help: "A unit activated later than this after shipping gains no longer warranty. 0: no limit; empty: the system setting.", shelf_setting: "System setting", shelf_free: "No limit",
        description: "Description", active: "In use", state: "State", in_use: "In use", inactive: "Retired", stop: "Retire", start: "Reinstate", stopped: "Retired", started: "Reinstated",
        stop_ask: "Retire “{name}”", stop_text: "No new units of this type can be made. Existing units are not affected.", search: "Name, model or brand", units: "Units", code: "Code", unit_state: "State", shipped: "Shipped", activated: "Activated",
        none: "No product types yet. Make the first one, then generate unit codes.", removed: "Product type deleted", spec_none: "No specifications given", units_none: "This type has no units yet",
    },
});
