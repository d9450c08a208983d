// Closing pages: the one in front is left first, so that its unsaved changes can say no.
import { router } from "./router";
import { useTabs } from "./tabs";

export async function closeTabs(paths: string[]) {
    const tabs = useTabs();
    if (paths.includes(tabs.active)) {
        const refused = await router.push(tabs.after(paths) ?? "/");
        // "/" leads on to the start page, which may itself be one of those being closed.
        if (refused && tabs.after(paths)) return;
    }
    tabs.close(paths);
    if (tabs.list.length === 0) tabs.visit(router.currentRoute.value);
}
