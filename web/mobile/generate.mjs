// Writes what the app's types and tables are made from elsewhere in the tree: the client's types out of the API
// description, the regions out of the server's own table. Both go to build/web-gen/mobile, imported as "@gen/…".
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { regionsModule } from "./regions.mjs";

const top = fileURLToPath(new URL("../..", import.meta.url));
export const description = join(top, "tests/contract/golden/openapi.json");
export const regionTable = join(top, "src/base/region_table.cpp");
const out = join(top, "build/web-gen/mobile");

function writeIfChanged(file, text) {
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

export async function generate() {
    mkdirSync(out, { recursive: true });
    writeIfChanged(join(out, "schema.ts"), astToString(await openapiTS(pathToFileURL(description))));
    writeIfChanged(join(out, "regions.ts"), regionsModule(regionTable));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
