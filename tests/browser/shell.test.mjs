// The frame of the console: finding things, tabs, news, languages, keys, lost connections, paper and small screens.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { calm, openPage, phone, picture, startBrowser, tooWide } from "./kit/browser.mjs";
import { accessible, button, eventually, pathOf, queryOf, rows, signIn } from "./kit/console.mjs";
import { startServer } from "./kit/server.mjs";

const password = "correct horse 42";
let server, browser, page, staff, customer;

before(async () => {
    server = await startServer({ administrator: { username: "boss", password } });
    staff = await Api.signIn(server.origin, "boss", password);
    for (let i = 1; i <= 60; i++) await staff.post("/api/product-types/", { name: `空气净化器 ${i}`, model: `YL-${100 + i}`, warranty_months: 24 });
    const agent = await staff.post("/api/users/", { username: "agent1", name: "华南总代理", password, user_type: 1, territories: ["广东省"] });
    await staff.post("/api/users/", { username: "floor1", password, user_type: 3 });
    const owner = await staff.post("/api/users/", { username: "owner1", name: "李雷", password, user_type: 2, phone: "13900139000" });
    await staff.post("/api/products/bulk_create/", { product_type_id: 1, qrcode_ids: ["QR001", "QR002", "QR003"] });
    await staff.post("/api/products/bulk_shipping/", { qrcode_ids: ["QR001", "QR002", "QR003"], agent_id: agent.id });
    for (const code of ["QR001", "QR002", "QR003"]) await staff.post("/api/products/activate/", { qrcode_id: code, customer_id: owner.id });
    customer = await Api.signIn(server.origin, "owner1", password);
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
    await signIn(page, "boss", password);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const heading = (name, of = page) => of.getByRole("heading", { level: 1, name, exact: true });
const tabs = () => page.getByRole("navigation", { name: "页签" }).getByRole("link");
const menu = (name) => page.getByRole("navigation", { name: "菜单" }).getByRole("link", { name, exact: true });
const search = () => page.getByRole("combobox", { name: "搜索页面、产品、人员和单据" });
const bell = (of = page) => of.getByRole("button", { name: /^(消息|Notifications)/ });
const scroll = () => page.evaluate(() => window.scrollY);

test("everything is found from the keyboard: pages, in either language, and what one can do", async () => {
    await page.keyboard.press("Control+k");
    await search().fill("product types");
    await page.getByRole("option", { name: /产品类型/ }).first().waitFor();
    await accessible(page);
    await picture(page, "shell-palette");
    await page.keyboard.press("Enter");
    await page.waitForURL(/product-types$/);
    await rows(page).first().waitFor();
    await page.keyboard.press("Control+k");
    await search().fill("xzcplx");
    await page.getByRole("option", { name: /新增产品类型/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "新增产品类型" }).waitFor();
    assert.equal(queryOf(page).get("new"), null);
    await page.keyboard.press("Escape");
    await page.locator("#field-name").waitFor({ state: "hidden" });
});

test("and units, people and documents", async () => {
    for (const [words, found, path] of [["QR002", /QR002/, /\/products\/\d+$/], ["华南", /华南总代理/, /\/(agents|users)\/\d+$/], ["YL-131", /空气净化器 31/, /\/product-types\/\d+$/]]) {
        await page.keyboard.press("Control+k");
        await search().fill(words);
        await page.getByRole("option", { name: found }).first().waitFor();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowUp");
        await page.keyboard.press("Enter");
        await page.waitForURL(path);
        await page.locator("main h1").first().waitFor();
    }
    await page.keyboard.press("Control+k");
    await search().fill("没有这样的东西");
    await page.getByText("没有找到").waitFor();
    await page.keyboard.press("Escape");
    await search().waitFor({ state: "hidden" });
});

test("tabs keep their pages as they were left", async () => {
    await page.goto("/product-types?page_size=50&search=净化");
    await eventually(() => rows(page).count(), 50);
    await page.locator("#filter-search").fill("净化器 1");
    await page.mouse.wheel(0, 600);
    await eventually(async () => (await scroll()) > 300, true);
    const left = await scroll();
    await page.evaluate(() => { document.querySelector(".pro-table").dataset.mark = "the same page"; });
    await menu("用户").click();
    await heading("用户").waitFor();
    assert.equal(await scroll(), 0);
    await tabs().filter({ hasText: "产品类型" }).first().click();
    await page.waitForURL(/page_size=50/);
    assert.equal(await page.evaluate(() => document.querySelector(".pro-table").dataset.mark), "the same page");
    assert.equal(await page.locator("#filter-search").inputValue(), "净化器 1", "what was typed and not yet asked is still there");
    await eventually(scroll, left);
    await page.reload();
    await rows(page).first().waitFor();
    assert.ok((await tabs().allInnerTexts()).includes("用户"), "open pages outlive a reload");
});

test("tabs are walked and closed by keys", async () => {
    await page.locator("h1").first().click();
    const before = await tabs().allInnerTexts();
    await page.keyboard.press("Alt+]");
    await page.waitForFunction((at) => location.pathname !== at, "/product-types");
    await page.keyboard.press("Alt+[");
    await page.waitForURL(/product-types\?/);
    await page.keyboard.press("Alt+w");
    await page.waitForFunction((at) => location.pathname !== at, "/product-types");
    await eventually(() => tabs().count(), before.length - 1);
    await button(page, "页签操作").click();
    await page.getByRole("menuitem", { name: "关闭其他页签" }).click();
    await eventually(() => tabs().count(), 1);
});

test("the way up stands above the page, and leads to the list as it was left", async () => {
    await page.goto("/product-types?search=净化&ordering=model");
    await rows(page).first().getByRole("link").first().click();
    await page.waitForURL(/product-types\/\d+$/);
    const crumbs = page.getByRole("navigation", { name: "所在位置" });
    await eventually(() => crumbs.getByRole("listitem").allInnerTexts(), ["产品", "产品类型", "空气净化器 1"]);
    assert.equal(await crumbs.locator("[aria-current=page]").innerText(), "空气净化器 1");
    assert.equal(await page.title(), "空气净化器 1 - 源流");
    await crumbs.getByRole("link", { name: "产品类型" }).click();
    await page.waitForURL(/product-types\?/);
    assert.equal(queryOf(page).get("ordering"), "model");
});

const file = (code) => customer.post("/api/repair-records/", { qrcode_id: code, reason: "无法开机" });

test("news comes by itself, to every window", async () => {
    const other = await page.context().newPage();
    await other.goto("/product-types");
    await rows(other).first().waitFor();
    await eventually(() => bell(other).getAttribute("aria-label"), "消息");
    const { id } = await file("QR001");
    await page.locator(".el-notification", { hasText: "QR001" }).waitFor();
    await Promise.all([page, other].map((one) => eventually(() => bell(one).getAttribute("aria-label"), "消息 1")));
    await picture(page, "shell-notice");
    await bell().click();
    const notice = page.getByRole("listitem").getByRole("button", { name: /QR001/ });
    await notice.waitFor();
    await accessible(page);
    await picture(page, "shell-bell");
    await notice.click();
    await page.waitForURL(`**/repairs/${id}`);
    await Promise.all([page, other].map((one) => eventually(() => bell(one).getAttribute("aria-label"), "消息")));
    await other.close();
});

test("a server that is away is said to be, and the page goes on when it is back", async () => {
    await page.goto("/product-types");
    await rows(page).first().waitFor();
    await server.halt();
    await page.keyboard.press("Alt+r");
    await page.getByRole("alert").getByText("连接不上服务器，正在重试").waitFor();
    assert.ok(await rows(page).count() > 0, "what was read is still there");
    await accessible(page);
    await picture(page, "shell-offline");
    const heard = new Promise((done) => { page.on("websocket", (socket) => socket.once("framereceived", done)); });
    await server.start();
    await page.getByText("连接不上服务器，正在重试").waitFor({ state: "detached" });
    await eventually(() => page.locator(".pro-table [role=alert]").count(), 0);
    await heard; // the WebSocket is back as well: what happens now is told
    await file("QR002");
    await page.locator(".el-notification", { hasText: "QR002" }).waitFor();
    await eventually(() => bell().getAttribute("aria-label"), "消息 1");
    page.faults = page.faults.filter((fault) => !/WebSocket connection to .*failed/.test(fault)); // the browser's own lines
});

test("a phone without a network says so too", async () => {
    await page.goto("/product-types");
    await rows(page).first().waitFor();
    await page.context().setOffline(true);
    await menu("用户").click();
    await page.getByRole("alert").getByText("连接不上服务器，正在重试").waitFor();
    await page.context().setOffline(false);
    await page.getByText("连接不上服务器，正在重试").waitFor({ state: "detached" });
    await heading("用户").waitFor();
    await rows(page).first().waitFor();
    page.faults = page.faults.filter((fault) => !/WebSocket connection to .*failed|ERR_INTERNET_DISCONNECTED/.test(fault));
});

test("languages and themes change without a reload", async () => {
    await page.goto("/product-types");
    await rows(page).first().waitFor();
    await page.evaluate(() => { window.stillHere = true; });
    await page.getByRole("button", { name: /EN/ }).click();
    await heading("Product types").waitFor();
    await button(page, "Appearance").click();
    await page.getByRole("menuitem", { name: "Dark" }).click();
    await page.waitForFunction(() => document.documentElement.classList.contains("dark"));
    assert.equal(await page.evaluate(() => window.stillHere), true);
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await accessible(page);
    await picture(page, "shell-en-dark");
    await page.reload();
    await heading("Product types").waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.className), "dark");
    await button(page, "Appearance").click();
    await page.getByRole("menuitem", { name: "Light" }).click();
    await page.getByRole("button", { name: /中/ }).click();
    await heading("产品类型").waitFor();
});

