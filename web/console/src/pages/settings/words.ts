import { defineWords } from "@/base/language";

export const { t } = defineWords("settings", {
    zh: {
        title: "设置", help: "运行中即可修改，每项单独保存，立即生效。每次修改都有操作记录。", none: "没有可以修改的设置", history: "修改记录", save: "保存", undo: "撤销", saved: "“{name}”已保存", reset: "恢复默认", reset_done: "“{name}”已恢复默认",
        reset_ask: "恢复“{name}”的默认值", reset_text: "将改回 {value}。", standard: "默认：{value}", changed_at: "{name} 于 {time} 修改", range: "{min} 至 {max}", at_least: "不小于 {min}", at_most: "不大于 {max}", bad_json: "内容不是有效的 JSON", somebody: "用户 #{n}",
        only_read: "当前账号只能查看，不能修改。", search: "查找设置", nothing: "没有符合的设置",
    },
    en: {
        title: "Settings", help: "Changed while the server runs: each is saved by itself and counts at once. Every change is recorded.", none: "There are no settings to change", history: "Changes made", save: "Save", undo: "Undo", saved: "“{name}” was saved", reset: "Restore default", reset_done: "“{name}” is back to its default",
        reset_ask: "Restore the default of “{name}”", reset_text: "It becomes {value} again.", standard: "Default: {value}", changed_at: "Changed by {name}, {time}", range: "{min} to {max}", at_least: "at least {min}", at_most: "at most {max}", bad_json: "This is not valid JSON", somebody: "user #{n}",
        only_read: "This account may see the settings, not change them.", search: "Find a setting", nothing: "No setting matches",
    },
});
