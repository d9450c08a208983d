// Every page of the console over the demo company: whatever the menu leads to, and the first thing each list shows.
// Wide and light in Chinese, narrow and dark in English. It takes minutes, so it is run by name:
//     tools/run-browser sqlite build/release/yuanliu - sweep.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { barriers, calm, desk, openPage, phone, picture, startBrowser } from "./kit/browser.mjs";
import { startServer } from "./kit/server.mjs";

const password = "correct horse battery 42";
let server, browser;

before(async () => {
    server = await startServer({ verbs: [["demo"]], administrator: { username: "boss", password } });
    await Api.signIn(server.origin, "boss", password);
    browser = await startBrowser();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function signIn(page) {
    await page.goto("/login");
    const fields = page.locator("form input");
    await fields.nth(0).fill("boss");
    await fields.nth(1).fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== "/login");
    await page.locator("main h1").first().waitFor();
}

async function settled(page) {
    await page.locator("main h1").first().waitFor();
    await calm(page);
}

// What is wrong with the page as it is now, one finding a line.
async function findings(page) {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    const found = [...(await barriers(page)), ...page.faults.splice(0)];
    if (wide > 1) found.push(`the page is ${wide} px wider than the window`);
    return found.map((text) => `${new URL(page.url()).pathname}: ${text}`);
}

const tables = "main table a[href^='/']";

for (const [name, settings] of [
    ["wide, light, Chinese", { view: desk, locale: "zh-CN" }],
    ["narrow, dark, English", { view: phone, locale: "en-US", dark: true }],
]) {
    test(`every page of the console: ${name}`, async () => {
        const page = await openPage(browser, server.origin, settings);
        await signIn(page);
        const menu = await page.evaluate(() => [...document.querySelectorAll("nav a[href^='/']")].map((a) => a.getAttribute("href")));
        const places = [...new Set(menu)];
        const found = [];
        const look = async (path, shot) => {
            await page.goto(path);
            await settled(page);
            found.push(...(await findings(page)));
            await picture(page, `${shot}${path.replaceAll("/", "-")}`);
        };
        assert.ok(places.length > 0, "the menu is empty");
        for (const path of places) {
            await look(path, settings.dark ? "dark" : "light");
            const detail = await page.locator(tables).first().getAttribute("href", { timeout: 1000 }).catch(() => null);
            if (detail && !places.includes(detail)) await look(detail, settings.dark ? "dark" : "light");
        }
        assert.deepEqual(found, []);
    });
}
