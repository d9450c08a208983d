// People at work with a phone: receiving and shipping by scanner gun, a warehouse without a network, the camera, repair
// intake with a photo; and every page of the phone at the width of the smallest one.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Api } from "./kit/api.mjs";
import { barriers, openPage, phone, picture, startBrowser, tooWide } from "./kit/browser.mjs";
import { startServer } from "./kit/server.mjs";
import { videoOfCode } from "./kit/video.mjs";

const password = "correct horse 42";
let server, browser, page, staff, folder, minted;

before(async () => {
    server = await startServer();
    staff = await Api.signIn(server.origin, "admin", /password\s+(\S+)/.exec(server.said())[1]);
    const type = await staff.post("/api/product-types/", { name: "空气净化器", model: "YL-KJ500", warranty_months: 24 });
    await staff.post("/api/users/", { username: "agent1", name: "华南总代理", password, user_type: 1, territories: ["广东省"] });
    await staff.post("/api/users/", { username: "floor1", name: "仓库小李", password, user_type: 3 });
    await staff.post("/api/products/bulk_create/", { product_type_id: type.id, qrcode_ids: ["PR001", "PR002", "PR003"], printed_only: true });
    await staff.post("/api/products/bulk_create/", { product_type_id: type.id, qrcode_ids: ["ST001", "ST002", "ST003"] });
    minted = (await staff.post("/api/products/bulk_create/", { product_type_id: type.id, count: 1 })).qrcode_ids[0];
    folder = mkdtempSync(join(tmpdir(), "yl-floor-"));
    // Printed in capitals, as labels are, and by another installation: the code alone counts.
    writeFileSync(join(folder, "label.y4m"), videoOfCode(`HTTPS://EXAMPLE.CN/Q/${minted}`));
    browser = await startBrowser(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
                                  `--use-file-for-fake-video-capture=${join(folder, "label.y4m")}`]);
    page = await openPage(browser, server.origin, { view: phone });
    await page.context().grantPermissions(["camera"]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

const accessible = async () => assert.deepEqual(await barriers(page), []);
const panel = () => page.locator(".panel");
const statusOf = async (code) => (await staff.get(`/api/products/get_by_qrcode/?qrcode_id=${code}`)).status;

// A gun is a keyboard that types faster than a hand; no field has the focus.
const gun = (text) => page.evaluate((keys) => {
    for (const code of keys) document.body.dispatchEvent(new KeyboardEvent("keydown", { code, shiftKey: code.startsWith("Key"), bubbles: true, key: "Process" }));
}, [...[...text].map((letter) => (/\d/.test(letter) ? `Digit${letter}` : `Key${letter}`)), "Enter"]);

async function scan(text, mood, words) {
    await gun(text);
    await page.locator(`.panel.${mood}`, { hasText: words }).waitFor();
}

test("sign in and see what may be done", async () => {
    await page.goto("/m/work");
    await page.getByLabel("用户名").fill("floor1");
    await page.getByLabel("密码").fill(password);
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByText("您好，仓库小李").waitFor();
    await page.getByText("扫码发货").waitFor();
    await accessible();
    await picture(page, "floor-work");
});

test("receive by gun: green, red, repeated, taken back, sent", async () => {
    await page.getByText("扫码入库").click();
    await page.getByText("准备好了").waitFor();
    await scan("PR001", "good", "PR001");
    await scan("PR002", "good", "PR002");
    await scan("PR001", "again", "已在列表中");
    await scan("ST001", "bad", "在库");
    await scan("NEVER1", "bad", "没有这个编码");
    await picture(page, "floor-receive");
    await accessible();
    await scan("PR003", "good", "PR003");
    await page.getByRole("button", { name: "撤销上一个" }).click();
    await page.reload();
    assert.equal(await page.locator(".panel-count").textContent(), "4", "the list is kept over a reload");
    await page.getByRole("button", { name: "入库 2 件" }).click();
    await page.locator(".panel.good", { hasText: "共 2 件" }).waitFor();
    assert.deepEqual(await Promise.all(["PR001", "PR002", "PR003"].map(statusOf)), ["in_stock", "in_stock", "printed"]);
});

test("ship without a network: kept, sent by itself, the refused one left out", async () => {
    await page.goto("/m/work/ship");
    await page.getByText("选择代理商").click();
    await page.getByRole("button", { name: /华南总代理/ }).click();
    await page.locator(".agent-row", { hasText: "华南总代理" }).waitFor();
    await page.evaluate(async () => void await navigator.serviceWorker.ready);
    await page.context().setOffline(true);
    await page.getByText("当前没有网络").waitFor();
    await scan("ST001", "kept", "ST001");
    await scan("ST002", "kept", "ST002");
    await scan("PR003", "kept", "PR003"); // printed only: the server will refuse it
    await page.getByRole("button", { name: "发货 3 件" }).click();
    await page.locator(".panel.kept", { hasText: "已存入待发送" }).waitFor();
    await page.goto("/m/work/queue"); // a fresh page, from what the phone has kept
    await page.getByText("等待网络").waitFor();
    await picture(page, "floor-queue");
    assert.equal(await statusOf("ST001"), "in_stock");
    await page.context().setOffline(false);
    await page.getByText("被拒绝").waitFor();
    await accessible();
    assert.equal(await statusOf("ST001"), "in_stock", "all or nothing");
    await page.getByRole("button", { name: "去掉有问题的" }).click();
    await page.getByText("没有待发送的操作").waitFor();
    assert.deepEqual(await Promise.all(["ST001", "ST002", "PR003"].map(statusOf)), ["shipped", "shipped", "printed"]);
});

test("the camera finds the code; nothing but us is asked", async () => {
    const foreign = [];
    page.on("request", (request) => { if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== server.origin) foreign.push(request.url()); });
    await page.goto("/m/scan");
    await page.waitForURL(`**/m/unit/${minted}`);
    await page.getByText("产品历程").waitFor();
    await accessible();
    await page.getByRole("button", { name: "发货" }).click();
    await page.locator(".panel.good").waitFor();
    await picture(page, "floor-ship");
    assert.deepEqual(foreign, []);
});

test("a customer's scan in the app goes to the label's page, and counts once", async () => {
    const customer = await openPage(browser, server.origin, { view: phone });
    await customer.context().grantPermissions(["camera"]);
    const asked = [];
    customer.on("request", (request) => { if (/\/q\//.test(request.url())) asked.push(request.url()); });
    await customer.goto("/m/scan");
    await customer.waitForURL(`**/q/${minted}`);
    await customer.getByRole("heading", { name: "尚未出售" }).waitFor();
    await customer.getByText("我的产品").click();
    await customer.waitForURL(/\/m\/login/);
    await customer.goBack();
    await customer.getByRole("heading", { name: "尚未出售" }).waitFor();
    assert.equal(asked.length, 1);
    assert.deepEqual(customer.faults, []);
    await customer.context().close();
});

test("take a product in for repair, with a photo", async () => {
    await staff.post("/api/products/activate/", { qrcode_id: "ST001", phone: "13900139000" });
    await page.goto("/m/work/repair/ST001");
    await page.getByRole("button", { name: "无法开机" }).click();
    await page.locator("input[type=file]").setInputFiles(fileURLToPath(new URL("../../web/mobile/public/icon-512.png", import.meta.url)));
    await page.locator(".photo img").waitFor();
    await page.getByRole("button", { name: "受理维修" }).click();
    await page.waitForURL(/\/m\/repairs\/\d+$/);
    await page.locator(".ticket-photo img").waitFor();
    await accessible();
    await picture(page, "floor-repair");
    assert.equal(await statusOf("ST001"), "in_repair");
});

test("the smallest phone shows everything, in English and in the dark", async () => {
    const small = await openPage(browser, server.origin, { view: { width: 320, height: 568 }, locale: "en-US", dark: true });
    const look = async (path, words) => {
        await small.goto(path);
        await small.getByText(words).first().waitFor();
        assert.deepEqual(await barriers(small), [], path);
        const low = await small.evaluate(() => [...document.querySelectorAll("button, select, .code-input, .van-cell--clickable, .door")]
            .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80)));
        assert.equal(await tooWide(small), 0, `${path} scrolls sideways`);
        assert.deepEqual(low, [], path);
    };
    for (const [path, words] of [["/m", "Genuine?"], ["/q/ST002", "Activate now"], ["/q/ST001", "in repair"], ["/m/card/ST001", "Warranty card"], ["/m/login", "One-time code"],
                                 ["/m/me", "Not signed in"]])
        await look(path, words);
    await small.goto("/m/login?as=staff");
    await small.getByLabel("User name").fill("floor1");
    await small.getByLabel("Password").fill(password);
    await small.getByRole("button", { name: "Sign in" }).click();
    await small.getByText("Hello,").waitFor();
    for (const [path, words] of [["/m/work", "Hello,"], ["/m/work/receive", "Ready"], ["/m/work/ship", "Choose an agent"], ["/m/work/repair/ST002", "Only an activated"],
                                 ["/m/work/queue", "Nothing waits"], ["/m/repairs", "Received"], ["/m/unit/ST001", "Journey"]])
        await look(path, words);
    await picture(small, "floor-small");
    assert.deepEqual(small.faults, []);
    await small.context().close();
});

test("no page broke its policy or threw", () => assert.deepEqual(page.faults, []));
