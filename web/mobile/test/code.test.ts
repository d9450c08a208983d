import { describe, expect, it } from "vitest";
import { canonicalCode, groupedCode, readCode, scanAddress } from "@/lib/code";

const code = "8DXMBPQXXSM8M1GT"; // the one src/base/tests/unit_code_test.cpp promises never to change

describe("canonicalCode", () => {
    it("reads what people make of a code", () => {
        for (const typed of [code, code.toLowerCase(), "8DXM-BPQX-XSM8-M1GT", "8dxm bpqx xsm8 m1gt", "8DXMBPQXXSM8MIGT", "8DXMBPQXXSM8MlGT"])
            expect(canonicalCode(typed)).toBe(code);
    });
    it("leaves codes alone whose check symbol is wrong: they are not ours to change", () => {
        for (let place = 0; place < code.length; place++) {
            const wrong = code.slice(0, place) + (code[place] === "7" ? "9" : "7") + code.slice(place + 1);
            expect(canonicalCode(wrong.toLowerCase())).toBe(wrong.toLowerCase());
        }
        for (const foreign of ["QR001", "a-b", "8DXM-BPQX-XSM8", "1234567890123456789", "源流源流源流源流"])
            expect(canonicalCode(foreign)).toBe(foreign);
    });
});

describe("readCode", () => {
    it("finds the code in the address of a label, of any installation", () => {
        for (const text of [`https://example.cn/q/${code}`, `http://10.0.0.5:8080/q/${code}/`, `HTTPS://EXAMPLE.CN/Q/${code}`, `/q/${code}?from=x#top`,
                            `https://example.cn/q/${code.toLowerCase()}`, `https://example.cn/q/8DXM-BPQX-XSM8-M1GT`])
            expect(readCode(text)).toBe(code);
        expect(readCode("https://example.cn/q/QR001")).toBe("QR001");
        expect(readCode("https://example.cn/q/QR%2D001")).toBe("QR-001");
    });
    it("takes a bare code, as barcodes and guns bring it", () => {
        expect(readCode(` ${code}\r\n`)).toBe(code);
        expect(readCode("8DXM BPQX XSM8 M1GT")).toBe(code);
        expect(readCode("SN_2024.01~a")).toBe("SN_2024.01~a");
    });
    it("takes nothing else for a code", () => {
        for (const text of ["", "  \n", "https://example.cn/shop/42", "weixin://dl/business", "WIFI:S:net;P:secret;;", "张三", "a b c", "x".repeat(65),
                            "https://example.cn/q/%E0%A4%A", "https://example.cn/q/", "javascript:alert(1)"])
            expect(readCode(text)).toBeNull();
    });
});

it("groups our codes for the eye and no others", () => {
    expect(groupedCode(code)).toBe("8DXM-BPQX-XSM8-M1GT");
    expect(groupedCode("QR001")).toBe("QR001");
    expect(scanAddress("a~b")).toBe("/q/a~b");
});
