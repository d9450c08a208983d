// Which of the three somebody has typed. A code has no @ and, unless it is all digits, no look of a telephone number.
import type { Schemas } from "@/app/api";

export interface WarrantyQuestion {
    kind: "" | "code" | "phone" | "email";
    query: Schemas["UnitsWarrantyQuery"];
}

const phone = /^\+?\d[\d\s()-]{5,}\d$/;
const codeAddress = /\/q\/([A-Za-z0-9._~-]{1,64})\/?(?:[?#].*)?$/;

export function readWarrantyQuery(typed: string): WarrantyQuestion {
    const text = typed.trim();
    if (!text) return { kind: "", query: {} };
    if (text.includes("@")) return { kind: "email", query: { email: text } };
    // What a scanner reads off a label is the address of the unit's page.
    const scanned = codeAddress.exec(text)?.[1];
    if (scanned) return { kind: "code", query: { qrcode_id: scanned } };
    const digits = text.replace(/\D/g, "");
    if (phone.test(text) && digits.length >= 7 && digits.length <= 15) return { kind: "phone", query: { phone: text } };
    return { kind: "code", query: { qrcode_id: text } };
}
