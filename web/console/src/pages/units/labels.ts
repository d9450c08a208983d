// The files of a batch or of chosen codes, made as a job with progress; the printing page has more to choose from.
import { api, idempotencyKey, take } from "@/app/api";
import { watchTask } from "@/app/tasks";
import { t } from "./words";

export type FileKind = "csv" | "zip" | "pdf";

export async function makeFile(format: FileKind, of: { batch_id: number } | { qrcode_ids: string[] }) {
    const { job_id } = await take(api.POST("/api/labels", { params: { header: { "Idempotency-Key": idempotencyKey() } }, body: { format, ...of } }));
    void watchTask(job_id, { title: t("preparing", { what: t(format) }), download: true });
}

// The printing page takes chosen codes from here: an address has no room for a thousand.
export function printPath(codes: string[]): string {
    if (codes.length <= 20) return `/labels/print?codes=${codes.join(",")}`;
    sessionStorage.setItem("yuanliu.labels.codes", JSON.stringify(codes));
    return "/labels/print?chosen=1";
}
