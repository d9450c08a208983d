// The frame of the console, on its model page: signing in, lists in the address bar, forms, two people at one record,
// sessions, languages, and that everything can be read and reached.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { barriers, openPage, phone, picture, startBrowser } from "./kit/browser.mjs";
import { startServer } from "./kit/server.mjs";

let server, browser, page, staff, password;
const path = (of = page) => new URL(of.url()).pathname;
const query = (of = page) => new URL(of.url()).searchParams;
// What is still fading in has no contrast yet.
const settled = (of) => of.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
async function accessible(of = page) {
    await settled(of);
    assert.deepEqual(await barriers(of), []);
}
const rows = (of = page) => of.locator(".pro-table .el-table__row");
const saved = (of = page) => of.getByText("已保存").first().waitFor();

async function signIn(of, username, secret) {
    await of.locator("#username").fill(username);
    await of.locator("#password").fill(secret);
    await of.keyboard.press("Enter");
}

before(async () => {
    server = await startServer();
    password = /password\s+(\S+)/.exec(server.said())[1];
    staff = await Api.signIn(server.origin, "admin", password);
    for (let i = 1; i <= 30; i++) {
        await staff.post("/api/product-types/", { name: `${i % 2 ? "空气净化器" : "扫地机器人"} ${i}`, model: `YL-${100 + i}`, warranty_months: 12 + i });
    }
    await staff.post("/api/users/", { username: "customer1", password: "correct horse 42", user_type: 2 });
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

test("the door remembers where people wanted to go", async () => {
    await page.goto("/product-types?search=净化");
    await page.waitForURL(/\/login\?next=/);
    await accessible();
    await picture(page, "console-login");
    await signIn(page, "admin", "wrong");
    await page.getByText("用户名或密码不正确").waitFor();
    await signIn(page, "admin", password);
    await page.waitForURL(/\/product-types\?search=/);
    await rows().first().waitFor();
    assert.equal(await page.locator("#filter-search").inputValue(), "净化");
    assert.equal(await rows().count(), 15);
});

test("a list is its address", async () => {
    await page.getByRole("button", { name: "重置" }).click();
    await page.waitForURL(/product-types$/);
    await page.locator(".el-pagination button.btn-next").click();
    await page.waitForURL(/page=2/);
    await rows().nth(9).waitFor();
    await page.locator("th", { hasText: "型号" }).locator(".ascending").click();
    await page.waitForURL(/ordering=model/);
    assert.equal(query().get("page"), null, "another order begins at its first page");
    await page.getByText("YL-101", { exact: true }).waitFor();
    const address = page.url();
    await rows().first().getByRole("link").first().click();
    await page.waitForURL(/product-types\/\d+$/);
    await page.getByRole("navigation", { name: "页签" }).getByRole("link", { name: "产品类型", exact: true }).click();
    await page.waitForURL(address);
    await page.reload();
    await page.getByText("YL-101", { exact: true }).waitFor();
    await accessible();
    await picture(page, "console-list");
});

test("columns are people's own", async () => {
    await page.getByRole("button", { name: "列设置" }).click();
    await page.getByText("上架期限").click();
    await page.keyboard.press("Escape");
    await page.locator("th", { hasText: "上架期限" }).waitFor();
    await page.reload();
    await page.locator("th", { hasText: "上架期限" }).waitFor();
});

test("a form is filled with the keyboard alone", async () => {
    await page.goto("/product-types");
    await rows().first().waitFor();
    await page.keyboard.press("Alt+n");
    await page.getByRole("dialog", { name: "新增产品类型" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "field-name");
    await page.keyboard.press("Control+s");
    await page.getByText("请填写名称").waitFor();
    await accessible();
    await page.keyboard.type("智能门锁");
    await page.keyboard.press("Tab");
    await page.keyboard.type("YL-101");
    await page.keyboard.press("Control+s");
    await page.getByText("型号“YL-101”已被另一个产品类型使用").waitFor();
    await picture(page, "console-form");
    await page.waitForFunction(() => document.activeElement?.id === "field-model");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("YL-LOCK");
    await page.getByRole("button", { name: "添加一行" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("锁体");
    await page.keyboard.press("Tab");
    await page.keyboard.type("不锈钢");
    await page.keyboard.press("Enter");
    await page.keyboard.type("电池");
    await page.keyboard.press("Tab");
    await page.keyboard.type("8 节");
    await page.keyboard.press("Control+Enter"); // within the lines it inserts one; the form saves from its other fields
    await page.locator("#field-brand").focus();
    await page.keyboard.press("Control+Enter");
    await saved();
    await page.getByText("YL-LOCK", { exact: true }).waitFor();
    const [made] = await staff.get("/api/product-types/?search=YL-LOCK");
    assert.deepEqual(made.specs, { 锁体: "不锈钢", 电池: "8 节" });
});

test("what was typed is not lost by accident", async () => {
    await page.locator("#field-name").waitFor({ state: "hidden" });
    await page.keyboard.press("Alt+n");
    await page.locator("#field-name").fill("半途");
    await page.keyboard.press("Escape");
    await page.getByText("还有未保存的修改").waitFor();
    await page.getByRole("button", { name: "继续编辑" }).click();
    assert.equal(await page.locator("#field-name").inputValue(), "半途");
    await page.getByRole("button", { name: "取消" }).click();
    await page.getByRole("button", { name: "放弃修改" }).click();
    await page.locator("#field-name").waitFor({ state: "hidden" });
});

test("two people at one record are told, and lose nothing", async () => {
    const [type] = await staff.get("/api/product-types/?search=YL-LOCK");
    await page.goto(`/product-types/${type.id}`);
    await page.getByRole("button", { name: "修改" }).click();
    await page.locator("#field-brand").fill("我的品牌");
    const { id, created_at, updated_at, ...values } = type;
    await staff.put(`/api/product-types/${id}/`, { ...values, brand: "同事的品牌", description: "同事写的说明" });
    assert.ok(created_at <= updated_at);
    await page.keyboard.press("Control+s");
    await page.getByRole("dialog", { name: "内容已被别人修改" }).waitFor();
    await page.getByText("同事的品牌").waitFor();
    await accessible();
    await picture(page, "console-conflict");
    await page.getByRole("button", { name: "保存选择的结果" }).click();
    await saved();
    const now = await staff.get(`/api/product-types/${id}/`);
    assert.equal(now.brand, "我的品牌");
    assert.equal(now.description, "同事写的说明");
});

test("what was done can be read", async () => {
    await page.getByRole("tab", { name: "操作记录" }).click();
    await page.getByText("修改产品类型").first().waitFor();
    await page.getByText("同事的品牌").first().waitFor();
    await accessible();
    await picture(page, "console-audit");
});

test("everything is found from the keyboard", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "搜索页面" }).waitFor();
    await page.keyboard.type("product types");
    await page.getByRole("option", { name: /产品类型/ }).first().waitFor();
    await accessible();
    await page.keyboard.press("Enter");
    await page.waitForURL(/product-types$/);
    await rows().first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "键盘快捷键" }).waitFor();
    await accessible();
    await page.keyboard.press("Escape");
});