test("paper shows the content alone, black on white, whatever the theme", async () => {
    await button(page, "外观").click();
    await page.getByRole("menuitem", { name: "深色" }).click();
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    for (const place of ["header.bar", "nav.tabs", ".side", ".filters", ".tools"]) assert.equal(await page.locator(place).first().isVisible(), false, place);
    await heading("产品类型").waitFor();
    assert.ok(await rows(page).first().isVisible());
    const ground = await page.evaluate(() => [document.documentElement, document.body].map((one) => getComputedStyle(one).backgroundColor));
    assert.deepEqual(ground, ["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
    await picture(page, "shell-print");
    await page.emulateMedia({ media: null });
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    await page.waitForFunction(() => document.documentElement.classList.contains("dark"));
    await button(page, "外观").click();
    await page.getByRole("menuitem", { name: "跟随系统" }).click();
});

test("everything is reached without a mouse, and one sees where one is", async () => {
    await page.goto("/product-types");
    await rows(page).first().waitFor();
    await calm(page);
    const here = () => page.evaluate(() => {
        const one = document.activeElement;
        const style = getComputedStyle(one);
        return { name: one.getAttribute("aria-label") || one.innerText || one.id, marked: style.outlineStyle !== "none" || one.closest(".el-input, .el-select, .el-checkbox") !== null,
                 shown: one.getBoundingClientRect().width > 0 };
    });
    await page.keyboard.press("Tab");
    assert.equal((await here()).name, "跳到正文");
    await picture(page, "shell-skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "content");
    const seen = [];
    for (let i = 0; i < 40; i++) {
        await page.keyboard.press("Tab");
        const one = await here();
        assert.ok(one.marked && one.shown, `no sign of the focus at ${JSON.stringify(one)}`);
        seen.push(one.name);
    }
    for (const wanted of ["视图", "新增产品类型", "搜索", "状态", "重置", "导入", "导出", "列设置", "刷新"]) {
        assert.ok(seen.some((name) => name.includes(wanted)), `${wanted} is not reached: ${seen.join(", ")}`);
    }
    await page.getByRole("main").locator("h1").click();
    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement?.id === "filter-search");
    await page.getByRole("main").locator("h1").click();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "键盘快捷键" }).waitFor();
    await accessible(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Alt+m");
    await page.locator(".shell.collapsed").waitFor();
    await accessible(page);
    await picture(page, "shell-collapsed");
    await page.keyboard.press("Alt+m");
});

test("addresses that lead nowhere say so", async () => {
    await page.goto("/nowhere");
    await page.getByText("页面不存在").first().waitFor();
    await accessible(page);
    await page.goto("/product-types/999999");
    await page.getByText("页面不存在").first().waitFor();
    await page.getByRole("link", { name: "回到首页" }).click();
    await page.waitForURL("**/home");
});

test("a narrow screen has everything", async () => {
    const small = await openPage(browser, server.origin, { view: phone, locale: "en-US", dark: true });
    await signIn(small, "boss", password);
    await small.goto("/product-types");
    await rows(small).first().waitFor();
    await accessible(small);
    await picture(small, "shell-phone");
    assert.equal(await tooWide(small), 0, "nothing sticks out sideways");
    await small.getByRole("button", { name: /menu/i }).click();
    await small.getByRole("dialog").getByRole("link", { name: "Users" }).click();
    await heading("Users", small).waitFor();
    assert.equal(pathOf(small), "/users");
    await small.getByRole("dialog").waitFor({ state: "hidden" });
    await accessible(small);
    assert.deepEqual(small.faults, []);
    await small.context().close();
});

test("nothing went wrong unseen", () => assert.deepEqual(page.faults, []));
