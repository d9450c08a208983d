// A small company with something on every page. All it says is in Latin letters, so that a Chinese one on an English page
// is a word that nobody translated; what has to be Chinese (regions, an address by which they are read) is in `chinese`.
import { readFileSync } from "node:fs";
import { regionsOf } from "../../../web/mobile/regions.mjs";
import { Api } from "./api.mjs";

export const password = "correct horse 42";
export const number = "13900139000";
const address = "上海市浦东新区世纪大道 1000 号";
const regions = regionsOf(readFileSync(new URL("../../../src/base/region_table.cpp", import.meta.url), "utf8"));
export const chinese = [address, ...regions.flat(2)];

const photo = () => new Blob([readFileSync(new URL("../../../web/mobile/public/icon-512.png", import.meta.url))], { type: "image/png" });

async function over(boss, job) {
    for (;;) {
        const { state } = await boss.get(`/api/jobs/${job}/`);
        if (["completed", "cancelled", "discarded"].includes(state)) return;
        await new Promise((done) => { setTimeout(done, 100); });
    }
}

async function people(boss) {
    const role = await boss.post("/api/roles/", { name: "Warehouse", permissions: ["catalog.read", "units.read", "units.write", "units.ship"] });
    const made = {};
    for (const [username, name, more] of [
        ["south", "South China Trading", { user_type: 1, territories: ["广东省"], phone: "13802880101", email: "south@example.com" }],
        ["east", "East Coast Sales", { user_type: 1, territories: ["上海市", "浙江省"] }],
        ["floor1", "Wang Wei", { user_type: 3, role_id: role.id }], ["tech1", "Zhao Lei", { user_type: 3 }],
    ]) made[username] = (await boss.post("/api/users/", { username, name, password, ...more })).id;
    return made;
}

async function repairs(boss, unit, technician) {
    const open = (n, reason) => boss.post("/api/repair-records/", { qrcode_id: unit(n), reason, contact_name: "Li Na", contact_phone: number });
    const step = (ticket, verb, body = {}) => boss.post(`/api/repair-records/${ticket.id}/${verb}/`, body);
    const received = await open(4, "Does not start");
    const form = new FormData();
    form.append("file", photo(), "label.png");
    await boss.post(`/api/repair-records/${received.id}/photos/`, form);
    const quoted = await open(5, "Leaks");
    await step(quoted, "diagnose", { diagnosis: "Seal worn", chargeable: true, charge_reason: "Dropped", technician_id: technician });
    await step(quoted, "quote", { labour: 30, parts: [{ name: "Seal", qty: 1, unit_price: 15 }] });
    await step(await open(6, "Noise"), "complete_repair", { result: "Fan replaced" });
}

// Makes it on an empty server, whose administrator is given. Returns what the pages of it are about.
export async function foundCompany(server, administrator) {
    const boss = await Api.signIn(server.origin, administrator.username, administrator.password);
    const type = await boss.post("/api/product-types/", { name: "Air purifier", model: "YL-A600", brand: "Yuanliu", warranty_months: 24,
                                                          specs: { Power: "48 W", Noise: "62 dB" }, description: "For rooms of 60 square metres" });
    const old = await boss.post("/api/product-types/", { name: "Robot cleaner", model: "YL-R20", warranty_months: 12, active: false });
    const { south, east, tech1 } = await people(boss);
    const unit = (n) => `AP${String(n).padStart(3, "0")}`;
    const units = Array.from({ length: 30 }, (_, i) => unit(i + 1));
    await boss.post("/api/products/bulk_create/", { product_type_id: type.id, qrcode_ids: units, remark: "First batch" });
    await boss.post("/api/products/bulk_create/", { product_type_id: type.id, qrcode_ids: ["PR001", "PR002"], printed_only: true });
    await boss.post("/api/products/bulk_shipping/", { qrcode_ids: units.slice(0, 12), agent_id: south });
    await boss.post("/api/products/bulk_shipping/", { qrcode_ids: units.slice(12, 15), agent_id: east });
    for (let n = 1; n <= 6; n++) await boss.post("/api/products/activate/", { qrcode_id: unit(n), name: "Li Na", phone: number, ...(n === 3 && { address }) });
    await boss.put("/api/settings/units.clone_scans_max/", { value: 2 });
    for (let n = 0; n < 5; n++) await fetch(`${server.origin}/q/${unit(2)}`);
    await boss.put("/api/settings/units.clone_scans_max/", { value: 60 });
    await repairs(boss, unit, tech1);

    const [preset] = await boss.get("/api/label-presets/");
    await boss.post("/api/label-templates/", { ...preset.design, name: "Our label" });
    await boss.post("/api/api-keys/", { name: "Line 1", permissions: ["units.read"] });
    await boss.post("/api/views/", { list: "units", name: "In stock", shared: true, query: "status=in_stock", columns: [] });
    const { job_id } = await boss.post("/api/exports/", { route: "units.products.list", format: "csv", query: "", columns: ["qrcode_id"] });
    await over(boss, job_id);
    return { boss, type, old, unit };
}
