// The filtered set as a file, made by the server in the background.
import { startExport } from "@/app/contract";
import { watchTask } from "@/app/tasks";
import { t } from "@/base/words";
import type { List } from "./list";
import { viewQuery, type ListState, type StateSpec } from "./list-state";

export async function exportList<Row>(list: List<Row>, state: ListState, shape: StateSpec, columns: string[], format: "xlsx" | "csv") {
    const { exportRoute: route, title } = list.spec();
    if (!route) return;
    const filters = new URLSearchParams(viewQuery(state, shape));
    for (const [key, value] of Object.entries(list.fixed ?? {})) filters.set(key, String(value));
    const { job_id } = await startExport({ route, format, query: filters.toString(), columns });
    void watchTask(job_id, { title: t("exporting", { name: title }), download: true });
}
