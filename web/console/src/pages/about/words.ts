import { defineWords } from "@/base/language";

export const { t } = defineWords("about", {
    zh: {
        title: "关于源流", version: "版本", company: "使用单位", zone: "业务时区", licence: "许可", api: "接口文档", api_help: "所有功能都有接口。三种文档内容相同，按习惯选用；机器用 openapi.json。", swagger: "可在页面上直接试用接口", redoc: "适合通读", rapidoc: "适合查找",
        openapi: "接口描述文件（OpenAPI 3.1）", licences: "开源许可", licences_help: "源流以 MIT 许可发布，并使用了下列开源软件。", licences_console: "管理台所用软件", licences_docs: "接口文档所用软件", licences_phone: "手机页所用软件",
        system: "运行状况", health: "存活检查", ready: "就绪检查", ok: "正常", not_ok: "异常", address: "访问地址", keys: "键盘快捷键：按 ? 查看",
    },
    en: {
        title: "About Yuanliu", version: "Version", company: "Company", zone: "Business time zone", licence: "Licence", api: "API descriptions", api_help: "Everything can be done by the API. The three descriptions say the same; openapi.json is for machines.", swagger: "Try requests in the page", redoc: "To read through", rapidoc: "To look things up",
        openapi: "The description as a file (OpenAPI 3.1)", licences: "Open-source licences", licences_help: "Yuanliu is published under the MIT licence and contains the open-source software listed here.", licences_console: "In the console", licences_docs: "In the API descriptions", licences_phone: "In the phone pages",
        system: "State of the server", health: "Live", ready: "Ready", ok: "Yes", not_ok: "No", address: "Address", keys: "Keyboard shortcuts: press ?",
    },
});
