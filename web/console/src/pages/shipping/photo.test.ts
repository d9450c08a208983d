import { expect, it } from "vitest";
import { codesIn } from "./photo";

it("takes what machines read, and leaves print to be compared", () => {
    const nobodys = { qrcode_id: null, genuine: null };
    expect(codesIn({ found: [
        { source: "qr", text: "https://example.cn/q/QR001", qrcode_id: "QR001", genuine: true, certain: true },
        { source: "barcode", text: "QR001", qrcode_id: "QR001", genuine: true, certain: true },
        { source: "qr", text: "https://example.cn/shop", ...nobodys, certain: true },
        { source: "barcode", text: "6901234567892", ...nobodys, certain: true },
        { source: "text", text: "SN-2026-000123", qrcode_id: "SN-2026-000123", genuine: true, certain: false },
        { source: "text", text: "QR001", qrcode_id: "QR001", genuine: true, certain: false },
    ] })).toEqual({ sure: ["QR001"], unsure: ["SN-2026-000123"] });
    const carton = { source: "barcode" as const, text: "6901234567892", ...nobodys, certain: true };
    expect(codesIn({ found: [carton, { source: "qr", text: "https://example.cn/shop", ...nobodys, certain: true }] })).toEqual({ sure: ["6901234567892"], unsure: [] });
});
