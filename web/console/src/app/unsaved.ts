// Forms with unsaved changes register here; leaving a page, closing its tab or the window asks first.
import { ElMessageBox } from "element-plus";
import { onActivated, onBeforeUnmount, onDeactivated, type Ref } from "vue";
import { t } from "@/base/words";

const dirty = new Set<Ref<boolean>>();

export function useUnsaved(changed: Ref<boolean>) {
    dirty.add(changed);
    onActivated(() => dirty.add(changed));
    onDeactivated(() => dirty.delete(changed));
    onBeforeUnmount(() => dirty.delete(changed));
}

export const anyUnsaved = () => [...dirty].some((changed) => changed.value);

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

export const mayLeave = async () => !anyUnsaved() || askToDiscard();

window.addEventListener("beforeunload", (event) => {
    if (anyUnsaved()) event.preventDefault();
});
