// The back office, as Vite builds it from here, from web/api and from the committed API description. Its types are checked
// on the way: a page that no longer fits the API is an error of the build. Nothing is done twice for the same sources.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkBudget } from "./budget.mjs";

const here = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");
const built = join(here, "../../build/web/console");
const stamp = join(built, ".vite/sources");
const run = promisify(execFile);
const types = {
    ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm", ".woff2": "font/woff2",
};

// Files and folders below, without what was fetched; folders too, so that an added file is noticed.
function below(folder) {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.name !== "node_modules");
    return [folder, ...entries.flatMap((entry) => (entry.isDirectory() ? below(join(folder, entry.name)) : [join(folder, entry.name)]))];
}

// Tests are not part of what is served.
const counts = (file) => statSync(file).isFile() && !file.endsWith(".test.ts");

function fingerprint(files) {
    const hash = createHash("sha256");
    for (const file of files.filter(counts).sort()) hash.update(relative(here, file)).update("\0").update(readFileSync(file)).update("\0");
    return hash.digest("hex");
}

async function tool(name, script, ...args) {
    try {
        await run(process.execPath, [join(here, "node_modules", script), ...args], { cwd: here, maxBuffer: 64 << 20 });
    } catch (error) {
        throw new Error(`web/console: ${name} failed\n${error.stdout}${error.stderr}`);
    }
}

async function build(mark) {
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === mark) return;
    const outcomes = await Promise.allSettled([
        tool("the type check", "vue-tsc/bin/vue-tsc.js", "--noEmit"),
        tool("vite", "vite/bin/vite.js", "build", "--logLevel", "error"),
    ]);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
    console.log(checkBudget(built));
    writeFileSync(stamp, mark);
}

function asset(file) {
    const path = `/${relative(built, file)}`;
    const type = types[extname(file)];
    if (!type) throw new Error(`web/console: what type is ${path}?`);
    return { path, type, body: readFileSync(file), immutable: path.startsWith("/assets/console/") && !path.endsWith("licences.txt") };
}

export async function collect() {
    const api = await import("../api/generate.mjs");
    await api.generate();
    const shared = below(join(here, "../api")).filter((file) => !file.includes("/generated"));
    const inputs = [...below(here), ...shared, ...api.inputs()];
    await build(fingerprint(inputs));
    const files = below(built).filter((file) => statSync(file).isFile() && !file.includes("/.vite/"));
    return { assets: files.map(asset), inputs };
}
