// Provinces and cities for the picker of an address, out of the table by which the server reads addresses: the two cannot
// disagree.
import { readFileSync } from "node:fs";

// [["广东省", ["广州市", "深圳市", …]], …]; a municipality has no cities.
export function regionsOf(text) {
    const rows = [...text.matchAll(/\{"([^"]+)",\s*"([^"]+)",\s*((?:"[^"]*"\s*)+)\}/g)];
    return rows.map(([, province, , pieces]) => {
        const cities = [...pieces.matchAll(/"([^"]*)"/g)].map((piece) => piece[1]).join("");
        const names = cities.replace(/\([^)]*\)/g, "").split(" ").filter(Boolean);
        return [province, names.map((name) => (name.includes(":") ? name.replace(":", "") : `${name}市`))];
    });
}

export function regionsModule(file) {
    const regions = regionsOf(readFileSync(file, "utf8"));
    if (regions.length !== 34) throw new Error(`${file}: ${regions.length} provinces were read, not 34`);
    return `// Made by regions.mjs.\nexport const regions: readonly (readonly [string, readonly string[]])[] = ${JSON.stringify(regions)};\n`;
}
