import { beforeEach, describe, expect, it, vi } from "vitest";
import { factsOf, refresh, standingOf, takeFromPage, toneOf, type Facts } from "@/lib/facts";
import type { Warranty } from "@/api/client";

const unit = (status: Warranty["status"], in_warranty = false): Facts => ({
    code: "QR001", verdict: "genuine",
    unit: { qrcode_id: "QR001", in_warranty, status, product_type: "净化器", model: "YL-1", activated_at: null, warranty_start: null, warranty_end: null, days_left: 0 },
});
const answer = (status: number, body: unknown): Response =>
    new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

describe("standingOf", () => {
    it("gives every state its words and its colour", () => {
        const told = (["printed", "in_stock", "shipped", "activated", "in_repair", "returned", "replaced", "scrapped"] as const)
            .map((status) => `${status} ${standingOf(unit(status))} ${toneOf(standingOf(unit(status)))}`);
        expect(told).toEqual(["printed not_sold warn", "in_stock not_sold warn", "shipped genuine_ready good", "activated warranty_over warn",
                              "in_repair in_repair good", "returned returned warn", "replaced replaced warn", "scrapped scrapped bad"]);
        expect(standingOf(unit("activated", true))).toBe("in_warranty");
        for (const verdict of ["forged", "typo", "unknown"] as const) expect(standingOf({ code: "x", verdict, unit: null })).toBe(verdict);
    });
});

describe("facts", () => {
    const fetched = vi.fn<typeof fetch>();
    beforeEach(() => {
        fetched.mockReset();
        vi.stubGlobal("fetch", fetched);
        document.body.innerHTML = "";
    });
    it("come out of the server's page without asking, under any spelling of the code", async () => {
        const code = "8DXMBPQXXSM8M1GT";
        document.body.innerHTML = `<script type="application/json" id="facts">${JSON.stringify({ ...unit("shipped"), code })}</script>`;
        takeFromPage("8dxm-bpqx-xsm8-m1gt");
        expect((await factsOf(code)).unit?.status).toBe("shipped");
        expect((await factsOf("8dxm-bpqx-xsm8-m1gt")).unit?.status).toBe("shipped");
        expect(fetched).not.toHaveBeenCalled();
    });
    it("are asked for as nobody when the log-in turns out to be over", async () => {
        Object.defineProperty(navigator, "locks", { configurable: true, value: { request: (_: string, work: () => unknown) => work() } });
        localStorage.setItem("yl.m.session", JSON.stringify({ access: "a1", refresh: "r1", good_until: Date.now() + 900_000 }));
        const refused = () => answer(401, { status: "error", error: { code: "token.revoked", message: "over", fields: [] } });
        const sent: [string, string | null][] = [];
        fetched.mockImplementation((request) => {
            if (!(request instanceof Request)) return Promise.resolve(refused()); // the exchange of the refresh token
            sent.push([new URL(request.url).pathname, request.headers.get("Authorization")]);
            return Promise.resolve(sent.length === 1 ? refused() : answer(200, { status: "success", data: { ...unit("shipped").unit, qrcode_id: "QR003" } }));
        });
        expect(standingOf(await refresh("QR003"))).toBe("genuine_ready");
        expect(sent).toEqual([["/api/products/check_warranty", "Bearer a1"], ["/api/products/check_warranty", null]]);
        expect(localStorage.getItem("yl.m.session")).toBeNull();
    });
    it("are asked for without counting a scan when there is no such page", async () => {
        fetched.mockResolvedValue(answer(200, { status: "success", data: { ...unit("activated", true).unit, qrcode_id: "QR002" } }));
        expect(standingOf(await factsOf("QR002"))).toBe("in_warranty");
        const request = fetched.mock.calls[0]?.[0] as Request;
        expect(new URL(request.url).pathname).toBe("/api/products/check_warranty");
    });
    it("keep what the page told of a forgery", async () => {
        document.body.innerHTML = '<script type="application/json" id="facts">{"code":"FAKE","verdict":"forged","unit":null}</script>';
        takeFromPage("FAKE");
        fetched.mockImplementation(() => Promise.resolve(answer(404, { status: "error", error: { code: "not_found", message: "?", fields: [] }, request_id: "r" })));
        expect(standingOf(await refresh("FAKE"))).toBe("forged");
        expect(standingOf(await refresh("NOPE"))).toBe("unknown");
    });
    it("tell a server in trouble from an unknown code", async () => {
        fetched.mockResolvedValue(answer(503, { status: "error", error: { code: "busy", message: "busy", fields: [] }, request_id: "r" }));
        await expect(refresh("QR003")).rejects.toMatchObject({ status: 503, code: "busy" });
        fetched.mockRejectedValue(new TypeError("no network"));
        await expect(refresh("QR003")).rejects.toMatchObject({ status: 0, offline: true });
    });
});
