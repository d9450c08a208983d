// Lists: in the address bar, as saved views, with columns of one's own, out as a file and in from one.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { calm, openPage, picture, startBrowser } from "./kit/browser.mjs";
import { accessible, button, choose, eventually, pathOf, queryOf, rows, signIn, tick } from "./kit/console.mjs";
import { startServer } from "./kit/server.mjs";

const password = "correct horse 42";
const types = 30;
const folder = mkdtempSync(join(tmpdir(), "yl-lists-"));
let server, browser, page, colleague, staff;

before(async () => {
    server = await startServer({ administrator: { username: "boss", password } });
    staff = await Api.signIn(server.origin, "boss", password);
    for (let i = 1; i <= types; i++) {
        await staff.post("/api/product-types/", { name: `${i % 2 ? "空气净化器" : "扫地机器人"} ${i}`, model: `YL-${100 + i}`, warranty_months: 12 + i });
    }
    await staff.post("/api/users/", { username: "floor1", password, user_type: 3 });
    browser = await startBrowser();
    page = await openPage(browser, server.origin);
    await signIn(page, "boss", password);
    colleague = await openPage(browser, server.origin);
    await signIn(colleague, "floor1", password);
});
after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
});

const column = (of, name) => of.locator(".pro-table th", { hasText: name });
const firstModel = () => rows(page).first().locator(".code").first().innerText();
const totalShown = (n) => page.getByText(`共 ${n} 条`, { exact: true }).waitFor();

test("a list is its address", async () => {
    await page.goto("/product-types?search=净化");
    await totalShown(15);
    await button(page, "重置").click();
    await page.waitForURL(/product-types$/);
    await totalShown(types);
    assert.equal(await rows(page).count(), 20);
    await page.locator(".el-pagination button.btn-next").click();
    await page.waitForURL(/page=2/);
    await eventually(() => rows(page).count(), types - 20);
    await column(page, "型号").locator(".ascending").click();
    await page.waitForURL(/ordering=model/);
    assert.equal(queryOf(page).get("page"), null, "another order begins at its first page");
    await eventually(firstModel, "YL-101");
    await choose(page, "每页条数", "10 条/页");
    await page.waitForURL(/page_size=10/);
    await eventually(() => rows(page).count(), 10);
    const address = page.url();
    await page.reload();
    await eventually(firstModel, "YL-101");
    assert.equal(await rows(page).count(), 10);
    assert.equal(await column(page, "型号").getAttribute("class").then((names) => names.includes("ascending")), true);
    const again = await page.context().newPage();
    await again.goto(address);
    await eventually(() => rows(again).count(), 10);
    await again.close();
    await accessible(page);
    await picture(page, "list");
});

test("what does not match is nothing, and says how to see more", async () => {
    await page.goto("/product-types?search=没有这个");
    await page.getByText("没有符合筛选条件的记录").waitFor();
    await accessible(page);
    await button(page, "清除筛选").click();
    await totalShown(types);
    assert.equal(queryOf(page).get("search"), null);
});

test("columns are people's own and follow them to another browser", async () => {
    await page.goto("/product-types");
    await totalShown(types);
    assert.equal(await column(page, "上架期限").count(), 0);
    await button(page, "列设置").click();
    await tick(page, "上架期限");
    await column(page, "上架期限").waitFor();
    await page.getByRole("button", { name: "上移 品牌" }).click();
    await eventually(() => page.locator(".pro-table th .cell").allInnerTexts().then((all) => all.filter((text) => /品牌|型号/.test(text))), ["品牌", "型号"]);
    const kept = page.waitForResponse((answer) => answer.url().includes("/api/preferences/table.product_types") && answer.request().method() === "PUT");
    await page.getByRole("radio", { name: "紧凑" }).click({ force: true });
    assert.equal((await kept).status(), 200);
    await page.keyboard.press("Escape");
    const elsewhere = await openPage(browser, server.origin);
    await signIn(elsewhere, "boss", password);
    await elsewhere.goto("/product-types");
    await column(elsewhere, "上架期限").waitFor();
    await elsewhere.locator(".pro-table .el-table.compact").waitFor();
    await elsewhere.context().close();
    await colleague.goto("/product-types");
    await rows(colleague).first().waitFor();
    assert.equal(await column(colleague, "上架期限").count(), 0, "a colleague has his own");
    await button(page, "列设置").click();
    await button(page, "恢复默认").click();
    await column(page, "上架期限").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
});

