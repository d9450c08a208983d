import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";
import "element-plus/dist/index.css";
import "element-plus/theme-chalk/dark/css-vars.css";
import "./style/theme.css";
import "./style/shell.css";
import App from "./App.vue";
import { session } from "./app/api";
import { readInstallation } from "./app/installation";
import { leaving } from "./app/leaving";
import { useMe } from "./app/me";
import { queries } from "./app/queries";
import { router } from "./app/router";
import { useTabs } from "./app/tabs";
import { i18n, language } from "./base/language";
import "./app/theme";

document.documentElement.lang = language();
const app = createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient: queries });

// Signed out here, in another tab, or by the server: back to the door, which remembers where we were.
function leave() {
    useMe().forget();
    const to = router.currentRoute.value;
    const why = leaving.value;
    leaving.value = "over";
    if (to.meta.open) return;
    const query = why === "asked" ? {} : why === "over" ? { next: to.fullPath, over: "1" } : { [why]: "1" };
    void router.replace({ path: "/login", query });
}
session.onEnd(leave);
window.addEventListener("storage", (event) => {
    if (event.key !== "yuanliu.session" && event.key !== null) return;
    if (!session.signedIn && useMe().user) {
        useTabs().clear();
        leave();
    }
});

void readInstallation();
app.use(router).mount("#app");
