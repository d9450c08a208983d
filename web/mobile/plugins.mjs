// What Vite does for us beyond its own: three small plugins.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("node_modules/", import.meta.url));

// Vant's icon font stands in its style as base64, with a foreign address behind it for browsers that have long gone. As a
// file of ours it loads when the first icon is shown, and nobody else is asked.
export function iconFont() {
    let building = false;
    return {
        name: "yuanliu-icon-font",
        enforce: "pre",
        configResolved(config) {
            building = config.command === "build";
        },
        transform(code, id) {
            if (!building || !/vant\/es\/icon\/index\.css/.test(id)) return null;
            const font = /url\(data:font\/woff2;charset=utf-8;base64,([A-Za-z0-9+/=]+)\)/.exec(code);
            if (!font) throw new Error("Vant's icon font is not where it was: look at vant/es/icon/index.css");
            const reference = this.emitFile({ type: "asset", name: "vant-icon.woff2", source: Buffer.from(font[1], "base64") });
            return code.replace(/@font-face\{[^}]*\}/, "@font-face{font-weight:400;font-family:vant-icon;font-style:normal;" +
                `font-display:block;src:url(__VITE_ASSET__${reference}__) format("woff2")}`);
        },
    };
}

// The licences of everything that is in the bundle.
export function licences() {
    return {
        name: "yuanliu-licences",
        generateBundle(_options, bundle) {
            // The reader of codes carries ZXing-C++ inside, which the bundle knows as a file only; so is Vant's style.
            const packages = new Map(["vant", "zxing-wasm"].map((name) => [name, join(modules, name)]));
            for (const file of Object.values(bundle)) {
                for (const id of file.type === "chunk" ? file.moduleIds : file.originalFileNames ?? []) {
                    const [, folder, name] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id) ?? [];
                    if (name) packages.set(name, folder);
                }
            }
            const texts = [...packages].sort().map(([name, folder]) => {
                const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
                const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
                const text = files.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n");
                return `==== ${name} ${version} (${license})\n\n${text}\n`;
            });
            // ZXing-C++, inside the reader's WebAssembly, is under the Apache License, whose text TypeScript carries too.
            const apache = readFileSync(join(modules, "typescript/LICENSE.txt"), "utf8").trim();
            if (!/^Apache License/.test(apache)) throw new Error("typescript/LICENSE.txt is no longer the Apache License");
            texts.push(`==== zxing-cpp, in zxing-wasm (Apache-2.0)\n\n${apache}\n`);
            this.emitFile({ type: "asset", fileName: "licences.txt", source: texts.join("\n") });
        },
    };
}

// The worker that keeps the staff pages working without a network, with the names of what it has to keep.
export function offline(source) {
    return {
        name: "yuanliu-offline",
        enforce: "post", // the style joins the bundle late
        generateBundle(_options, bundle) {
            if (!existsSync(source)) throw new Error(`${source} is missing`);
            const kept = Object.keys(bundle).filter((name) => /^app\.|^assets\/.*\.(js|css|woff2)$/.test(name)).map((name) => `/m/${name}`).sort();
            for (const name of ["/m/app.js", "/m/app.css"]) {
                if (!kept.includes(name)) throw new Error(`${name} is not in the bundle: the staff pages would not open without a network`);
            }
            const hash = createHash("sha256");
            for (const file of Object.values(bundle)) hash.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
            const text = readFileSync(source, "utf8").replace("__VERSION__", hash.digest("hex").slice(0, 16))
                .replace("__FILES__", JSON.stringify(["/m/index.html", "/m/icon.svg", "/m/manifest.webmanifest", ...kept]));
            this.emitFile({ type: "asset", fileName: "sw.js", source: text });
        },
    };
}
