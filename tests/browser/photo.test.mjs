// A label that no camera reads any more: its photo finds the product, and the product is activated. By a customer, and by
// staff on their phone and in the console.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./kit/api.mjs";
import { barriers, calm, openPage, phone, picture, startBrowser } from "./kit/browser.mjs";
import { startServer } from "./kit/server.mjs";

const password = "correct horse 42";
let server, browser, page, staff, design, minted;

before(async () => {
    server = await startServer();
    staff = await Api.signIn(server.origin, "admin", /password\s+(\S+)/.exec(server.said())[1]);
    const type = await staff.post("/api/product-types/", { name: "空气净化器", model: "YL-KJ500", warranty_months: 24 });
    const agent = await staff.post("/api/users/", { username: "agent1", password, user_type: 1, territories: ["广东省"] });
    await staff.post("/api/users/", { username: "floor1", name: "仓库小李", password, user_type: 3 });
    minted = (await staff.post("/api/products/bulk_create/", { product_type_id: type.id, count: 4 })).qrcode_ids;
    await staff.post("/api/products/bulk_create/", { product_type_id: type.id, qrcode_ids: ["SN-2026-000123"] });
    await staff.post("/api/products/bulk_shipping/", { qrcode_ids: [...minted.slice(0, 3), "SN-2026-000123"], agent_id: agent.id });
    design = (await staff.get("/api/label-presets/")).find((one) => one.name === "60x40").design;
    browser = await startBrowser();
    page = await openPage(browser, server.origin, { view: phone });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

// The label as it is printed.
async function labelOf(code) {
    const answer = await fetch(`${server.origin}/api/label-templates/preview/`, {
        method: "POST", headers: { authorization: `Bearer ${staff.token}`, "content-type": "application/json" },
        body: JSON.stringify({ ...design, name: "photo", qrcode_id: code }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return Buffer.from(await answer.arrayBuffer()).toString("base64");
}

// A photo of labels on a desk, drawn by the browser: turned a little, out of focus a little, the QR codes of the `scratched`
// ones rubbed off. `paper` may be empty.
async function photoOf(labels, { scratched = true, turn = 5 } = {}) {
    const jpeg = await page.evaluate(async ({ labels, scratched, turn }) => {
        const canvas = new OffscreenCanvas(2400, 1800);
        const draw = canvas.getContext("2d");
        draw.fillStyle = "#8d8578";
        draw.fillRect(0, 0, canvas.width, canvas.height);
        for (const [i, base64] of labels.entries()) {
            const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const label = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
            const scale = (labels.length > 1 ? 1050 : 1700) / label.width;
            draw.save();
            draw.filter = "blur(1.2px)";
            draw.translate(canvas.width * (labels.length > 1 ? 0.27 + 0.46 * i : 0.5), canvas.height / 2);
            draw.rotate((turn * Math.PI) / 180);
            draw.scale(scale, scale);
            draw.drawImage(label, -label.width / 2, -label.height / 2);
            if (scratched) {
                draw.strokeStyle = "#f4f2ee";
                draw.lineWidth = label.width / 28;
                const side = label.height * 0.72; // the QR code and its quiet zone, in the top left corner
                for (let k = 0; k < 7; k++) {
                    draw.beginPath();
                    draw.moveTo(-label.width / 2 + 8, -label.height / 2 + 8 + (side * k) / 7);
                    draw.lineTo(-label.width / 2 + side, -label.height / 2 + (side * ((k * 3) % 7)) / 7);
                    draw.stroke();
                }
            }
            draw.restore();
        }
        const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
        const out = new Uint8Array(await blob.arrayBuffer());
        let text = "";
        for (let at = 0; at < out.length; at += 32768) text += String.fromCharCode(...out.subarray(at, at + 32768));
        return btoa(text);
    }, { labels, scratched, turn });
    return { name: "label.jpg", mimeType: "image/jpeg", buffer: Buffer.from(jpeg, "base64") };
}
const send = (photo, where = page) => where.locator("input[type=file][accept='image/*']").setInputFiles(photo);
// What the server sees in it, asked beside the page.
async function seenIn(photo) {
    const form = new FormData();
    form.append("photo", new Blob([photo.buffer], { type: photo.mimeType }), photo.name);
    const answer = await fetch(`${server.origin}/api/scan/decode/`, { method: "POST", body: form });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()).data.found;
}
const accessible = async (where = page) => assert.deepEqual(await barriers(where), []);

test("a customer photographs a scratched label and activates the product", async () => {
    await page.goto("/m/scan");
    await page.getByRole("button", { name: "拍照识别" }).waitFor();
    await accessible();
    await picture(page, "photo-camera-page");
    const photo = await photoOf([await labelOf(minted[0])]);
    assert.deepEqual(await seenIn(photo), [{ source: "text", text: minted[0], qrcode_id: minted[0], genuine: true, certain: true }]);
    await send(photo);
    await page.waitForURL(`**/q/${minted[0]}`);
    await page.getByRole("button", { name: "立即激活" }).waitFor();
    await picture(page, "photo-found");
    await page.getByLabel("手机号").fill("13900139000");
    await page.getByRole("button", { name: "立即激活" }).click();
    await page.getByText("激活成功").waitFor();
    await picture(page, "photo-activated");
    assert.equal((await staff.get(`/api/products/get_by_qrcode/?qrcode_id=${minted[0]}`)).status, "activated");
});

test("a serial without a check symbol is to be compared first", async () => {
    await page.goto("/m/scan");
    const photo = await photoOf([await labelOf("SN-2026-000123")]);
    assert.deepEqual((await seenIn(photo)).map((one) => [one.source, one.qrcode_id]), [["text", "SN-2026-000123"]]);
    await send(photo);
    await page.getByText("请与标签核对").waitFor();
    await accessible();
    await picture(page, "photo-compare");
    await page.getByRole("button", { name: "SN-2026-000123" }).click();
    await page.waitForURL("**/q/SN-2026-000123");
});

test("of two labels the person chooses", async () => {
    await page.goto("/m/scan");
    await send(await photoOf([await labelOf(minted[1]), await labelOf(minted[2])], { scratched: false, turn: 90 }));
    await page.getByText("照片里有多个编码").waitFor();
    await accessible();
    await picture(page, "photo-choose");
    await page.getByRole("button", { name: minted[2].match(/.{4}/g).join("-") }).click();
    await page.waitForURL(`**/q/${minted[2]}`);
});

test("a photo of nothing says so, in English and in the dark", async () => {
    const stranger = await openPage(browser, server.origin, { view: phone, locale: "en-US", dark: true });
    await stranger.goto("/m/scan");
    await send(await photoOf([]), stranger);
    await stranger.getByText("No code in this photo").waitFor();
    await picture(stranger, "photo-nothing-en-dark");
    await send({ name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("not a photo at all") }, stranger);
    await stranger.getByText("Send a photo as JPEG, PNG or WebP.").waitFor();
    await accessible(stranger);
    await picture(stranger, "photo-refused-en-dark");
    assert.deepEqual(stranger.faults, []);
    await stranger.context().close();
});

test("staff find the product by its photo, and activate it for a customer", async () => {
    await page.goto("/m/work");
    await page.getByLabel("用户名").fill("floor1");
    await page.getByLabel("密码").fill(password);
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByText("您好，仓库小李").waitFor();
    await page.goto("/m/scan");
    await send(await photoOf([await labelOf(minted[1])], { turn: -7 }));
    await page.waitForURL(`**/m/unit/${minted[1]}`);
    await page.getByRole("button", { name: "为客户激活" }).click();
    await page.getByLabel("手机号").fill("13900139001");
    await picture(page, "photo-staff-activates");
    await page.getByRole("button", { name: "立即激活" }).click();
    await page.getByText("已激活").first().waitFor();
    assert.equal((await staff.get(`/api/products/get_by_qrcode/?qrcode_id=${minted[1]}`)).status, "activated");
    await accessible();
});

test("repair intake takes a photo, too", async () => {
    await page.goto("/m/work/repair");
    await send(await photoOf([await labelOf(minted[0])]));
    await page.getByText("空气净化器").first().waitFor();
    await picture(page, "photo-intake");
});

test("no page broke its policy or threw", async () => {
    await calm(page);
    assert.deepEqual(page.faults, []);
});
