// From an empty database to a repaired product, as people do it: in the console, with a scanner gun, on a phone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { calm, openPage, phone, picture, startBrowser } from "./kit/browser.mjs";
import { startServer } from "./kit/server.mjs";

const number = "13900139000";
const made = 100;
const folder = mkdtempSync(join(tmpdir(), "yl-journey-"));
let server, browser, page, codes;

before(async () => {
    server = await startServer();
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
    const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
    prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm) } });
});
after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
});

const button = (name) => page.getByRole("button", { name, exact: true }).first();

// Chooses in one of Element Plus's selects.
async function choose(label, option) {
    await page.getByRole("combobox", { name: label, exact: true }).click();
    await page.getByRole("option", { name: option }).first().click();
}

// What a scanner gun does: keys, faster than a hand, and Enter. No field has the focus.
const shoot = (text) => page.evaluate((typed) => {
    for (const key of [...typed, "\n"]) {
        const code = key === "\n" ? "Enter" : /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`;
        const init = { code, key: key === "\n" ? "Enter" : key, shiftKey: /[A-Z]/.test(key), bubbles: true, cancelable: true };
        document.body.dispatchEvent(new KeyboardEvent("keydown", init));
    }
}, text);

// The codes that the QR codes of a PDF lead to.
async function codesIn(pdf) {
    execFileSync("pdftoppm", ["-r", "200", "-png", pdf, join(folder, "sheet")]);
    const found = [];
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".png"))) {
        const picture_ = new Blob([readFileSync(join(folder, name))]);
        const read = await readBarcodes(picture_, { formats: ["QRCode"], maxNumberOfSymbols: 255, tryHarder: true });
        found.push(...read.map((one) => /\/q\/([^/]+)$/.exec(one.text)[1]));
    }
    return found;
}

test("sign in with the login that was printed once", async () => {
    const [, password] = /password\s+(\S+)/.exec(server.said());
    await page.goto("/");
    await page.getByLabel("用户名").fill("admin");
    await page.getByLabel("密码").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "概览" }).waitFor();
    await calm(page);
    await picture(page, "first-steps");
});

test("make a product type", async () => {
    await page.goto("/product-types?new=1");
    const form = page.getByRole("dialog", { name: "新增产品类型" });
    await form.getByLabel("名称", { exact: true }).first().fill("空气净化器");
    await form.getByLabel("型号").fill("YL-KJ500");
    await page.keyboard.press("Control+s");
    await page.getByRole("link", { name: "空气净化器" }).waitFor();
});

test("generate a hundred codes", async () => {
    await page.goto("/products/new");
    await choose("产品类型", /空气净化器/);
    await page.getByRole("spinbutton", { name: "数量" }).fill(String(made));
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: `生成 ${made} 件` }).click();
    await page.waitForURL(/\/batches\/1$/);
    await page.getByText("空气净化器").first().waitFor();
    await calm(page);
    await picture(page, "batch");
});

test("the printed labels carry these hundred codes", async () => {
    await page.goto("/labels/print?batch=1");
    await choose("标签", /a4-3x8/);
    await calm(page);
    await picture(page, "labels");
    await page.getByRole("button", { name: "生成文件" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("dialog").getByRole("button", { name: "下载结果" }).or(page.getByRole("dialog").getByRole("link", { name: "下载结果" })).click();
    const file = join(folder, "labels.pdf");
    await (await download).saveAs(file);
    codes = await codesIn(file);
    assert.equal(codes.length, made);
    assert.equal(new Set(codes).size, made);
});

test("add an agent", async () => {
    await page.goto("/agents?new=1");
    const form = page.getByRole("dialog");
    await form.getByLabel("用户名").fill("south");
    await form.getByLabel("密码").first().fill("correct horse 42");
    await form.getByLabel("姓名").or(form.getByLabel("名称")).first().fill("华南代理");
    await page.keyboard.press("Control+s");
    await page.getByRole("link", { name: /south|华南代理/ }).first().waitFor();
});

test("ship them with the scanner gun", async () => {
    await page.goto("/shipping");
    await choose("发给哪个代理商", /华南代理/);
    for (const code of codes.slice(0, 10)) await shoot(code);
    await shoot(codes[0]);
    await page.getByText(/已经扫过，没有重复计入/).waitFor();
    await shoot("NOT0A0CODE0OF0OURS");
    await page.getByRole("alert").getByText("这件不能发货").waitFor();
    await picture(page, "shipping-alarm");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^发货 10 件给/ }).click();
    await page.getByText(/^已发货 10 件/).first().waitFor();
    await picture(page, "shipping");
});

test("the buyer activates one on the phone", async () => {
    const buyer = await openPage(browser, server.origin, { view: phone });
    await buyer.goto(`/q/${codes[0]}`);
    await buyer.getByLabel("手机号").fill(number);
    await buyer.getByRole("button", { name: "立即激活" }).click();
    await buyer.getByText("激活成功").waitFor();
    await buyer.goto("/m/devices");
    await buyer.getByLabel("手机号或邮箱").fill(number);
    await buyer.getByRole("button", { name: "获取验证码" }).click();
    await buyer.getByLabel("验证码", { exact: true }).waitFor();
    await buyer.getByLabel("验证码", { exact: true }).fill(server.codeFor(`+86${number}`));
    await buyer.getByRole("button", { name: "登录" }).click();
    await buyer.getByText("报修", { exact: true }).first().click();
    await buyer.getByRole("button", { name: "异响" }).click();
    await buyer.getByRole("button", { name: "提交报修" }).click();
    await buyer.waitForURL(/\/m\/repairs\/1$/);
    assert.deepEqual(buyer.faults, []);
    await buyer.context().close();
});

test("the warranty and the journey are in the console", async () => {
    await page.goto("/products");
    await page.getByPlaceholder("编码，或其开头").fill(codes[0]);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: codes[0] }).first().click();
    await page.getByText("已激活").first().waitFor();
    await page.getByText("华南代理").first().waitFor();
    await calm(page);
    await picture(page, "unit");
});

test("take the repair in and complete it", async () => {
    await page.goto("/repairs/1");
    await button("收到产品").click();
    const drawer = page.getByRole("dialog");
    await drawer.locator(".el-button--primary:not(.is-text)").last().click();
    await drawer.waitFor({ state: "hidden" });
    await button("更多操作").click();
    await page.getByRole("menuitem", { name: "一次完成" }).click();
    await drawer.getByLabel("维修结果").fill("更换电机");
    await drawer.locator(".el-button--primary:not(.is-text)").last().click();
    await drawer.waitFor({ state: "hidden" });
    await page.getByText("已返还").first().waitFor();
    await calm(page);
    await picture(page, "repair");
});

test("no page broke its policy or threw", () => assert.deepEqual(page.faults, []));
