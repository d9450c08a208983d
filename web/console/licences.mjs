// A Vite plugin that puts the licence of every package that ended up in a chunk into licences.txt.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const inPackage = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//;

function text(folder) {
    const name = existsSync(folder) && readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
    if (name) return readFileSync(join(folder, name), "utf8").trim();
    const { license = "not stated", author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${license}${author ? `, ${author.name ?? author}` : ""}`;
}

export function licences(fileName) {
    return {
        name: "licences",
        generateBundle(_options, bundle) {
            const packages = new Map();
            for (const chunk of Object.values(bundle)) {
                for (const id of Object.keys(chunk.modules ?? {})) {
                    const match = inPackage.exec(id.replace(/^\0/, ""));
                    if (match) packages.set(match[2], match[1]);
                }
            }
            const listed = [...packages].sort().map(([name, folder]) => `==== ${name}\n\n${text(folder)}\n`);
            this.emitFile({ type: "asset", fileName, source: listed.join("\n") });
        },
    };
}
