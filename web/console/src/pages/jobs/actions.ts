// What people do to jobs. Whoever shows jobs hears of it.
import { ElMessage } from "element-plus";
import { api, download, take } from "@/app/api";
import { refresh } from "@/app/queries";
import { count } from "@/base/formats";
import { useGlossary } from "@/pro/glossary";
import { t } from "./words";

export const changed = () => refresh("/api/jobs", "/api/jobs/{id}", "/api/jobs/queues", "/api/schedules", "/api/schedules/{id}/runs");

const path = (id: number) => ({ params: { path: { id } } });

export async function retry(id: number) {
    const watched = await take(api.POST("/api/jobs/{id}/retry", path(id)));
    await changed();
    return watched;
}
export async function dismiss(id: number) {
    await take(api.POST("/api/jobs/{id}/dismiss", path(id)));
    await changed();
}
export async function cancel(id: number) {
    await take(api.POST("/api/jobs/{id}/cancel", path(id)));
    await changed();
}
export async function fetchResult(id: number) {
    const { result_name } = await take(api.GET("/api/jobs/{id}", path(id)));
    await download(`/api/jobs/${id}/download`, result_name ?? `job-${id}`);
}

// Several dead letters at once; says how many, and how many a colleague was quicker with.
export async function handleMany(what: "retry" | "dismiss", ids: number[]) {
    const body = { ids };
    const { done, skipped } = await take(what === "retry" ? api.POST("/api/jobs/bulk_retry", { body }) : api.POST("/api/jobs/bulk_dismiss", { body }));
    await changed();
    const said = t(what === "retry" ? "retried_n" : "dismissed_n", { n: count(done) });
    ElMessage({ type: skipped ? "warning" : "success", message: skipped ? `${said}. ${t("skipped_n", { n: count(skipped) })}` : said, grouping: true });
}

// units.mint -> 批量生成产品, in the server's own words.
export function useKinds() {
    const { job, jobs } = useGlossary();
    const options = () => jobs().map((kind) => ({ value: kind, label: job(kind) })).sort((a, b) => a.label.localeCompare(b.label));
    return { kindName: job, kindOptions: options };
}
