// The worker behind the staff pages: customers, who come once, are spared its download.
import { watch } from "vue";
import { atWork } from "@/api/session";

export function keepOffline(): void {
    if (!("serviceWorker" in navigator)) return;
    watch(atWork, (yes) => {
        // Without it the pages still work, as long as there is a network.
        if (yes) void navigator.serviceWorker.register("/m/sw.js").catch(() => undefined);
    }, { immediate: true });
}
