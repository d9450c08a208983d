import { beforeEach, describe, expect, it, vi } from "vitest";
import { live } from "./live";

const sent: { token: string }[] = [];
const made: FakeSocket[] = [];
class FakeSocket {
    static OPEN = 1;
    readyState = 1;
    onopen?: () => void;
    onmessage?: (event: { data: string }) => void;
    onclose?: () => void;
    constructor() { made.push(this); }
    send(text: string) { sent.push(JSON.parse(text) as { token: string }); }
    close() { this.readyState = 3; }
}

beforeEach(() => {
    sent.length = 0;
    vi.stubGlobal("WebSocket", FakeSocket);
    Object.defineProperty(navigator, "locks", { configurable: true, value: { request: (_name: string, work: () => unknown) => work() } });
    localStorage.setItem("yuanliu.session", JSON.stringify({ access: "a1", refresh: "r1", good_until: Date.now() + 900_000 }));
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ status: "success", data: { access: "a2", refresh: "r2", expires_in: 900 } }),
                                                              { status: 200, headers: { "Content-Type": "application/json" } })));
});

describe("the live connection", () => {
    it("says who is there, and again with the next token when the server asks", async () => {
        live.start();
        const [socket] = made;
        socket?.onopen?.();
        await vi.waitFor(() => { expect(sent).toHaveLength(1); });
        expect(sent[0]?.token).toBe("a1");
        socket?.onmessage?.({ data: JSON.stringify({ type: "renew" }) });
        await vi.waitFor(() => { expect(sent).toHaveLength(2); });
        expect(sent[1]?.token).toBe("a2");
        live.stop();
    });
});
