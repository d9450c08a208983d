// Collects what the parts serve, compresses it and writes two things:
//   build/web/            manifest.json and the files, named by the hash of their content
//   --embed FOLDER        assets.S, assets.cpp and assets.d for cmake/Embed.cmake (left untouched when nothing changed)
// A part is a module whose collect() returns { assets: [{ path, type, body, immutable }], inputs: [files and folders] }.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { assemblyText, depfileText, tableText } from "./embed.mjs";
import * as console_ from "./console/part.mjs";
import * as docs from "./docs/part.mjs";
import * as mobile from "./mobile/part.mjs";

const parts = [console_, docs, mobile];
const top = fileURLToPath(new URL("..", import.meta.url));
const out = join(top, "build/web");
const squeezable = /^(text\/|image\/svg|application\/(javascript|json|manifest|wasm|xml))|\+json/;

const { values: options } = parseArgs({ options: { embed: { type: "string" } } });

// A file that already holds this text keeps its time, so that nothing behind it is built again.
function writeIfChanged(file, text) {
    if (existsSync(file) && readFileSync(file, "utf8") === text) return;
    writeAtOnce(file, text);
}

function writeAtOnce(file, body) {
    writeFileSync(`${file}.new`, body);
    renameSync(`${file}.new`, file);
}

// The content's name is its hash, so a file that exists is right already. A form that saves less than a tenth is not kept.
function store(name, make, limit = Infinity) {
    const file = join(out, name);
    if (!existsSync(file)) writeAtOnce(file, make());
    const size = readFileSync(file).length;
    return size < limit ? { file, size } : null;
}

function forms(asset) {
    const body = Buffer.from(asset.body);
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 32);
    const raw = store(hash, () => body);
    const limit = squeezable.test(asset.type) ? body.length * 0.9 : 0;
    const gzip = limit && store(`${hash}.gz`, () => gzipSync(body, { level: 9 }), limit);
    const brotli = limit && store(`${hash}.br`, () => brotliCompressSync(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }), limit);
    return { path: asset.path, type: asset.type, immutable: asset.immutable, etag: `"${hash}"`, raw, gzip: gzip || null,
             brotli: brotli || null };
}

mkdirSync(out, { recursive: true });
const collected = await Promise.all(parts.map((part) => part.collect()));
const assets = collected.flatMap((part) => part.assets).map(forms)
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
for (let i = 1; i < assets.length; i++) {
    if (assets[i].path === assets[i - 1].path) throw new Error(`two parts serve ${assets[i].path}`);
}

writeIfChanged(join(out, "manifest.json"), JSON.stringify(assets, null, 2) + "\n");
const kept = new Set(assets.flatMap((a) => [a.raw, a.gzip, a.brotli]).filter(Boolean).map((form) => form.file));
for (const name of readdirSync(out)) {
    // Forms that turned out too large stay too: they answer the next run's question.
    if (/^[0-9a-f]{32}/.test(name) && !kept.has(join(out, name.slice(0, 32)))) rmSync(join(out, name));
}

if (options.embed) {
    mkdirSync(options.embed, { recursive: true });
    const inputs = collected.flatMap((part) => part.inputs);
    inputs.push(join(top, "web/build.mjs"), join(top, "web/embed.mjs"));
    writeIfChanged(join(options.embed, "assets.S"), assemblyText(assets));
    writeIfChanged(join(options.embed, "assets.cpp"), tableText(assets));
    writeIfChanged(join(options.embed, "assets.d"), depfileText(join(options.embed, "assets.S"), inputs));
}
