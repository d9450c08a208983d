// How fast the pages are in a browser, beside a bare page of the same server in the same browser. `make speed` runs it; it
// prints a table and asserts nothing: what a figure is worth depends on the machine, its ratio to the bare page less so.
//   YL_UNITS=1000000 YL_ROUNDS=15 tools/run-browser sqlite build/release/yuanliu - speed.mjs
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { Api } from "./kit/api.mjs";
import { calm, desk, openPage, phone, startBrowser } from "./kit/browser.mjs";
import { choose, rows, signIn } from "./kit/console.mjs";
import { startServer } from "./kit/server.mjs";

const units = Number(process.env.YL_UNITS ?? 1_000_000);
const rounds = Number(process.env.YL_ROUNDS ?? 15);
const bare = "/favicon.svg";

// In the page, before anything of it: when there was a heading, when something was last drawn, when somebody last acted.
// Times are milliseconds since the navigation began.
function probe() {
    const seen = { heading: 0, drawn: 0, acted: 0 };
    window.speedSeen = seen;
    const drawn = () => requestAnimationFrame(() => setTimeout(() => { seen.drawn = performance.now(); }));
    new MutationObserver(drawn).observe(document, { subtree: true, childList: true, characterData: true });
    const look = () => {
        if (document.querySelector("h1, h2")?.innerText) seen.heading = performance.now();
        else requestAnimationFrame(look);
    };
    look();
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, (event) => { seen.acted = event.timeStamp; }, true);
}

const sorted = (times) => times.toSorted((a, b) => a - b);
const table = [];
function note(name, times, bytes) {
    const all = sorted(times);
    table.push({ name, p50: all[Math.floor(all.length / 2)], p95: all[Math.floor(all.length * 0.95)], max: all.at(-1), rounds: all.length, bytes });
}

// One visit with nothing in the cache, by somebody who has signed in when there is a `state`.
async function visit(browser, origin, path, { view = desk, state } = {}) {
    const page = await openPage(browser, origin, { view, storageState: state });
    await page.addInitScript(probe);
    await page.goto(path);
    await page.locator("h1, h2").first().waitFor();
    await calm(page);
    const found = await page.evaluate(() => {
        const { heading, drawn } = window.speedSeen;
        const files = [performance.getEntriesByType("navigation")[0], ...performance.getEntriesByType("resource")];
        return { heading, drawn, bytes: files.filter((file) => file.responseEnd <= heading).reduce((sum, file) => sum + file.encodedBodySize, 0) };
    });
    await page.context().close();
    return found;
}

async function visitBare(browser, origin) {
    const page = await openPage(browser, origin);
    await page.goto(bare);
    const ms = await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd);
    await page.context().close();
    return ms;
}

async function firstPages(browser, origin, state, code) {
    const found = { bare: [], door: [], home: [], label: [] };
    for (let i = 0; i < rounds; i++) {
        found.bare.push(await visitBare(browser, origin));
        found.door.push(await visit(browser, origin, "/login"));
        found.home.push(await visit(browser, origin, "/", { state }));
        found.label.push(await visit(browser, origin, `/q/${code}`, { view: phone }));
    }
    note("a bare page of the same server", found.bare);
    for (const [key, name] of [["door", "sign-in page"], ["home", "overview, signed in"], ["label", "/q/{code} on a phone"]]) {
        note(`${name}: heading`, found[key].map((one) => one.heading), found[key][0].bytes);
        note(`${name}: all is there`, found[key].map((one) => one.drawn));
    }
}

// From the last click or key to the last thing drawn because of it.
async function timed(page, act) {
    await calm(page);
    await act();
    await calm(page);
    const { acted, drawn } = await page.evaluate(() => window.speedSeen);
    if (drawn <= acted) throw new Error("nothing was drawn");
    return drawn - acted;
}

async function many(page, name, act) {
    const times = [];
    for (let i = 0; i < rounds; i++) times.push(await timed(page, () => act(i)));
    note(name, times);
}

const search = (page) => page.locator("#filter-search");

async function lists(browser, origin, state, codes) {
    const page = await openPage(browser, origin, { storageState: state });
    await page.addInitScript(probe);
    const open = async (path) => {
        await page.goto(path);
        await rows(page).first().waitFor();
    };
    await open("/products");
    await many(page, "next page", () => page.locator(".el-pagination .btn-next").click());
    await many(page, "page 500 to 1,000", async (i) => {
        const jump = page.locator(".el-pagination__jump input");
        await jump.fill(String(500 + Math.floor((i * 500) / rounds)));
        await jump.press("Enter");
    });
    await open("/products");
    await many(page, "sort by code, up and down", () => page.locator(".pro-table th.is-sortable").first().click());
    await open("/products");
    const states = ["已激活", "在库", "已发货", "已退回", "维修中", "已报废", "已印制"];
    await many(page, "filter by state", (i) => choose(page, "状态", states[i % states.length]));
    await open("/products");
    await many(page, "filter by type", (i) => choose(page, "产品类型", new RegExp(`智能家电 ${1 + (i % 8)} 型`)));
    await open("/products?status=activated&product_type_id=1");
    await many(page, "next page, by type and state", () => page.locator(".el-pagination .btn-next").click());
    await open("/products");
    await many(page, "the first letters of a code", async (i) => {
        await search(page).fill(codes[i % codes.length].slice(0, 4 + (i % 5)));
        await search(page).press("Enter");
    });
    await open("/products");
    await many(page, "20 rows to 100 and back", (i) => choose(page, "每页条数", i % 2 ? "20 条/页" : "100 条/页"));
    await page.context().close();
}

function print() {
    const yardstick = table[0].p50;
    const heads = ["", "p50 ms", "p95 ms", "max ms", "rounds", "× bare", "KiB before the heading"];
    const lines = table.map((one) => [one.name, one.p50.toFixed(0), one.p95.toFixed(0), one.max.toFixed(0), String(one.rounds),
                                      (one.p50 / yardstick).toFixed(1), one.bytes ? (one.bytes / 1024).toFixed(1) : ""]);
    const widths = heads.map((head, i) => Math.max(head.length, ...lines.map((line) => line[i].length)));
    for (const line of [heads, ...lines]) console.log(line.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join("  ").trimEnd());
    console.log(`\n${units.toLocaleString("en")} units; ${cpus().length} × ${cpus()[0].model}; cold cache for each page of the first part`);
}

const bench = join(dirname(process.env.YL_BINARY), "bench/yuanliu_bench");
const data = execFileSync(bench, ["--prepare", String(units)], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim().split("\n").at(-1);
const administrator = { username: "bench", password: readFileSync(join(data, "bench.password"), "utf8").trim() };
process.env.JWT_EXPIRE_MINUTES = "1440";
const server = await startServer({ data });
const browser = await startBrowser();
try {
    const boss = await Api.signIn(server.origin, administrator.username, administrator.password);
    const codes = (await boss.get("/api/products/?status=activated&page_size=50")).map((unit) => unit.qrcode_id);
    const page = await openPage(browser, server.origin);
    await signIn(page, administrator.username, administrator.password);
    await calm(page);
    const state = await page.context().storageState();
    await page.context().close();
    await firstPages(browser, server.origin, state, codes[0]);
    await lists(browser, server.origin, state, codes);
    print();
} finally {
    await browser.close();
    await server.stop();
}