test("languages and themes change without a reload", async () => {
    await page.evaluate(() => { window.stillHere = true; });
    await page.getByRole("button", { name: /EN/ }).click();
    await page.getByRole("heading", { name: "Product types", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Appearance" }).click();
    await page.getByText("Dark", { exact: true }).click();
    await page.waitForFunction(() => document.documentElement.classList.contains("dark"));
    assert.equal(await page.evaluate(() => window.stillHere), true);
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await accessible();
    await picture(page, "console-list-en-dark");
    await page.getByRole("button", { name: /中/ }).click();
});

test("addresses that lead nowhere say so", async () => {
    await page.goto("/nowhere");
    await page.getByText("页面不存在").first().waitFor();
    await page.goto("/product-types/999999");
    await page.getByText("页面不存在").first().waitFor();
    await accessible();
    const customer = await openPage(browser, server.origin);
    await customer.goto("/product-types");
    await signIn(customer, "customer1", "correct horse 42");
    await customer.getByText("没有权限").first().waitFor();
    assert.equal(await customer.getByRole("navigation", { name: "菜单" }).getByText("产品类型").count(), 0);
    await accessible(customer);
    assert.deepEqual(customer.faults.filter((fault) => !fault.includes("/api/live")), []);
    await customer.context().close();
});

test("a log-in is renewed once for every tab, and ends for all", async () => {
    const other = await page.context().newPage();
    await page.goto("/product-types");
    await other.goto("/product-types");
    await rows().first().waitFor();
    await rows(other).first().waitFor();
    let exchanges = 0;
    page.context().on("request", (request) => { if (request.url().includes("/api/token/refresh")) exchanges++; });
    const before = await page.evaluate(() => {
        const saved = JSON.parse(localStorage.getItem("yuanliu.session"));
        localStorage.setItem("yuanliu.session", JSON.stringify({ ...saved, good_until: 0 }));
        return saved.access;
    });
    const listed = (tab) => tab.waitForResponse((answer) => answer.url().includes("/api/product-types?") && answer.ok());
    await Promise.all([page, other].flatMap((tab) => [listed(tab), tab.keyboard.press("Alt+r")]));
    assert.equal(exchanges, 1);
    assert.notEqual(await other.evaluate(() => JSON.parse(localStorage.getItem("yuanliu.session")).access), before);
    await page.getByRole("button", { name: /admin/ }).click();
    await page.getByText("退出登录").click();
    await page.waitForURL(/\/login/);
    await other.waitForURL(/\/login/);
    await other.close();
});

test("a narrow screen has everything", async () => {
    const small = await openPage(browser, server.origin, { view: phone, locale: "en-US", dark: true });
    await small.goto("/product-types");
    await signIn(small, "admin", password);
    await rows(small).first().waitFor();
    await accessible(small);
    await picture(small, "console-phone");
    assert.ok(await small.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing sticks out sideways");
    await small.getByRole("button", { name: /menu/i }).click();
    await small.getByRole("dialog").getByRole("link", { name: "Product types" }).click();
    await rows(small).first().getByRole("link").first().click();
    await small.getByRole("tab", { name: "Details" }).waitFor();
    await accessible(small);
    assert.deepEqual(small.faults.filter((fault) => !fault.includes("/api/live")), []);
    await small.context().close();
});

test("nothing went wrong unseen", () => {
    assert.equal(path(), "/login");
    // Until the server tells by itself, the WebSocket is refused.
    assert.deepEqual(page.faults.filter((fault) => !fault.includes("/api/live")), []);
});
