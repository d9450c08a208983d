// Every page there is, as it is shown: nothing serious is found by axe-core, no exception, no breach of the policy, nothing
// wider than the window, no key instead of a word, no Chinese in the English interface. Which pages there are is read from
// the declarations of the areas and of the phone's router: one that no link leads to is a finding, too.
// On SQLite every language and theme is seen, each with one width, and forms and tabs in one of them; YL_SWEEP=all goes
// through the other pairs, and everywhere inside. On PostgreSQL one round of each is enough: what may differ there are rows.
// YL_COMPANY=demo sweeps the demo company instead, whose charts are fuller; what Chinese there is then is data.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { barriers, calm, desk, openPage, phone, picture, startBrowser, tooWide } from "./kit/browser.mjs";
import { chinese, foundCompany, number, password } from "./kit/company.mjs";
import { signIn } from "./kit/console.mjs";
import { startServer } from "./kit/server.mjs";
import { strangeWords } from "./kit/words.mjs";

const demo = process.env.YL_COMPANY === "demo";
const sqlite = (process.env.YL_DATABASE ?? "sqlite") === "sqlite";
const every = process.env.YL_SWEEP === "all";
const administrator = { username: "boss", password };
const web = new URL("../../web/", import.meta.url);
let server, browser, company, customer, boss;

