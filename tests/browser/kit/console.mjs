// The console as people use it.
import assert from "node:assert/strict";
import { barriers, calm, settled } from "./browser.mjs";

export const pathOf = (page) => new URL(page.url()).pathname;
export const queryOf = (page) => new URL(page.url()).searchParams;
export const rows = (page) => page.locator(".pro-table .el-table__row");
export const saved = (page) => page.getByText("已保存").first().waitFor();
export const accessible = async (page) => assert.deepEqual(await barriers(page), []);
export const button = (page, name) => page.getByRole("button", { name, exact: true }).first();

// Types into the page of the door, which must be in front.
export async function knock(page, username, password) {
    await page.locator("#username").fill(username);
    await page.locator("#password").fill(password);
    await page.keyboard.press("Enter");
}

export async function signIn(page, username, password) {
    await page.goto("/login");
    await knock(page, username, password);
    await page.waitForURL((url) => url.pathname !== "/login");
    await page.locator("main h1").first().waitFor();
}

export async function signOut(page, name) {
    await calm(page);
    await page.getByRole("button", { name }).click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
}

// Chooses in one of Element Plus's selects.
export async function choose(page, label, option) {
    const box = page.getByRole("combobox", { name: label, exact: true });
    await box.waitFor();
    await settled(page);
    await box.click({ force: true }); // what is chosen already lies over the field
    await page.getByRole("option", { name: option }).first().click();
}

// Element Plus draws its own box over the real one.
export const tick = (within, name) => within.getByRole("checkbox", { name }).press("Space");

// What the menu offers, from top to bottom.
export const menuOf = (page) => page.getByRole("navigation", { name: /^(菜单|Menu)$/ }).first().getByRole("link").allInnerTexts();

// Waits until `look` gives what is wanted; says what it gave instead.
export async function eventually(look, wanted, within_ms = 20_000) {
    const until = Date.now() + within_ms;
    for (let now = await look(); ; now = await look()) {
        try {
            assert.deepEqual(now, wanted);
            return;
        } catch (error) {
            if (Date.now() > until) throw error;
        }
        await new Promise((done) => { setTimeout(done, 50); });
    }
}
