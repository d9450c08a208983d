// The phone app: checked and built by Vite when something it is made of has changed, else taken as it lies in
// build/web-mobile.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "./budget.mjs";
import { generate, inputs as generated } from "./generate.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../../build/web-mobile", import.meta.url));
const stamp = join(out, ".made-from");
const types = {
    ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".png": "image/png",
    ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
};

function walk(folder, found = { folders: [], files: [] }) {
    found.folders.push(folder);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.isDirectory()) walk(join(folder, entry.name), found);
        else found.files.push(join(folder, entry.name));
    }
    return found;
}

const trees = ["src", "public"].map((name) => walk(join(here, name)));
const single = ["budget.mjs", "generate.mjs", "index.html", "package-lock.json", "part.mjs", "plugins.mjs", "regions.mjs", "tsconfig.json",
                "vite.config.ts"].map((name) => join(here, name));
const files = [...trees.flatMap((tree) => tree.files), ...single, ...generated()];
// Folders too: a file that comes or goes changes its folder alone.
const inputs = [...files, ...trees.flatMap((tree) => tree.folders)];

function fingerprint() {
    const hash = createHash("sha256");
    for (const file of files) hash.update(relative(here, file)).update("\0").update(readFileSync(file)).update("\0");
    return hash.digest("hex");
}

// The types are held against the server's description beside the build, on the other core.
function checkTypes() {
    return new Promise((done, fail) => {
        const run = spawn(process.execPath, [join(here, "node_modules/vue-tsc/bin/vue-tsc.js"), "--noEmit", "-p", here], { stdio: ["ignore", 2, 2] });
        run.on("error", fail);
        run.on("exit", (status) => (status === 0 ? done() : fail(new Error("web/mobile does not fit its types or the API description"))));
    });
}

function weighed(result) {
    const output = (Array.isArray(result) ? result : [result]).flatMap((one) => one.output);
    return new Map(output.map((file) => [file.fileName, {
        body: file.type === "chunk" ? file.code : file.source, imports: file.type === "chunk" ? file.imports : [],
        page: file.type === "chunk" && /\/pages\/\w+\.vue/.test(file.facadeModuleId ?? ""),
    }]));
}

async function make() {
    await generate();
    const { build } = await import("vite");
    const checked = checkTypes();
    const result = await build({ root: here, configFile: join(here, "vite.config.ts"), logLevel: "warn" }).catch(async (problem) => {
        await checked.catch(() => undefined);
        throw problem;
    });
    await checked;
    check(weighed(result), "app.js", ["app.css", "index.html"]);
}

export async function collect() {
    const now = fingerprint();
    if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== now) {
        await make();
        writeFileSync(stamp, now);
    }
    const assets = walk(out).files.filter((file) => types[extname(file)]).map((file) => {
        const name = relative(out, file);
        return { path: `/m/${name}`, type: types[extname(file)], body: readFileSync(file), immutable: name.startsWith("assets/") };
    });
    return { assets, inputs };
}
