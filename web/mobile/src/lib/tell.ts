// Short words to the person. Success fades, trouble stays until it is read.
import { showConfirmDialog, showDialog } from "vant";
import { nextTick, ref } from "vue";
import { ApiError } from "@/api/client";
import { t } from "@/i18n";

export const toast = ref("");
const fadeMs = 3000;
let fading = 0;

export function say(message: string): void {
    toast.value = message;
    window.clearTimeout(fading);
    fading = window.setTimeout(() => (toast.value = ""), fadeMs);
}

export function reasonOf(problem: unknown): string {
    return problem instanceof Error ? problem.message : String(problem);
}

// Vant writes the words of a dialog where the id of their element belongs, so it would have no name.
async function nameDialog(name: string): Promise<void> {
    await nextTick();
    await nextTick(); // the first time it is made, then opened
    for (const dialog of document.querySelectorAll(".van-dialog")) {
        dialog.removeAttribute("aria-labelledby");
        dialog.setAttribute("aria-label", name);
    }
}

export async function complain(problem: unknown, title?: string): Promise<void> {
    const lines = [reasonOf(problem)];
    if (problem instanceof ApiError) {
        lines.push(...problem.fields.slice(0, 5).map((one) => one.message));
        if (problem.status >= 500 && problem.requestId) lines.push(t("error.request", { id: problem.requestId }));
    }
    const shown = title ?? t("error.title");
    const read = showDialog({ title: shown, message: lines.join("\n"), confirmButtonText: t("action.close") });
    void nameDialog(shown);
    await read;
}

export async function sure(message: string, confirm?: string): Promise<boolean> {
    try {
        const answer = showConfirmDialog({ message, confirmButtonText: confirm ?? t("action.confirm"), cancelButtonText: t("action.cancel") });
        void nameDialog(message);
        await answer;
        return true;
    } catch {
        return false;
    }
}

// The dark ground behind a sheet closes it, so it needs a name. Vant passes attributes on, which its types do not know.
export const overlayName = (): object => ({ "aria-label": t("action.close") });
