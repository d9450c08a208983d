// Making and changing things: with the keyboard alone, without losing what was typed, and two people at one record.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { openPage, picture, startBrowser } from "./kit/browser.mjs";
import { accessible, button, pathOf, rows, saved, signIn } from "./kit/console.mjs";
import { startServer } from "./kit/server.mjs";

const password = "correct horse 42";
let server, browser, page, colleague, staff;

before(async () => {
    server = await startServer({ administrator: { username: "boss", password } });
    staff = await Api.signIn(server.origin, "boss", password);
    await staff.post("/api/product-types/", { name: "空气净化器", model: "YL-101", warranty_months: 12 });
    await staff.post("/api/users/", { username: "floor1", name: "仓库小李", password, user_type: 3 });
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
    await signIn(page, "boss", password);
    colleague = await openPage(browser, server.origin, { locale: "en-US", dark: true });
    await signIn(colleague, "floor1", password);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const focused = (id) => page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);
const drawer = (name) => page.getByRole("dialog", { name });
const gone = (of = page) => of.locator("#field-name").waitFor({ state: "hidden" });

test("a form is filled with the keyboard alone", async () => {
    await page.goto("/product-types");
    await rows(page).first().waitFor();
    await page.keyboard.press("Alt+n");
    await drawer("新增产品类型").waitFor();
    await focused("field-name");
    await page.keyboard.press("Control+s");
    await page.getByText("请填写名称").waitFor();
    await accessible(page);
    await page.keyboard.type("智能门锁");
    await page.keyboard.press("Tab");
    await page.keyboard.type("YL-101");
    await page.keyboard.press("Control+s");
    await page.getByText("型号“YL-101”已被另一个产品类型使用").waitFor();
    await picture(page, "form");
    await focused("field-model");
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
    await saved(page);
    await page.getByText("YL-LOCK", { exact: true }).waitFor();
    const [made] = await staff.get("/api/product-types/?search=YL-LOCK");
    assert.deepEqual(made.specs, { 锁体: "不锈钢", 电池: "8 节" });
    await gone();
});

// Opens the form for a new type and types into it.
async function half() {
    await page.keyboard.press("Alt+n");
    await page.locator("#field-name").fill("半途");
}
const guard = () => page.getByRole("dialog", { name: "还有未保存的修改" });
async function stay() {
    await guard().waitFor();
    await guard().getByRole("button", { name: "继续编辑" }).click();
    await guard().waitFor({ state: "hidden" });
    assert.equal(await page.locator("#field-name").inputValue(), "半途");
}

test("what was typed is not lost by accident", async () => {
    for (const name of ["用户", "产品类型"]) await page.getByRole("navigation", { name: "菜单" }).getByRole("link", { name, exact: true }).click();
    await rows(page).first().waitFor();
    await half();
    await page.keyboard.press("Escape");
    await accessible(page);
    await picture(page, "form-unsaved");
    await stay();
    // Another page is another tab: nothing is asked, and the form waits as it was.
    await page.goBack();
    await page.waitForURL((url) => url.pathname === "/users");
    assert.equal(await guard().count(), 0);
    await page.goForward();
    await page.waitForURL((url) => url.pathname === "/product-types");
    assert.equal(await page.locator("#field-name").inputValue(), "半途");
    await button(page, "取消").click();
    await guard().getByRole("button", { name: "放弃修改" }).click();
    await gone();
    // What was given up is not there the next time, and nothing typed is nothing lost.
    await page.keyboard.press("Alt+n");
    await focused("field-name");
    assert.equal(await page.locator("#field-name").inputValue(), "");
    await page.keyboard.press("Escape");
    await gone();
    assert.equal(await guard().count(), 0);
});

test("the browser asks too, before the window is closed", async () => {
    await half();
    const asked = page.waitForEvent("dialog");
    const closing = page.evaluate(() => { setTimeout(() => location.reload(), 0); });
    const dialog = await asked;
    assert.equal(dialog.type(), "beforeunload");
    await dialog.dismiss();
    await closing;
    assert.equal(await page.locator("#field-name").inputValue(), "半途");
    await page.keyboard.press("Escape");
    await guard().getByRole("button", { name: "放弃修改" }).click();
    await gone();
});

test("two people at one record are told, and lose nothing", async () => {
    const [type] = await staff.get("/api/product-types/?search=YL-LOCK");
    await page.goto(`/product-types/${type.id}`);
    await button(page, "修改").click();
    await page.locator("#field-brand").fill("我的品牌");
    await colleague.goto(`/product-types/${type.id}`);
    await button(colleague, "Edit").click();
    await colleague.locator("#field-brand").fill("同事的品牌");
    await colleague.locator("#field-description").fill("同事写的说明");
    await colleague.keyboard.press("Control+s");
    await colleague.locator("#field-name").waitFor({ state: "hidden" });

    await page.keyboard.press("Control+s");
    const conflict = drawer("内容已被别人修改");
    await conflict.getByText("同事的品牌").waitFor();
    assert.equal(await conflict.getByText("同事写的说明").count(), 0, "only what both changed is asked");
    await accessible(page);
    await picture(page, "form-conflict");
    await conflict.getByRole("button", { name: "保存选择的结果" }).click();
    await saved(page);
    const now = await staff.get(`/api/product-types/${type.id}/`);
    assert.equal(now.brand, "我的品牌");
    assert.equal(now.description, "同事写的说明");
});

test("and the other way round: what the other wrote is kept where people say so", async () => {
    const [type] = await staff.get("/api/product-types/?search=YL-LOCK");
    await colleague.reload();
    await button(colleague, "Edit").click();
    await colleague.locator("#field-brand").fill("再改");
    await page.reload();
    await button(page, "修改").click();
    await page.locator("#field-brand").fill("先到");
    await page.keyboard.press("Control+s");
    await saved(page);
    await colleague.keyboard.press("Control+s");
    const conflict = colleague.getByRole("dialog", { name: "Somebody else changed this" });
    await conflict.getByRole("radio", { name: "先到" }).focus();
    await colleague.keyboard.press("Space");
    await accessible(colleague);
    await picture(colleague, "form-conflict-en-dark");
    await conflict.getByRole("button", { name: "Save what is chosen" }).click();
    await colleague.getByText("Saved").first().waitFor();
    assert.equal((await staff.get(`/api/product-types/${type.id}/`)).brand, "先到");
});

test("what was done can be read", async () => {
    await page.getByRole("tab", { name: "操作记录" }).click();
    await page.getByText("修改产品类型").first().waitFor();
    await page.getByText("floor1").first().waitFor();
    await page.getByText("同事的品牌").first().waitFor();
    await accessible(page);
    await picture(page, "form-audit");
});

test("nothing went wrong unseen", () => {
    assert.deepEqual(page.faults, []);
    assert.deepEqual(colleague.faults, []);
});