before(async () => {
    server = await startServer({ verbs: demo ? [["demo"]] : [], administrator });
    company = demo ? null : await foundCompany(server, administrator);
    browser = await startBrowser();
    if (demo) return;
    const guest = new Api(server.origin);
    await guest.post("/api/login/code/request/", { phone: number });
    customer = await guest.post("/api/login/code/", { phone: number, code: server.codeFor(`+86${number}`) });
    boss = await guest.post("/api/login/", administrator);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const declared = (text) => [...text.matchAll(/\bpath: "(\/[^"?]*)"/g)].map(([, path]) => path.replaceAll("\\\\", "\\"));
const areas = readdirSync(new URL("console/src/pages/", web));
const consolePages = [...new Set(areas.flatMap((area) => declared(readFileSync(new URL(`console/src/pages/${area}/area.ts`, web), "utf8")))),
                      "/imports/:id(\\d+|new)", "/forbidden", "/nowhere"];
const phonePages = declared(readFileSync(new URL("mobile/src/router.ts", web), "utf8")).filter((path) => !path.includes("*"));
const shapeOf = (path) => new RegExp(`^${path.replace(/\/:\w+(\([^)]*\))?(\?)?/g, (_, digits, optional) => `(/${digits ?? "[^/]+"})${optional ?? ""}`)}$`);
const pageOf = (pages, path) => pages.find((one) => one === path) ?? pages.find((one) => shapeOf(one).test(path));

const quiet_ms = 100;

// What is wrong with the page as it is now, or with a part of it, one finding a line.
async function findings(page, { english }, part) {
    await calm(page, quiet_ms);
    const wide = await tooWide(page);
    const found = [...(await barriers(page, part)), ...(await strangeWords(page, english && !demo ? chinese : null)), ...page.faults.splice(0)];
    if (wide) found.push(`${wide} px wider than the window`);
    return found;
}

class Sweep {
    found = [];
    seen = new Set();
    constructor(page, pages, settings) {
        Object.assign(this, { page, pages, settings });
    }
    async judge(where, part = null) {
        for (const one of await findings(this.page, this.settings, part)) this.found.push(`${where}: ${one}`);
        await picture(this.page, `${this.settings.name}${where.replace(/[^\w]+/g, "-")}`, { fullPage: true });
    }
    async look(path, go = (to) => this.page.goto(to)) {
        const plain = path.split("?")[0];
        this.seen.add(pageOf(this.pages, plain) ?? plain);
        await go(path);
        await this.judge(path);
    }
    // The first link to each page that was not seen yet.
    async onward() {
        const links = await this.page.evaluate(() => [...document.querySelectorAll("main a[href^='/']")].map((one) => one.getAttribute("href")));
        const next = new Map();
        for (const link of links) {
            const of = pageOf(this.pages, link.split("?")[0]);
            if (of && !this.seen.has(of) && !next.has(of)) next.set(of, link);
        }
        return next;
    }
    missed() {
        return this.pages.filter((path) => !this.seen.has(path)).map((path) => `${path}: no way leads there`);
    }
}

// Goes where a link would lead, without loading the console anew; over when the page before has gone.
async function step(page, path) {
    const before = await page.evaluateHandle(() => document.querySelector("#content > *") ?? document.querySelector("#app > *"));
    const moves = await page.evaluate((to) => {
        const from = location.pathname;
        history.pushState(null, "", to);
        dispatchEvent(new PopStateEvent("popstate"));
        return from !== location.pathname;
    }, path);
    if (moves) await page.waitForFunction((one) => !one.isConnected, before);
}

// What a page of the console has inside: its form for something new, and the other tabs of a detail.
async function inside(sweep, path) {
    const { page } = sweep;
    const tabs = page.getByRole("main").getByRole("tab");
    for (let i = 1, n = await tabs.count(); i < n; i++) {
        await tabs.nth(i).click();
        await sweep.judge(`${path} ${i + 1}`, "main");
    }
    if (!(await page.locator("main .page-head .el-button--primary").count())) return;
    const form = page.locator(".el-drawer:visible, .el-dialog:visible");
    await page.keyboard.press("Alt+n");
    await calm(page, quiet_ms);
    if (!(await form.count())) return;
    await sweep.judge(`${path} form`, await form.first().evaluate((one) => `[id="${one.id ||= "swept"}"]`));
    await page.keyboard.press("Escape");
    await form.first().waitFor({ state: "hidden" });
}

async function sweepConsole(settings) {
    const page = await openPage(browser, server.origin, settings);
    const sweep = new Sweep(page, consolePages, settings);
    await page.goto("/login");
    await sweep.judge("/login");
    await signIn(page, administrator.username, password);
    const menu = await page.evaluate(() => [...document.querySelectorAll("nav.menu a[href^='/']")].map((one) => one.getAttribute("href")));
    assert.ok(menu.length > 0, "the menu is empty");
    const waiting = [...menu, "/imports/new?route=catalog.product_types.create"];
    while (waiting.length) {
        const path = waiting.shift();
        if (sweep.seen.has(pageOf(consolePages, path.split("?")[0]))) continue;
        await sweep.look(path, (to) => step(page, to));
        waiting.unshift(...(await sweep.onward()).values());
        if (settings.deep) await inside(sweep, path);
        if (!waiting.length) waiting.push(...unlinked(sweep));
    }
    await page.context().close();
    assert.deepEqual([...sweep.found, ...sweep.missed()], []);
}

// Pages that are reached by buttons, keys and Ctrl-K: those without an id, and those below a thing that was shown.
function unlinked(sweep) {
    return consolePages.filter((path) => !sweep.seen.has(path)).flatMap((path) => {
        if (!path.includes(":")) return [path];
        const above = path.replace(/\/[^/:]+$/, "");
        return above !== path && sweep.seen.has(above) ? [path.replace(/:\w+(\([^)]*\))?/, "1")] : [];
    });
}

// The first is enough where the database is all that differs; the first two have both languages, themes and widths.
const chosen = (rounds) => (every ? rounds : rounds.slice(0, sqlite ? 2 : 1));

const rounds = [
    { name: "narrow-dark-en", view: phone, locale: "en-US", dark: true, english: true, deep: sqlite },
    { name: "wide-light-zh", view: desk, locale: "zh-CN", deep: every },
    { name: "wide-dark-zh", view: desk, locale: "zh-CN", dark: true, deep: true },
    { name: "wide-light-en", view: desk, locale: "en-US", english: true, deep: true },
];
for (const settings of chosen(rounds)) {
    test(`every page of the console: ${settings.name}`, () => sweepConsole(settings));
}

// Signs in on the phone without its page, which phone.test.mjs and floor.test.mjs know; a code may be asked for once a minute.
async function enter(page, person) {
    await page.evaluate(({ user, ...tokens }) => {
        localStorage.setItem("yl.m.session", JSON.stringify({ ...tokens, good_until: Date.now() + tokens.expires_in * 1000 }));
        localStorage.setItem("yl.m.user", JSON.stringify(user));
    }, person);
    await page.goto("/m");
}

async function sweepPhone(settings) {
    const page = await openPage(browser, server.origin, settings);
    const sweep = new Sweep(page, phonePages, settings);
    const { unit } = company;
    const look = async (...paths) => { for (const path of paths) await sweep.look(path); };
    // A stranger: a forged code, in stock, to be activated, activated, in repair.
    await look(...["NEVER-MADE", unit(20), unit(8), unit(1), unit(4)].map((code) => `/q/${code}`),
               "/m", "/m/scan", `/m/card/${unit(1)}`, "/m/login", "/m/login?as=staff", "/m/me", "/m/nowhere");
    await enter(page, customer);
    await look(`/q/${unit(1)}`, "/m/devices", `/m/repair/${unit(1)}`, "/m/repairs", "/m/repairs/1", "/m/repairs/2", "/m/repairs/3", "/m/notices", "/m/me");
    await enter(page, boss);
    await look("/m/work", "/m/work/receive", "/m/work/ship", "/m/work/repair", `/m/work/repair/${unit(1)}`, "/m/work/queue", `/m/unit/${unit(4)}`,
               `/m/unit/${unit(20)}`, "/m/repairs", "/m/repairs/2", "/m/notices", "/m/me", `/q/${unit(8)}`);
    await page.context().close();
    assert.deepEqual([...sweep.found, ...sweep.missed()], []);
}

const small = { width: 320, height: 568 };
const phoneRounds = [
    { name: "phone-320-dark-en", view: small, locale: "en-US", dark: true, english: true },
    { name: "phone-390-light-zh", view: phone, locale: "zh-CN" },
    { name: "phone-320-light-en", view: small, locale: "en-US", english: true },
    { name: "phone-390-dark-zh", view: phone, locale: "zh-CN", dark: true },
];
for (const settings of chosen(phoneRounds)) {
    test(`every page of the phone: ${settings.name}`, { skip: demo }, () => sweepPhone(settings));
}
