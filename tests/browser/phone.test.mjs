// A customer's phone: from the label to a repaired product. Staff do their part through the API here; journey.test.mjs
// does it in the console.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { barriers, openPage, phone, picture, startBrowser } from "./kit/browser.mjs";
import { startServer } from "./kit/server.mjs";

const number = "13900139000";
let server, browser, page, staff, ticket;

before(async () => {
    server = await startServer();
    staff = await Api.signIn(server.origin, "admin", /password\s+(\S+)/.exec(server.said())[1]);
    const type = await staff.post("/api/product-types/", { name: "空气净化器", model: "YL-KJ500", warranty_months: 24 });
    const agent = await staff.post("/api/users/", { username: "agent1", password: "correct horse 42", user_type: 1, territories: ["广东省"] });
    await staff.post("/api/products/bulk_create/", { product_type_id: type.id, qrcode_ids: ["QR001", "QR002", "QR003", "QR004"] });
    await staff.post("/api/products/bulk_shipping/", { qrcode_ids: ["QR001", "QR003", "QR004"], agent_id: agent.id });
    browser = await startBrowser();
    page = await openPage(browser, server.origin, { view: phone });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const accessible = async () => assert.deepEqual(await barriers(page), []);

test("the label says what it is, and what it is not", async () => {
    await page.goto("/q/NEVER-MADE");
    await page.getByRole("heading", { name: "查无此编码" }).waitFor();
    await page.goto("/q/QR002");
    await page.getByText("尚未出售").first().or(page.getByText("在库").first()).waitFor();
    await page.goto("/q/QR001");
    await page.getByRole("button", { name: "立即激活" }).waitFor();
    await accessible();
    await picture(page, "phone-scan");
});

test("one number and one tap activate it", async () => {
    await page.getByRole("button", { name: "立即激活" }).click();
    await page.getByText("请填写正确的手机号。").waitFor();
    await page.getByLabel("手机号").fill(number);
    await page.getByLabel("姓名").fill("李雷");
    await page.getByRole("button", { name: "立即激活" }).click();
    await page.getByText("激活成功").waitFor();
    await accessible();
    await picture(page, "phone-activated");
});

test("the warranty card is there at once", async () => {
    await page.getByText("查看电子保修卡").click();
    await page.getByText("保修有效").waitFor();
    assert.equal(await page.getByText(number).count(), 0);
    await picture(page, "phone-card");
});

test("somebody else hears that it is taken", async () => {
    const stranger = await openPage(browser, server.origin, { view: phone, locale: "en-US", dark: true });
    await stranger.goto("/q/QR001");
    await stranger.getByRole("heading").first().waitFor();
    assert.equal(await stranger.getByRole("button", { name: "Activate" }).count(), 0);
    assert.deepEqual(await barriers(stranger), []);
    await picture(stranger, "phone-scan-en-dark");
    assert.deepEqual(stranger.faults, []);
    await stranger.context().close();
});

test("a one-time code opens my devices", async () => {
    await page.goto("/m/devices");
    await page.getByLabel("手机号或邮箱").fill(number);
    await page.getByRole("button", { name: "获取验证码" }).click();
    await page.getByLabel("验证码", { exact: true }).waitFor();
    await page.getByLabel("验证码", { exact: true }).fill(server.codeFor(`+86${number}`));
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByText("空气净化器").first().waitFor();
    await accessible();
    await picture(page, "phone-devices");
});

test("ask for repair", async () => {
    await page.getByText("报修", { exact: true }).first().click();
    await page.getByRole("button", { name: "异响" }).click();
    await page.getByRole("button", { name: "提交报修" }).click();
    await page.waitForURL(/\/m\/repairs\/\d+$/);
    await page.getByText("待受理").first().waitFor();
    await accessible();
    await picture(page, "phone-repair");
    ticket = Number(/\d+$/.exec(page.url())[0]);
});

test("and see it repaired", async () => {
    await staff.post(`/api/repair-records/${ticket}/receive/`, {});
    await staff.post(`/api/repair-records/${ticket}/complete_repair/`, { result: "更换电机" });
    await page.reload();
    await page.getByText("已返还").first().waitFor();
    const unit = await staff.get("/api/products/get_by_qrcode/?qrcode_id=QR001");
    assert.equal(unit.status, "activated");
});

test("where the company wants it so, the number is verified first", async () => {
    await staff.put("/api/settings/units.activation_code/", { value: true });
    const stranger = await openPage(browser, server.origin, { view: phone });
    const other = "13700137000";
    await stranger.goto("/q/QR003");
    await stranger.getByText("本产品激活前需要验证手机号。").waitFor();
    await stranger.getByLabel("手机号").fill(other);
    await stranger.getByRole("button", { name: "获取验证码" }).click();
    await stranger.getByText(/验证码已经发出/).waitFor();
    assert.deepEqual(await barriers(stranger), []);
    await picture(stranger, "phone-activation-code");
    const code = server.codeFor(`+86${other}`);
    await stranger.getByLabel("验证码", { exact: true }).fill(code === "111111" ? "222222" : "111111");
    await stranger.getByRole("button", { name: "立即激活" }).click();
    await stranger.getByText(/验证码.*(错误|不正确|无效)/).first().waitFor();
    await picture(stranger, "phone-activation-code-wrong");
    await stranger.getByRole("dialog").getByRole("button", { name: "关闭" }).click();
    assert.equal((await staff.get("/api/products/get_by_qrcode/?qrcode_id=QR003")).status, "shipped");
    await stranger.getByLabel("验证码", { exact: true }).fill(code);
    await stranger.getByRole("button", { name: "立即激活" }).click();
    await stranger.getByText("激活成功").waitFor();
    assert.equal((await staff.get("/api/products/get_by_qrcode/?qrcode_id=QR003")).status, "activated");
    await picture(stranger, "phone-activation-code-done");
    assert.deepEqual(stranger.faults, []);
    await stranger.context().close();
    await staff.put("/api/settings/units.activation_code/", { value: false });
});

test("whoever signs in by e-mail sees what was activated with it for another number", async () => {
    const email = "han.meimei@example.com";
    await staff.post("/api/products/activate/", { qrcode_id: "QR004", name: "Han Lei", phone: "13600136000", email });
    const reader = await openPage(browser, server.origin, { view: phone, locale: "en-US", dark: true });
    await reader.goto("/m/devices");
    await reader.getByLabel("Phone or e-mail").fill(email);
    await reader.getByRole("button", { name: "Send the code" }).click();
    await reader.getByLabel("Code", { exact: true }).waitFor();
    await reader.getByLabel("Code", { exact: true }).fill(server.codeFor(email));
    await reader.getByRole("button", { name: "Sign in" }).click();
    await reader.getByRole("heading", { name: new RegExp(email) }).waitFor();
    await reader.getByRole("link", { name: "Warranty card" }).or(reader.getByRole("button", { name: "Warranty card" })).waitFor();
    assert.deepEqual(await barriers(reader), []);
    await picture(reader, "phone-devices-email");
    assert.deepEqual(reader.faults, []);
    await reader.context().close();
});

test("no page broke its policy or threw", () => assert.deepEqual(page.faults, []));
