// Coming in: the first start, signing in and out, sessions that end, and what people may see once they are inside.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { openPage, picture, startBrowser } from "./kit/browser.mjs";
import { accessible, button, eventually, knock, menuOf, pathOf, queryOf, rows, signIn, signOut } from "./kit/console.mjs";
import { startServer } from "./kit/server.mjs";

const password = "correct horse 42";
const key = "yuanliu.session";
let server, browser, page, staff;

before(async () => {
    server = await startServer({ flags: ["--setup", "page"] });
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const heading = (name) => page.getByRole("heading", { level: 1, name, exact: true });
const kept = (of = page) => of.evaluate((name) => JSON.parse(localStorage.getItem(name)), key);
const keep = (change) => page.evaluate(([name, more]) => {
    localStorage.setItem(name, JSON.stringify({ ...JSON.parse(localStorage.getItem(name)), ...more }));
}, [key, change]);

test("an installation without an administrator is set up in the browser, by whoever can read its log", async () => {
    const code = /setup code\s+(\S+)/.exec(server.said())[1];
    await page.goto("/products?status=shipped");
    await page.waitForURL("**/setup");
    await heading("欢迎使用源流").waitFor();
    await accessible(page);
    await page.getByLabel("设置码").fill("WRONG-CODE");
    await page.getByLabel("管理员用户名").fill("boss");
    await page.getByLabel("密码", { exact: true }).fill(password);
    await page.getByLabel("公司名称").fill("山泉电器");
    await page.keyboard.press("Enter");
    const blamed = (id) => page.locator(".el-form-item.is-error", { has: page.locator(id) }).locator(".el-form-item__error");
    await blamed("#setup-setup_code").waitFor();
    await page.getByLabel("设置码").fill(code);
    await page.getByLabel("密码", { exact: true }).fill("short");
    await page.keyboard.press("Enter");
    await blamed("#setup-password").waitFor();
    await accessible(page);
    await picture(page, "door-setup");
    await page.getByLabel("密码", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/home");
    await page.getByRole("region", { name: "开始使用" }).getByRole("link").first().waitFor();
    await picture(page, "door-first-steps");
    staff = await Api.signIn(server.origin, "boss", password);
    const settings = await staff.get("/api/settings/");
    assert.equal(settings.find((one) => one.key === "company.name").value, "山泉电器");
});

test("it is set up once", async () => {
    await page.goto("/setup");
    await page.waitForURL("**/home");
    const code = /setup code\s+(\S+)/.exec(server.said())[1];
    const again = { setup_code: code, username: "second", password };
    await assert.rejects(() => new Api(server.origin).post("/api/setup/", again), /409/);
});

test("what the rest of these tests look at", async () => {
    for (let i = 1; i <= 30; i++) {
        await staff.post("/api/product-types/", { name: `${i % 2 ? "空气净化器" : "扫地机器人"} ${i}`, model: `YL-${100 + i}`, warranty_months: 12 + i });
    }
    const role = await staff.post("/api/roles/", { name: "只看产品类型", permissions: ["catalog.read"] });
    await staff.post("/api/users/", { username: "reader", password, user_type: 3, role_id: role.id });
    await staff.post("/api/users/", { username: "agent1", password, user_type: 1, territories: ["广东省"] });
    await staff.post("/api/users/", { username: "floor1", password, user_type: 3 });
});

test("the door remembers where people wanted to go", async () => {
    await signOut(page, /boss/);
    await page.waitForURL("**/login");
    await page.goto("/product-types?search=净化");
    await page.waitForURL(/\/login\?next=/);
    await accessible(page);
    await picture(page, "door-login");
    await knock(page, "boss", "wrong");
    await page.getByRole("alert").getByText("用户名或密码不正确").waitFor();
    assert.equal(await kept(), null);
    await knock(page, "boss", password);
    await page.waitForURL(/\/product-types\?search=/);
    await rows(page).first().waitFor();
    assert.equal(await page.locator("#filter-search").inputValue(), "净化");
    assert.equal(await rows(page).count(), 15);
});

test("the door leads to no other house", async () => {
    for (const next of ["//example.org/x", "/\\example.org/x", "https://example.org/x", "javascript:alert(1)"]) {
        await page.evaluate((name) => { localStorage.removeItem(name); }, key);
        await page.goto(`/login?next=${encodeURIComponent(next)}`);
        await knock(page, "boss", password);
        await page.waitForURL(`${server.origin}/home`);
    }
});

test("an access token that is over is renewed once for every tab, unseen", async () => {
    const other = await page.context().newPage();
    await page.goto("/product-types");
    await other.goto("/product-types");
    await rows(page).first().waitFor();
    await rows(other).first().waitFor();
    let exchanges = 0; // a tab that has not heard of the new pair yet may ask, and is told to look again (409)
    page.context().on("response", (answer) => { if (answer.url().includes("/api/token/refresh") && answer.ok()) exchanges++; });
    const { access } = await kept();
    await keep({ good_until: 0 });
    const listed = (tab) => tab.waitForResponse((answer) => answer.url().includes("/api/product-types?") && answer.ok());
    await Promise.all([page, other].flatMap((tab) => [listed(tab), tab.keyboard.press("Alt+r")]));
    assert.equal(exchanges, 1);
    assert.notEqual((await kept(other)).access, access);
    await other.close();
});

test("a token that the server no longer takes is renewed too, and what was asked is asked again", async () => {
    const { access } = await kept();
    const [head, , signature] = access.split(".");
    await keep({ access: [head, btoa(JSON.stringify({ sub: "1" })).replaceAll("=", ""), signature].join(".") });
    await staff.post("/api/product-types/", { name: "新来的", model: "YL-NEW", warranty_months: 12 });
    await page.keyboard.press("Alt+r");
    await page.getByText("YL-NEW").waitFor();
    assert.equal(pathOf(page), "/product-types");
    assert.equal(await page.getByRole("alert").count(), 0);
});

test("a log-in that was ended leads to the door and back to the same page", async () => {
    await page.goto("/product-types?search=净化&ordering=model");
    await rows(page).first().waitFor();
    const [session] = await new Api(server.origin, (await kept()).access).get("/api/sessions/").then((all) => all.filter((one) => one.current));
    await staff.remove(`/api/sessions/${session.id}/`);
    await page.keyboard.press("Alt+r");
    await page.waitForURL(/\/login\?/);
    await page.getByText("登录已过期，请重新登录。").waitFor();
    await picture(page, "door-over");
    assert.equal(await kept(), null);
    await knock(page, "boss", password);
    await page.waitForURL(/\/product-types\?/);
    await rows(page).first().waitFor();
    assert.equal(queryOf(page).get("search"), "净化");
    assert.equal(queryOf(page).get("ordering"), "model");
});

test("signing out in one tab ends all", async () => {
    const other = await page.context().newPage();
    await other.goto("/product-types");
    await rows(other).first().waitFor();
    const { access } = await kept();
    await signOut(page, /boss/);
    await Promise.all([page.waitForURL(/\/login/), other.waitForURL(/\/login/)]);
    await eventually(() => new Api(server.origin, access).get("/api/users/me/").then(() => "taken", () => "refused"), "refused");
    await other.close();
});

test("an agent sees what is his", async () => {
    await signIn(page, "agent1", password);
    assert.deepEqual(await menuOf(page), ["概览", "数据报表", "产品", "产品类型", "发货单", "维修", "任务", "关于"]);
    await accessible(page);
    await picture(page, "door-agent");
    await page.goto("/products");
    await heading("产品").waitFor();
    assert.equal(await button(page, "批量生成").count(), 0);
    for (const path of ["/users", "/settings", "/products/new", "/alerts", "/keys"]) {
        await page.goto(path);
        await page.getByText("没有权限").first().waitFor();
        assert.equal(queryOf(page).get("from"), path);
    }
    await accessible(page);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "搜索页面、产品、人员和单据" }).fill("设置");
    await page.getByText("没有找到").waitFor();
    await page.keyboard.press("Escape");
});

test("somebody with a role of his own sees what the role allows, and no button that would be refused", async () => {
    await page.evaluate((name) => { localStorage.removeItem(name); }, key);
    await signIn(page, "reader", password);
    assert.deepEqual(await menuOf(page), ["概览", "产品类型", "任务", "关于"]);
    await page.goto("/product-types");
    await rows(page).first().waitFor();
    for (const name of ["新增产品类型", "修改", "删除", "停用", "导入"]) assert.equal(await button(page, name).count(), 0, name);
    await page.keyboard.press("Alt+n");
    assert.equal(await page.getByRole("dialog").count(), 0);
    await page.goto("/home");
    await heading("概览").waitFor();
    await accessible(page);
    await picture(page, "door-reader");
});

test("nothing went wrong unseen", () => assert.deepEqual(page.faults, []));