test("a view keeps filters, order and columns, for oneself or for colleagues", async () => {
    await page.goto("/product-types?search=净化&ordering=model");
    await totalShown(15);
    await button(page, "视图").click();
    await page.locator("#view-name").fill("净化器，按型号");
    await tick(page, "与同事共享");
    await picture(page, "list-views");
    await page.locator("#view-name").press("Enter");
    await page.waitForURL(/view=\d+/);
    await button(page, "视图 净化器，按型号").waitFor();
    assert.match(queryOf(page).get("columns"), /^name,model,brand/);

    await colleague.goto("/product-types");
    await button(colleague, "视图").click();
    await colleague.getByText("共享视图").waitFor();
    await colleague.getByRole("button", { name: "净化器，按型号" }).click();
    await colleague.waitForURL(/view=\d+/);
    assert.equal(queryOf(colleague).get("search"), "净化");
    await eventually(() => rows(colleague).count(), 15);
    assert.equal(await colleague.locator("#filter-search").inputValue(), "净化");
    await button(colleague, "视图 净化器，按型号").click();
    assert.equal(await colleague.getByRole("button", { name: "删除“净化器，按型号”" }).count(), 0, "only its owner deletes a view");

    await button(page, "视图 净化器，按型号").click();
    await page.getByRole("button", { name: "默认视图" }).click();
    await page.waitForURL(/product-types$/);
    await totalShown(types);
    await button(page, "视图").click();
    await page.getByRole("button", { name: "删除“净化器，按型号”" }).click();
    await page.getByRole("dialog", { name: /删除/ }).getByRole("button", { name: "确认" }).click();
    await page.getByText("视图已删除").waitFor();
    assert.deepEqual(await staff.get("/api/views/?list=product_types"), []);
});

// Exports what the list shows and gives the file's path.
async function exported(how) {
    await button(page, "导出").click();
    await page.getByRole("menuitem", { name: how }).click();
    const dialog = page.getByRole("dialog", { name: /正在导出/ });
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "下载结果" }).click();
    const file = await download;
    const path = join(folder, file.suggestedFilename());
    await file.saveAs(path);
    await dialog.waitFor({ state: "hidden" });
    return path;
}

test("what is shown goes out as a file, made in the background", async () => {
    await page.goto("/product-types?search=净化&ordering=model&columns=model,name,warranty_months");
    await totalShown(15);
    const lines = readFileSync(await exported("导出为 CSV"), "utf8").replace(/^\uFEFF/, "").trim().split(/\r?\n/);
    assert.equal(lines.length, 16);
    assert.deepEqual(lines[0].split(",").map((name) => name.replaceAll("\"", "")).length, 3);
    assert.match(lines[1], /YL-101/);
    assert.match(lines.at(-1), /YL-129/);
    assert.ok(lines.slice(1).every((line) => line.includes("空气净化器")), "the filter holds for the file");
});

// Brings a file into the open import page, up to the verdict on its rows.
async function brought(file) {
    await page.locator("input[type=file]").setInputFiles(file);
    await page.waitForURL(/\/imports\/\d+$/);
    await button(page, "检查数据").click();
}

test("a spreadsheet that went out is understood when it comes in, and its rows are refused as they exist", async () => {
    await page.goto("/product-types?search=净化");
    await totalShown(15);
    const file = await exported("导出为 Excel（XLSX）");
    assert.match(file, /\.xlsx$/);
    await button(page, "导入").click();
    await page.waitForURL(/\/imports\/new/);
    await page.getByRole("group").first().waitFor();
    await accessible(page);
    await brought(file);
    await page.getByRole("alert").getByText(/15 行有问题/).waitFor();
    await accessible(page);
    assert.equal(await staff.total("/api/product-types/"), types);
});

test("of a file with bad rows nothing is brought in, until people say what to do with them", async () => {
    const file = join(folder, "types.csv");
    const good = ["加湿器,YL-H1,24", "除湿机,YL-H2,12", "暖风机,YL-H3,12"];
    writeFileSync(file, ["名称,型号,保修期（月）", good[0], "没有型号,,12", good[1], "型号已有,YL-101,12", "月数不对,YL-H4,一年", good[2]].join("\n"));
    await page.goto("/imports/new?route=catalog.product_types.create");
    await brought(file);
    await page.getByRole("alert").getByText(/3 行有问题/).waitFor();
    const problems = page.locator("table tbody tr");
    await eventually(() => problems.evaluateAll((all) => all.map((row) => row.cells[0].innerText)), ["3", "5", "6"]);
    await page.getByText("型号“YL-101”已被另一个产品类型使用").waitFor();
    await accessible(page);
    await picture(page, "import-check");
    assert.equal(await button(page, "开始导入 6 行").isDisabled(), true);
    assert.equal(await staff.total("/api/product-types/"), types, "nothing yet");

    const download = page.waitForEvent("download");
    await button(page, "下载有问题的行").click();
    const badRows = readFileSync(await (await download).path());
    assert.equal(badRows.subarray(0, 2).toString(), "PK");

    await tick(page, /跳过/);
    await button(page, "开始导入 3 行").click();
    await page.getByText(/共写入 3 行/).waitFor();
    await picture(page, "import-done");
    assert.equal(await staff.total("/api/product-types/"), types + 3);
    for (const line of good) assert.equal(await staff.total(`/api/product-types/?search=${line.split(",")[1]}`), 1);
    assert.equal(await staff.total("/api/product-types/?search=YL-H4"), 0);
});

