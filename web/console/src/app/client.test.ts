import { ApiError, createApi, Session, take, takeList, takeTagged, type Saved } from "@api";
import { beforeEach, describe, expect, it, vi } from "vitest";

type Reply = () => Response | Promise<Response>;
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    () => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

const replies: Reply[] = [];
const sent: Request[] = [];
const reached: boolean[] = [];
let saved: Saved | null;
let exchanges = 0;
let refused = false; // the refresh token no longer counts

const session = new Session({
    read: () => saved,
    write: (next) => { saved = next; },
    exchange: () => {
        exchanges++;
        if (refused) return Promise.resolve({ status: 401 });
        return Promise.resolve({ status: 200, tokens: { access: "a2", refresh: "r2", expires_in: 900 } });
    },
    now: () => 0,
    pause: () => Promise.resolve(),
    alone: (work) => work(),
});
const api = createApi({ session, language: () => "en", unreachable: () => "away", reached: (ok) => reached.push(ok) });

beforeEach(() => {
    replies.length = sent.length = reached.length = exchanges = 0;
    refused = false;
    saved = { access: "a1", refresh: "r1", good_until: 900_000 };
    vi.stubGlobal("fetch", async (request: Request) => {
        sent.push(request);
        const reply = replies.shift();
        if (!reply) throw new TypeError("no network");
        return reply();
    });
});

describe("the client", () => {
    it("sends the token and the language, and gives data without the envelope", async () => {
        replies.push(json(200, { status: "success", data: { id: 7 } }, { ETag: "\"v1\"" }));
        const got = await takeTagged(api.GET("/api/product-types/{id}", { params: { path: { id: 7 } } }));
        expect(got).toEqual({ data: { id: 7 }, etag: "\"v1\"" });
        expect(sent[0]?.url).toMatch(/\/api\/product-types\/7$/);
        expect(sent[0]?.headers.get("Authorization")).toBe("Bearer a1");
        expect(sent[0]?.headers.get("Accept-Language")).toBe("en");
        expect(reached).toEqual([true]);
    });

    it("gives lists with their page", async () => {
        const page = { page: 1, page_size: 20, total: 1, total_exact: true, next: null };
        replies.push(json(200, { status: "success", data: [{ id: 1 }], page }));
        expect(await takeList(api.GET("/api/product-types", { params: { query: { search: "a&b" } } }))).toEqual({ rows: [{ id: 1 }], page });
        expect(sent[0]?.url).toContain("search=a%26b");
    });

    it("exchanges a token the server no longer takes, once, and sends the same body again", async () => {
        replies.push(json(401, {}), json(201, { status: "success", data: { id: 1 } }));
        await take(api.POST("/api/product-types", { body: { name: "x", model: "y", warranty_months: 12 } }));
        expect(exchanges).toBe(1);
        expect(sent[1]?.headers.get("Authorization")).toBe("Bearer a2");
        expect(await sent[1]?.json()).toEqual({ name: "x", model: "y", warranty_months: 12 });
        replies.push(json(401, { status: "error", error: { code: "unauthenticated", message: "no", fields: [] } }), json(401, {}));
        await expect(take(api.GET("/api/users/me"))).rejects.toMatchObject({ status: 401 });
    });

    it("does so on routes that are open to anybody, too, and never turns the caller into a stranger", async () => {
        replies.push(json(401, {}), json(200, { status: "success", data: { id: 1 } }));
        const body = { qrcode_id: "QR001", customer_id: 10 };
        await api.POST("/api/products/activate", { body });
        expect(sent.map((request) => request.headers.get("Authorization"))).toEqual(["Bearer a1", "Bearer a2"]);
        expect(await sent[1]?.json()).toEqual(body);
        refused = true;
        replies.push(json(401, { status: "error", error: { code: "token.revoked", message: "over", fields: [] } }));
        await expect(api.POST("/api/products/activate", { body })).rejects.toMatchObject({ status: 401, code: "token.revoked" });
        expect(sent).toHaveLength(3);
        expect(session.signedIn).toBe(false);
    });

    it("turns a refusal into an error with its fields", async () => {
        const fields = [{ field: "model", code: "catalog.model_taken", message: "taken" }];
        replies.push(json(409, { status: "error", error: { code: "invalid", message: "taken", fields }, request_id: "r-1" }, { "Retry-After": "3" }));
        const error = await take(api.GET("/api/users/me")).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({ status: 409, code: "invalid", message: "taken", fields, requestId: "r-1", retryAfter: 3, offline: false });
    });

    it("says when there is no server, and when only its proxy answers", async () => {
        await expect(take(api.GET("/api/users/me"))).rejects.toMatchObject({ status: 0, message: "away", offline: true });
        replies.push(() => new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
        await expect(api.send("/api/files/1")).rejects.toMatchObject({ status: 502, code: "http.502", message: "Bad Gateway" });
        expect(reached).toEqual([false, false]);
    });
});
