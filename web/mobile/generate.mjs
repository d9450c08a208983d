// Writes what the app is made from elsewhere in the tree: the shared client's types (web/api), and the regions of an address
// out of the server's own table, into build/web-gen/mobile, imported as "@gen/regions".
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as api from "../api/generate.mjs";
import { regionsModule } from "./regions.mjs";

const top = fileURLToPath(new URL("../..", import.meta.url));
const regionTable = join(top, "src/base/region_table.cpp");
const out = join(top, "build/web-gen/mobile");
const client = ["client.ts", "index.ts", "session.ts"].map((name) => join(top, "web/api", name));

export const inputs = () => [...api.inputs(), ...client, regionTable];

export async function generate() {
    await api.generate();
    const file = join(out, "regions.ts");
    const text = regionsModule(regionTable);
    mkdirSync(out, { recursive: true });
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
