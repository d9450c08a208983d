// Script and style of the start keep the names /m/app.js and /m/app.css, because the server writes them into the page of a
// scanned label (src/modules/units/page.cpp). All else carries the hash of its content.
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { iconFont, licences, offline } from "./plugins.mjs";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
    base: "/m/",
    plugins: [vue(), iconFont(), licences(), offline(path("src/worker/sw.js"))],
    resolve: { alias: { "@gen": path("../../build/web-gen/mobile"), "@api": path("../api/index.ts"), "@": path("src") } },
    define: {
        __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_I18N_LEGACY_API__: "false", __VUE_I18N_FULL_INSTALL__: "false",
        __INTLIFY_PROD_DEVTOOLS__: "false",
    },
    build: {
        outDir: path("../../build/web-mobile"),
        emptyOutDir: true,
        target: "es2021",
        assetsInlineLimit: 0,
        cssCodeSplit: false, // one style: the page of a label must be able to name it
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        rolldownOptions: {
            output: {
                entryFileNames: "app.js",
                chunkFileNames: "assets/[name]-[hash].js",
                assetFileNames: (asset) => (asset.names.some((name) => name.endsWith(".css")) ? "app.css" : "assets/[name]-[hash][extname]"),
                codeSplitting: { groups: [{ name: "vue", test: /node_modules\/(@?vue|@intlify|vue-i18n|vue-router)\// }] },
            },
        },
    },
    test: { environment: "happy-dom", include: ["test/**/*.test.ts"] },
});
