// The API description in three viewers. Pages are ours and small; the viewers' finished bundles come from their npm
// packages, under names that carry a hash, so a browser keeps them for good.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = join(here, "node_modules");
const types = { ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8" };

const pages = ["swagger-ui", "redoc", "rapidoc"];
const ours = ["docs.css", "swagger-ui.js", "redoc.js"];
const bundles = [
    "swagger-ui-dist/swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js",
    "redoc/bundles/redoc.standalone.js",
    "rapidoc/dist/rapidoc-min.js",
];
const licences = [
    "swagger-ui-dist/LICENSE",
    "swagger-ui-dist/NOTICE",
    "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt",
    "redoc/LICENSE",
    "redoc/bundles/redoc.standalone.js.LICENSE.txt",
    "rapidoc/LICENSE.txt",
    "rapidoc/dist/rapidoc-min.js.LICENSE.txt",
];

function hashed(file) {
    let body = readFileSync(file, "utf8");
    // The maps are not served, so a browser must not ask for them.
    body = body.replace(/\n?(\/\/|\/\*)# sourceMappingURL=\S+( \*\/)?\s*$/, "\n");
    // ReDoc shows its maker's logo from that maker's server; a page that works offline asks nobody.
    body = body.replaceAll("https://cdn.redoc.ly/redoc/logo-mini.svg", "data:,");
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
    const type = extname(file);
    return { path: `/assets/docs/${basename(file, type)}.${hash}${type}`, type: types[type], body, immutable: true };
}

export async function collect() {
    const files = new Map();
    for (const file of [...ours.map((name) => join(here, name)), ...bundles.map((name) => join(modules, name))]) {
        files.set(basename(file), hashed(file));
    }
    const assets = [...files.values()];
    for (const page of pages) {
        const body = readFileSync(join(here, `${page}.html`), "utf8").replace(/\{\{(.+?)\}\}/g, (_, name) => {
            if (!files.has(name)) throw new Error(`${page}.html names ${name}, which is not collected`);
            return files.get(name).path;
        });
        assets.push({ path: `/${page}`, type: "text/html; charset=utf-8", body, immutable: false });
    }
    const notices = licences.map((name) => `==== ${name}\n\n${readFileSync(join(modules, name), "utf8").trim()}\n`);
    assets.push({ path: "/assets/docs/licences.txt", type: "text/plain; charset=utf-8", body: notices.join("\n"),
                  immutable: false });
    const inputs = [...ours, "part.mjs", "package-lock.json", ...pages.map((page) => `${page}.html`)];
    return { assets, inputs: inputs.map((name) => join(here, name)) };
}
