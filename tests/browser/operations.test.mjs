// What an administrator looks after: backups and bringing one back, jobs that fail, schedules, queues, holidays.
import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { calm, openPage, phone, picture, startBrowser } from "./kit/browser.mjs";
import { accessible, button, choose, eventually, knock, pathOf, rows, signIn } from "./kit/console.mjs";
import { startServer } from "./kit/server.mjs";

const password = "correct horse 42";
const who = "boss";
const folder = mkdtempSync(join(tmpdir(), "yl-operations-"));
let server, browser, page, api, shelf;

before(async () => {
    server = await startServer({ administrator: { username: who, password } });
    shelf = join(/files in (\S+)/.exec(server.said())[1], "backups");
    api = await Api.signIn(server.origin, who, password);
    await api.post("/api/product-types/", { name: "空气净化器", model: "OLD-1", warranty_months: 12 });
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
    await signIn(page, who, password);
});
after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
});

const dialog = (name) => page.getByRole("dialog", { name });
const confirm = async (name) => {
    const box = page.locator(".el-message-box");
    await box.getByRole("button", { name, exact: true }).click();
    await box.waitFor({ state: "hidden" });
};
const row = (text) => rows(page).filter({ hasText: text }).first();
const models = async () => (await api.get("/api/product-types/")).map((type) => type.model);
const badge = () => page.locator("nav .alarm").first();
const stateTag = (text) => page.locator(".page-head .tag", { hasText: text });

let made;

test("a backup is made while people look on", async () => {
    await page.goto("/backups");
    await page.getByText("还没有备份").waitFor();
    await button(page, "立即备份").click();
    const task = dialog("正在备份");
    await task.getByText("已完成", { exact: true }).waitFor();
    await task.getByRole("button", { name: "关闭", exact: true }).click();
    await row("手动").waitFor();
    made = (await row("手动").locator(".code").innerText()).trim();
    assert.match(made, /^\d{8}-\d{6}-manual\.tar$/);
    const text = await row(made).innerText();
    assert.match(text, new RegExp(who));
    assert.match(text, process.env.YL_DATABASE === "postgres" ? /PostgreSQL/ : /SQLite/);
    await calm(page);
    await picture(page, "backups");
    await accessible(page);
});

test("it travels: downloaded, deleted, brought in again", async () => {
    const download = page.waitForEvent("download");
    await row(made).getByRole("button", { name: "下载" }).click();
    const file = join(folder, "copy.tar");
    await (await download).saveAs(file);
    assert.equal(statSync(file).size, statSync(join(shelf, made)).size);
    await row(made).getByRole("button", { name: "更多操作" }).click();
    await page.getByRole("menuitem", { name: "删除" }).click();
    await confirm("删除");
    await page.getByText("还没有备份").waitFor();

    await button(page, "上传备份").click();
    const bring = dialog("上传备份");
    const bad = join(folder, "bad.tar");
    writeFileSync(bad, "no backup");
    await bring.locator("input[type=file]").setInputFiles(bad);
    await bring.getByText("备份文件已损坏，或不是本系统的备份。").waitFor();
    await bring.locator("input[type=file]").setInputFiles(file);
    await bring.waitFor({ state: "hidden" });
    await row("上传").waitFor();
    made = (await row("上传").locator(".code").innerText()).trim();
    assert.match(await row(made).innerText(), /内容为/);
});

test("bringing it back takes its name, and says what will happen", async () => {
    await api.post("/api/product-types/", { name: "扫地机器人", model: "NEW-1", warranty_months: 12 });
    assert.deepEqual((await models()).sort(), ["NEW-1", "OLD-1"]);
    await row(made).getByRole("button", { name: "恢复" }).click();
    const ask = dialog("恢复备份");
    await ask.getByText(/之后的所有数据/).waitFor();
    await ask.getByText(/所有人都要重新登录/).waitFor();
    const go = ask.getByRole("button", { name: "恢复这份备份" });
    assert.ok(await go.isDisabled());
    await ask.locator("#confirm-name").fill("yes");
    await ask.getByText("与备份名称不一致").waitFor();
    assert.ok(await go.isDisabled());
    await picture(page, "restore");
    await accessible(page);
    await ask.locator("#confirm-name").fill(made);
    await go.click();
    await page.getByRole("dialog", { name: `正在恢复 ${made}` }).waitFor();
    await picture(page, "restoring");
    await page.waitForURL((url) => url.pathname === "/login", { timeout: 60_000 });
    await page.getByText("备份已恢复，请重新登录").waitFor();
    await picture(page, "restored");
});

