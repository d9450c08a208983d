import { createApp } from "vue";
import "vant/es/style/base.css";
import "./styles/parts";
import "./styles/vant.css";
import "./styles/base.css";
import "./lib/theme";
import App from "./App.vue";
import { i18n } from "./i18n";
import { readCode } from "./lib/code";
import { takeFromPage } from "./lib/facts";
import { readHouse } from "./lib/house";
import { keepOffline } from "./lib/install";
import { watchNetwork } from "./lib/jobs";
import { router } from "./router";

takeFromPage(readCode(location.pathname));
const app = createApp(App).use(i18n).use(router);
// The server's page stays until ours is ready to be drawn.
watchNetwork();
void readHouse();
if (import.meta.env.PROD) keepOffline();
void router.isReady().then(() => app.mount("#app"));
