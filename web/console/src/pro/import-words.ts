import { defineWords } from "@/base/language";

export const { t } = defineWords("imports", {
    zh: {
        title: "导入数据", title_of: "导入：{name}", step_file: "选择文件", step_map: "对应列", step_check: "检查", step_run: "导入", target: "导入为", target_choose: "请选择要导入的内容",
        drop: "把 CSV 或 XLSX 文件拖到这里，或", choose: "选择文件", template: "下载模板", template_help: "模板带有列名、填写说明和一行示例，用 Excel 或 WPS 打开填写即可。",
        uploading: "正在上传", wrong_kind: "只能导入 .csv 或 .xlsx 文件", map_help: "共 {n} 行。每一列的内容写入哪个字段？名称相近的已自动对应，请核对。不需要的列可以忽略。", preview: "文件的前 {n} 行", column: "文件中的列", sample: "前几行内容", field: "写入字段", ignore: "忽略此列",
        missing: "还有必填字段没有对应的列：{names}", twice: "字段“{name}”对应了多列", check: "检查数据", checking: "正在逐行检查", rows: "共 {n} 行", some_bad: "{n} 行有问题，{good} 行可以导入",
        all_good: "全部数据检查通过，{n} 行可以导入", row: "行号", what: "问题", bad_rows: "下载有问题的行", bad_rows_help: "列与原来相同，末尾多一列“错误原因”。改好后可以再次导入。", skip: "跳过有问题的行，只导入其余 {n} 行", run: "开始导入 {n} 行", running: "正在导入",
        run_help: "全部数据在一次操作中写入：要么都成功，要么都不写入。", done: "导入完成，共写入 {n} 行", failed: "导入没有成功，什么都没有写入", again: "再导入一个文件", remap: "重新对应列", more: "更多问题", required: "必填", none: "没有可以导入的内容",
    },
    en: {
        title: "Import data", title_of: "Import: {name}", step_file: "Choose a file", step_map: "Match columns", step_check: "Check", step_run: "Import", target: "Import as", target_choose: "Choose what to import",
        drop: "Drop a CSV or XLSX file here, or", choose: "choose a file", template: "Download template", template_help: "The template has the columns, notes and one example; fill it in with any spreadsheet program.",
        uploading: "Uploading", wrong_kind: "Only .csv and .xlsx files can be imported", map_help: "{n} rows. Which field does each column go to? Similar names are matched already; please check. Columns you do not need can be ignored.", preview: "The first {n} rows of the file", column: "Column of the file", sample: "First rows",
        field: "Goes to", ignore: "Ignore this column", missing: "Required fields without a column: {names}", twice: "The field “{name}” has more than one column", check: "Check the data", checking: "Checking row by row", rows: "{n} rows", some_bad: "{n} rows have problems, {good} can be imported",
        all_good: "All rows are fine, {n} can be imported", row: "Row", what: "Problem", bad_rows: "Download the rows with problems", bad_rows_help: "The same columns and a last one telling what is wrong; mend it and import it again.", skip: "Skip the rows with problems and import the other {n}", run: "Import {n} rows", running: "Importing",
        run_help: "Everything is written at once: either all of it, or nothing.", done: "Done: {n} rows were imported", failed: "The import failed; nothing was written", again: "Import another file", remap: "Match columns again", more: "More problems", required: "required", none: "There is nothing to import into",
    },
});