test("after signing in again the change is gone, and what was there is kept", async () => {
    await knock(page, who, password);
    await page.waitForURL((url) => url.pathname !== "/login");
    await page.goto("/product-types");
    await page.getByText("空气净化器").first().waitFor();
    assert.equal(await rows(page).count(), 1);
    await page.goto("/backups");
    await page.getByText(`恢复到 ${made}`).waitFor();
    await row("恢复前自动保存").waitFor();
    api = await Api.signIn(server.origin, who, password);
    assert.deepEqual(await models(), ["OLD-1"]);
    await calm(page);
    await picture(page, "backups-restored");
});

test("a schedule is run by hand, and its ledger tells how it went", async () => {
    await page.goto("/jobs/schedules");
    await row("每天自动备份").getByText("每天 03:30").waitFor();
    await calm(page);
    await picture(page, "schedules");
    await accessible(page);
    await row("每天清理已结束的任务").getByRole("link").first().click();
    await page.waitForURL(/\/jobs\/schedules\/\d+$/);
    await button(page, "立即执行").click();
    await confirm("立即执行");
    await page.waitForURL(/\/jobs\/\d+$/);
    await stateTag("已完成").waitFor();
    await page.getByText("来自定时任务").waitFor();
    await page.goBack();
    await page.getByText("手动执行").waitFor();
    await rows(page).first().getByText("完成", { exact: true }).waitFor();
    await calm(page);
    await picture(page, "schedule");
});

test("its times are chosen, looked at and put back", async () => {
    await button(page, "执行时间").click();
    const drawer = page.getByRole("dialog", { name: /执行时间$/ });
    await choose(page, "频率", "每周");
    await drawer.getByText("周三", { exact: true }).click();
    await eventually(() => drawer.locator(".next li").count(), 5);
    await choose(page, "频率", "自定义");
    await drawer.getByLabel("时间表达式").fill("61 * * * *");
    await drawer.getByText(/位于第 1 个字符（分钟）：应为允许范围内的数字/).first().waitFor();
    await picture(page, "schedule-times");
    await drawer.getByLabel("时间表达式").fill("0 8,20 * * 1-5");
    await drawer.getByText(/应为允许范围内的数字/).waitFor({ state: "hidden" });
    await drawer.getByRole("button", { name: "保存" }).click();
    await drawer.waitFor({ state: "hidden" });
    await page.getByText("周一至周五 08:00、20:00").first().waitFor();
    await button(page, "停用").click();
    await confirm("停用");
    await stateTag("已停用").waitFor();
    await button(page, "启用").click();
    await stateTag("已启用").waitFor();
    await button(page, "执行时间").click();
    await drawer.getByRole("button", { name: "恢复默认时间" }).click();
    await drawer.getByRole("button", { name: "保存" }).click();
    await drawer.waitFor({ state: "hidden" });
    await page.getByText("每天 04:10").first().waitFor();
});

test("a dead letter cannot be overlooked, and is tried again", async () => {
    assert.equal(await badge().count(), 0);
    // Nothing can be written where a folder should be.
    renameSync(shelf, `${shelf}.aside`);
    writeFileSync(shelf, "in the way");
    await page.goto("/jobs/schedules");
    await row("每天自动备份").getByRole("button", { name: "立即执行" }).click();
    await confirm("立即执行");
    await page.waitForURL(/\/jobs\/\d+$/);
    const dead = pathOf(page);
    for (let tries = 1; tries < 3; tries++) {
        await page.getByText(new RegExp(`已失败 ${tries} 次，最多 3 次`)).waitFor();
        await button(page, "立即执行").click();
    }
    await stateTag("失败待处理").waitFor();
    await page.getByText("这个任务失败了").waitFor();
    await eventually(() => page.locator("table tbody tr").filter({ hasText: "失败" }).count(), 3);
    await calm(page);
    await picture(page, "dead-job");
    await accessible(page);

    await page.goto("/jobs");
    await page.getByRole("alert").getByText("有 1 个任务失败，等待处理").waitFor();
    await eventually(() => badge().innerText(), "1");
    await calm(page);
    await picture(page, "jobs");
    await accessible(page);
    await page.getByRole("button", { name: /消息/ }).click();
    await page.getByText(/任务失败：/).first().click();
    await page.waitForURL((url) => url.pathname === dead);
    await page.goto("/jobs?dead=true");
    await eventually(() => rows(page).count(), 1);

    rmSync(shelf);
    renameSync(`${shelf}.aside`, shelf);
    await rows(page).first().locator(".el-checkbox").click();
    await page.locator(".bulk").getByRole("button", { name: "重试" }).click();
    await confirm("重试");
    await page.getByText("已安排重试 1 个任务").waitFor();
    await eventually(() => badge().count(), 0);
    await page.goto(dead);
    await stateTag("失败已处理").waitFor();
    await page.getByRole("link", { name: /^任务 \d+$/ }).click();
    await stateTag("已完成").waitFor();
    await page.goto("/backups");
    await row("定时").waitFor();
});

