// Debian's Chromium, driven by playwright-core.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.YL_SHOTS;
const patience_ms = Number(process.env.YL_PATIENCE_MS ?? 30_000);

export const desk = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

export const startBrowser = (more = []) =>
    chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu", "--force-prefers-reduced-motion", ...more],
    });

// A page of its own profile. Whatever goes wrong in it (an exception, a refused file, a breach of its policy) is kept in
// `page.faults`.
export async function openPage(browser, origin, { view = desk, locale = "zh-CN", dark = false, storageState } = {}) {
    const context = await browser.newContext({
        baseURL: origin, viewport: view, locale, colorScheme: dark ? "dark" : "light", hasTouch: view.width < 600,
        isMobile: view.width < 600, timezoneId: "Asia/Shanghai", storageState,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patience_ms);
    page.faults = [];
    page.asking = new Set();
    page.on("request", (request) => {
        if (request.isNavigationRequest()) page.asking.clear(); // the answers to the old page are nobody's
        if (request.resourceType() === "fetch") page.asking.add(request);
    });
    page.on("response", (response) => page.asking.delete(response.request()));
    page.on("requestfailed", (request) => page.asking.delete(request));
    page.on("pageerror", (error) => page.faults.push(`exception: ${error.message}`));
    page.on("console", (message) => {
        if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.faults.push(message.text());
    });
    return page;
}

// In the page: nothing moves or fades, but what does so for ever.
const still = () => document.getAnimations()
    .every((one) => one.playState !== "running" || one.effect.getTiming().iterations === Infinity);

// When what slides in has come to rest, also if it begins to with the next frame: a click that is forced does not wait for
// it, and misses.
export async function settled(page) {
    await page.waitForTimeout(50);
    await page.waitForFunction(still);
}

// When the page has asked nothing for a while and shows nothing that is still loading. (Its WebSocket never rests.)
export async function calm(page, quiet_ms = 250) {
    const until = Date.now() + patience_ms;
    for (let since = Date.now(); Date.now() - since < quiet_ms; await page.waitForTimeout(25)) {
        if (page.asking.size) since = Date.now();
        if (Date.now() > until) throw new Error(`still waiting for ${[...page.asking].map((r) => r.url())}`);
    }
    await page.waitForFunction(() => !document.querySelector(".el-loading-mask, .el-skeleton, .van-skeleton, .van-loading, [aria-busy=true]"));
    await settled(page);
}

// Serious and critical findings of axe-core, one a line; of a part of the page when its selector is given. DevTools runs it
// beside the page's own policy.
export async function barriers(page, part = null) {
    await settled(page); // a colour on its way is no colour
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
    return await page.evaluate(async (selector) => {
        const { violations } = await window.axe.run(selector ?? document, { resultTypes: ["violations"] });
        return violations.filter((v) => v.impact === "serious" || v.impact === "critical")
            .map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
    }, part);
}

// How many pixels the page is wider than the window. A phone's browser zooms out for what is too wide, and then says that
// its window is as wide, so what was asked for counts.
export const tooWide = async (page) =>
    Math.max(0, (await page.evaluate(() => document.documentElement.scrollWidth)) - page.viewportSize().width);

// Keeps a picture when YL_SHOTS names a folder.
export async function picture(page, name, options = {}) {
    if (!shots) return;
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`), ...options });
}
