import { join } from "node:path";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { licences } from "./licences.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
// Where `npm run dev` and `npm run preview` find a server: YL_SERVER=http://127.0.0.1:8080
const server = process.env.YL_SERVER ?? "http://127.0.0.1:8080";
const proxy = Object.fromEntries(["/api", "/q", "/m", "/openapi.json", "/health"].map((path) => [path, { target: server, ws: path === "/api" }]));

// As the server sends it, so that `npm run preview` shows what it forbids.
const policy = "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; frame-src 'self' blob:; " +
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// What the shell needs before any page, in chunks that change rarely; everything else follows its page.
const chunks = [
    { name: "vue", test: /node_modules\/(vue|@vue|vue-router|pinia|vue-i18n|@intlify|@tanstack)\// },
];

export default defineConfig({
    root: here,
    plugins: [vue(), licences("assets/console/licences.txt")],
    resolve: {
        alias: [
            { find: /^@\//, replacement: join(here, "src/") },
            { find: /^@api$/, replacement: join(here, "../api/index.ts") },
            { find: /^@api\//, replacement: join(here, "../api/") },
        ],
    },
    define: { __VUE_I18N_FULL_INSTALL__: "false", __VUE_I18N_LEGACY_API__: "false", __INTLIFY_DROP_MESSAGE_COMPILER__: "false",
              __INTLIFY_PROD_DEVTOOLS__: "false" },
    build: {
        outDir: process.env.YL_CONSOLE_OUT ?? join(here, "../../build/web/console"),
        emptyOutDir: true,
        target: "es2022",
        manifest: true,
        // Small files stay files: the Content-Security-Policy allows no data: address in a style sheet.
        assetsInlineLimit: 0,
        assetsDir: "assets/console",
        chunkSizeWarningLimit: 900,
        reportCompressedSize: false,
        rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
    },
    // Tests read what the server declares.
    server: { proxy, fs: { allow: [join(here, ".."), join(here, "../../src")] } },
    preview: { proxy, headers: { "Content-Security-Policy": policy } },
    // One worker for all: making a document costs more than these tests do.
    test: { environment: "happy-dom", include: ["src/**/*.test.ts"], fileParallelism: false, isolate: false },
});