test("a dead letter that nobody needs is given up", async () => {
    const spoilt = (await api.get("/api/backups/")).find((backup) => backup.kind === "scheduled").name;
    writeFileSync(join(shelf, spoilt), "spoilt");
    await page.goto("/backups");
    await row(spoilt).getByRole("button", { name: "恢复" }).click();
    const ask = dialog("恢复备份");
    await ask.locator("#confirm-name").fill(spoilt);
    await ask.getByRole("button", { name: "恢复这份备份" }).click();
    await page.getByText("没有恢复，数据没有改动").waitFor();
    await page.getByText("备份文件已损坏，或不是本系统的备份。").waitFor();
    await picture(page, "restore-failed");
    await button(page, "关闭").click();
    await page.goto("/jobs?dead=true");
    await row("恢复备份").getByText("备份文件已损坏").waitFor();
    await row("恢复备份").getByRole("button", { name: "不再处理" }).click();
    await confirm("不再处理");
    await page.getByText("没有符合筛选条件的记录").waitFor();
    await eventually(() => badge().count(), 0);
});

test("a queue is paused, and what waits in it says so", async () => {
    await page.goto("/jobs/queues");
    await row("default").getByRole("button", { name: "暂停" }).click();
    await confirm("暂停");
    await row("default").getByText("已暂停").waitFor();
    const { job_id } = await api.post("/api/backups/");
    await eventually(async () => (await row("default").innerText()).split("\n").map((cell) => cell.trim()).includes("1"), true);
    await calm(page);
    await picture(page, "queues");
    await accessible(page);
    await page.goto(`/jobs/${job_id}`);
    await page.getByText("它所在的队列“default”已暂停，恢复后才会执行。").waitFor();
    await button(page, "取消任务").click();
    await confirm("取消任务");
    await stateTag("已取消").waitFor();
    await page.goto("/jobs/queues");
    await row("default").getByRole("button", { name: "恢复" }).click();
    await row("default").getByText("运行中").waitFor();
});

test("a year's holidays are entered by hand and from a spreadsheet", async () => {
    await page.goto("/jobs/holidays?year=2031");
    await page.getByText("还没有录入 2031 年的节假日").waitFor();
    await button(page, "录入放假与调休").click();
    const drawer = page.getByRole("dialog", { name: /录入放假与调休/ });
    await drawer.getByLabel("开始日期 1").fill("1/1");
    await drawer.getByRole("button", { name: "保存" }).click();
    await drawer.getByText("请填写名称").waitFor();
    await drawer.getByLabel("开始日期 1").focus();
    await page.evaluate(() => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", "2031/1/1\t2031/1/3\t休\t元旦\n2031-01-04\t\t班\t元旦调休");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await eventually(() => drawer.getByLabel("名称 2").inputValue(), "元旦调休");
    await picture(page, "holidays-entering");
    await drawer.getByRole("button", { name: "保存" }).click();
    await drawer.waitFor({ state: "hidden" });
    await page.getByText("放假 3 天，调休上班 1 天").waitFor();
    assert.equal(await page.locator("td.holiday").count(), 3);
    assert.equal(await page.locator("td.workday").count(), 1);
    await calm(page);
    await picture(page, "holidays");
    await accessible(page);
});

test("who has no say in it sees his own jobs alone", async () => {
    await api.post("/api/users/", { username: "south", password, user_type: 1, name: "华南代理" });
    const agent = await openPage(browser, server.origin, { view: phone, locale: "en-US", dark: true });
    await signIn(agent, "south", password);
    await agent.goto("/jobs");
    await agent.getByText("You have not started any background work yet").waitFor();
    assert.equal(await agent.getByRole("link", { name: "Queues" }).count(), 0);
    await picture(agent, "jobs-own");
    await accessible(agent);
    await agent.goto("/backups");
    await agent.waitForURL(/\/forbidden/);
    assert.deepEqual(agent.faults, []);
    await agent.context().close();
});

test("no page broke its policy or threw", () => {
    // While the server starts again nobody answers.
    assert.deepEqual(page.faults.filter((fault) => !/WebSocket connection/.test(fault)), []);
});
