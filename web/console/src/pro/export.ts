// The filtered set as a file, made by the server in the background.
import { startExport } from "@/app/contract";
import { watchTask } from "@/app/tasks";
import { t } from "@/base/words";
import { viewQuery, type ListState, type StateSpec } from "./list-state";

export async function exportList(list: { title: string; exportRoute?: string }, state: ListState, shape: StateSpec, columns: string[], format: "xlsx" | "csv") {
    if (!list.exportRoute) return;
    const { job_id } = await startExport({ route: list.exportRoute, format, query: viewQuery(state, shape), columns });
    void watchTask(job_id, { title: t("exporting", { name: list.title }), download: true });
}
