// Runs what a button stands for: asks first where it must, says what went wrong, refreshes what has changed.
import { ElMessage, ElMessageBox } from "element-plus";
import { messageOf } from "@/app/api";
import { t } from "@/base/words";
import type { Question } from "./list";

export async function ask(question: Question, danger = false): Promise<boolean> {
    try {
        await ElMessageBox.confirm(question.text ?? "", question.title, {
            confirmButtonText: question.confirm ?? t("confirm"), cancelButtonText: t("cancel"), type: danger ? "warning" : "info",
            confirmButtonClass: danger ? "el-button--danger" : "", closeOnClickModal: false,
        });
        return true;
    } catch {
        return false;
    }
}

// Thrown by work that people gave up, or that has said by itself what is wrong: it was not done, and there is no more to say.
export class Quiet extends Error {}

// True when it was done.
export async function attempt(work: () => unknown, done?: string): Promise<boolean> {
    try {
        await work();
        if (done) ElMessage.success({ message: done, grouping: true });
        return true;
    } catch (error) {
        if (error instanceof Quiet) return false;
        ElMessage.error({ message: messageOf(error), duration: 8000, showClose: true, grouping: true });
        return false;
    }
}
