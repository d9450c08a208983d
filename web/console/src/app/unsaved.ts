// Forms with unsaved changes register here. A page behind another tab lives on, so switching costs nothing; what would end
// it (closing its tab, loading it anew, signing out, closing the window) asks first.
import { ElMessageBox } from "element-plus";
import { onBeforeUnmount, type Ref } from "vue";
import { useRoute } from "vue-router";
import { t } from "@/base/words";

const dirty = new Map<Ref<boolean>, string>(); // and the path of the page it stands on

export function useUnsaved(changed: Ref<boolean>) {
    dirty.set(changed, useRoute().path);
    onBeforeUnmount(() => dirty.delete(changed));
}

// On one of these pages; on any when none are named.
export const anyUnsaved = (paths?: string[]) => [...dirty].some(([changed, path]) => changed.value && (paths?.includes(path) ?? true));

// Asks when there is something to lose. True: go on.
export async function askToDiscard(): Promise<boolean> {
    try {
        await ElMessageBox.confirm(t("unsaved_text"), t("unsaved"), {
            confirmButtonText: t("unsaved_leave"), cancelButtonText: t("unsaved_stay"), type: "warning",
            closeOnClickModal: false, autofocus: false,
        });
        return true;
    } catch {
        return false;
    }
}

export const mayLeave = async (paths?: string[]) => !anyUnsaved(paths) || askToDiscard();

window.addEventListener("beforeunload", (event) => {
    if (anyUnsaved()) event.preventDefault();
});
