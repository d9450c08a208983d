// Short words to the person. Success fades, trouble stays until it is read.
import { showConfirmDialog, showDialog, showToast } from "vant";
import { ApiError } from "@/api/error";
import { t } from "@/i18n";

export const say = (message: string): unknown => showToast({ message, duration: 2500 });

export function reasonOf(problem: unknown): string {
    return problem instanceof Error ? problem.message : String(problem);
}

export async function complain(problem: unknown, title?: string): Promise<void> {
    const lines = [reasonOf(problem)];
    if (problem instanceof ApiError) {
        lines.push(...problem.fields.slice(0, 5).map((one) => one.message));
        if (problem.status >= 500 && problem.requestId) lines.push(t("error.request", { id: problem.requestId }));
    }
    await showDialog({ title: title ?? t("error.title"), message: lines.join("\n"), confirmButtonText: t("action.close") });
}

export async function sure(message: string, confirm?: string): Promise<boolean> {
    try {
        await showConfirmDialog({ message, confirmButtonText: confirm ?? t("action.confirm"), cancelButtonText: t("action.cancel") });
        return true;
    } catch {
        return false;
    }
}
