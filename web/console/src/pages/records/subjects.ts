// The record of a setting tells it by number; the first one of each, which made it, has its key.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { api, takeList } from "@/app/api";
import { useGlossary } from "@/pro/glossary";
import { tableName } from "@/pro/tables";

type Of = { subject: string; subject_id: number | null };

export function useSubjects() {
    const { setting } = useGlossary();
    const { data } = useQuery({
        queryKey: ["/api/operation-records", "setting keys"],
        queryFn: () => takeList(api.GET("/api/operation-records", { params: { query: { subject: "settings_setting", ordering: "id", page_size: 200 } } })),
        staleTime: 60_000,
    });
    const keys = computed(() => new Map((data.value?.rows ?? []).flatMap(({ subject_id, after }) => {
        const key = after !== null && typeof after === "object" && "key" in after ? (after as { key: unknown }).key : undefined;
        return subject_id !== null && typeof key === "string" ? [[subject_id, key] as const] : [];
    })));
    // 产品 #12; 设置 上架期限（月）
    return (of: Of): string => {
        if (!of.subject) return "";
        const key = of.subject === "settings_setting" ? keys.value.get(of.subject_id ?? 0) : undefined;
        if (key) return `${tableName(of.subject)} ${setting(key).split(/[：:；;]/)[0] ?? key}`;
        return `${tableName(of.subject)}${of.subject_id === null ? "" : ` #${of.subject_id}`}`;
    };
}
