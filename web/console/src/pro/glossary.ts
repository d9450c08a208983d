// The server's own words for its operations and fields, loaded when something needs them.
import { shallowRef } from "vue";
import { language } from "@/base/language";
import { actionName, columnName } from "./tables";

type Words = Record<string, readonly [string, string]>;
const words = shallowRef<Words>({});
let asked = false;

export function useGlossary() {
    if (!asked) {
        asked = true;
        void import("@api/generated/glossary").then((module) => { words.value = module.glossary; });
    }
    const say = (key: string): string | undefined => words.value[key]?.[language() === "en" ? 1 : 0];

    // Up to where a text begins to explain.
    const brief = (text: string) => text.split(/[，：；（,:;(]/)[0]?.trim() || text;

    // "catalog.product_types.update" -> 修改产品类型
    const operation = (action: string) => brief(say(`route.${action}`) ?? actionName(action) ?? action);

    // "catalog_product_type", "model" -> 型号
    function field(subject: string, name: string): string {
        const module = subject.split("_")[0] ?? "";
        const text = say(`field.${module}.${name}`) ?? say(`field.${name}`);
        return text ? brief(text) : columnName(name);
    }
    const permission = (name: string) => say(`permission.${name}`) ?? name;
    // "units.shelf_months" -> 上架期限（月）……
    const setting = (key: string) => say(`setting.${key}`) ?? key;
    // "units" -> 产品
    const moduleName = (name: string) => say(`module.${name}`)?.split(/[：:]/)[0]?.trim() ?? name;
    // "units.mint" -> 批量生成产品; "backups.daily" -> 每天自动备份
    const job = (kind: string) => say(`job.${kind}`) ?? kind;
    const schedule = (name: string) => say(`schedule.${name}`) ?? name;
    const jobs = () => Object.keys(words.value).filter((key) => key.startsWith("job.")).map((key) => key.slice("job.".length));
    const refusal = (code: string) => say(`error.${code}`) ?? code;
    return { operation, field, permission, setting, moduleName, job, jobs, schedule, refusal };
}
