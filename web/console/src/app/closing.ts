// Closing pages: their unsaved changes may say no; the one in front is left first.
import { router } from "./router";
import { useTabs } from "./tabs";
import { mayLeave } from "./unsaved";

export async function closeTabs(paths: string[]) {
    const tabs = useTabs();
    if (!(await mayLeave(paths))) return;
    if (paths.includes(tabs.active)) {
        const refused = await router.push(tabs.after(paths) ?? "/");
        // "/" leads on to the start page, which may itself be one of those being closed.
        if (refused && tabs.after(paths)) return;
    }
    tabs.close(paths);
    if (tabs.list.length === 0) tabs.visit(router.currentRoute.value);
}

export async function reloadTab(path: string) {
    if (await mayLeave([path])) useTabs().reload(path);
}