test("rows that went bad between the check and the import stop all of it", async () => {
    const file = join(folder, "late.csv");
    writeFileSync(file, ["名称,型号,保修期（月）", "电暖器,YL-L1,12", "凉风扇,YL-L2,12"].join("\n"));
    await page.goto("/imports/new?route=catalog.product_types.create");
    await brought(file);
    await button(page, "开始导入 2 行").waitFor();
    await staff.post("/api/product-types/", { name: "抢先", model: "YL-L2", warranty_months: 12 });
    await button(page, "开始导入 2 行").click();
    await page.getByRole("alert").getByText("导入没有成功，什么都没有写入").waitFor();
    await page.getByRole("region", { name: "问题" }).getByText("YL-L2").waitFor();
    await accessible(page);
    await picture(page, "import-failed");
    assert.equal(await staff.total("/api/product-types/?search=YL-L1"), 0, "all or nothing");
});

test("a long task shows how far it is, goes on in the background, and is cancelled", async () => {
    await page.goto("/products/new");
    await choose(page, "产品类型", /空气净化器 29 /);
    await page.getByLabel("数量").fill("1000000");
    await page.keyboard.press("Control+s");
    const dialog = page.getByRole("dialog", { name: /1,000,000/ });
    await dialog.getByText("/ 1,000,000").waitFor();
    await accessible(page);
    await picture(page, "task");
    await dialog.getByRole("button", { name: "在后台继续" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.match(pathOf(page), /^\/batches\/\d+$/);
    const corner = page.locator(".corner .card");
    await corner.getByText(/正在/).first().waitFor();
    await page.getByRole("navigation", { name: "菜单" }).getByRole("link", { name: "产品类型", exact: true }).click();
    await rows(page).first().waitFor();
    await picture(page, "task-background");
    await corner.getByRole("button", { name: "详情" }).click();
    await dialog.getByRole("button", { name: "取消任务" }).click();
    await dialog.getByText("任务已取消").waitFor();
    await dialog.getByRole("button", { name: "关闭", exact: true }).last().click();
    await corner.waitFor({ state: "detached" });
    const [job] = await staff.get("/api/jobs/?page_size=1&ordering=-id");
    assert.equal(job.state, "cancelled");
    assert.ok(job.progress_done < 1_000_000);
    await calm(page);
});

test("a batch that was interrupted is gone on with, and closed with what it has", async () => {
    const [{ id }] = await staff.get("/api/batches/?page_size=1&ordering=-id");
    const batch = () => staff.get(`/api/batches/${id}/`);
    const confirm = async (name) => {
        const box = page.locator(".el-message-box");
        await box.getByRole("button", { name, exact: true }).click();
        await box.waitFor({ state: "hidden" });
    };
    const before = (await batch()).made;
    await page.goto(`/batches/${id}`);
    await page.getByText(/只生成了 [\d,]+ \/ 1,000,000 件/).first().waitFor();
    await calm(page);
    await picture(page, "batch-part");
    await accessible(page);
    await button(page, "继续生成").click();
    await confirm("继续生成");
    await eventually(async () => (await batch()).made > before, true);
    await page.getByRole("dialog", { name: /1,000,000/ }).waitFor();
    await picture(page, "batch-resumed");
    const [job] = await staff.get("/api/jobs/?page_size=1&ordering=-id");
    await staff.post(`/api/jobs/${job.id}/cancel/`);
    await eventually(async () => (await staff.get(`/api/jobs/${job.id}/`)).state, "cancelled");
    const { made } = await batch();
    await page.goto(`/batches/${id}`);
    await button(page, "结束批次").click();
    await confirm("结束批次");
    await page.getByText("批次已结束").waitFor();
    await eventually(async () => (await batch()).count, made);
    await eventually(() => page.getByRole("button", { name: /^(继续生成|结束批次)$/ }).count(), 0);
    await calm(page);
    await picture(page, "batch-closed");
    await accessible(page);
});

test("nothing went wrong unseen", () => {
    assert.deepEqual(page.faults, []);
    assert.deepEqual(colleague.faults, []);
});
