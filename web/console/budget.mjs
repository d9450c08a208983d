// Holds the built console to its budget: what a browser fetches before the first page, gzipped, and each later chunk.
//   node budget.mjs [FOLDER]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const limit = { first: 350 * 1024, chunk: 260 * 1024 };

export function checkBudget(folder) {
    const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));
    const sizes = new Map();
    const size = (file) => {
        if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(folder, file)), { level: 9 }).length);
        return sizes.get(file);
    };
    // The frame around every page comes before any of them, though the router fetches it by itself.
    const roots = Object.keys(manifest).filter((key) => manifest[key].isEntry || key === "src/shell/Layout.vue");
    const first = new Set();
    const visit = (key) => {
        const chunk = manifest[key];
        if (first.has(chunk.file)) return;
        first.add(chunk.file);
        for (const style of chunk.css ?? []) first.add(style);
        for (const imported of chunk.imports ?? []) visit(imported);
    };
    roots.forEach(visit);
    const total = [...first].reduce((sum, file) => sum + size(file), 0);
    const heavy = Object.values(manifest).map((chunk) => chunk.file).filter((file) => !first.has(file) && size(file) > limit.chunk);
    const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
    if (total > limit.first || heavy.length) {
        const listed = [...first].sort((a, b) => size(b) - size(a)).map((file) => `  ${kib(size(file)).padStart(10)}  ${file}`);
        throw new Error([`the console is over its budget: ${kib(total)} of ${kib(limit.first)} before the first page`, ...listed,
                         ...heavy.map((file) => `  ${kib(size(file))} in ${file}, of ${kib(limit.chunk)}`)].join("\n"));
    }
    return `console: ${kib(total)} gzip before the first page, of ${kib(limit.first)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const built = fileURLToPath(new URL("../../build/web/console", import.meta.url));
    console.log(checkBudget(process.argv[2] ?? built));
}
