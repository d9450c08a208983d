// What went wrong with a request, in words for people.
import type { components } from "@gen/schema";

type Body = components["schemas"]["Error"]["error"];

export class ApiError extends Error {
    constructor(
        readonly status: number, // 0: no answer came
        readonly code: string,
        message: string,
        readonly fields: Body["fields"] = [],
        readonly requestId = "",
    ) {
        super(message);
    }
    get offline(): boolean {
        return this.status === 0;
    }
    // Worth trying again by itself: nothing was decided.
    get passing(): boolean {
        return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === "idempotency.in_flight";
    }
    field(name: string): string | undefined {
        return this.fields.find((one) => one.field === name)?.message;
    }
}

function isBody(value: unknown): value is { error: Body; request_id?: string } {
    return typeof value === "object" && value !== null && "error" in value &&
        typeof (value as { error: unknown }).error === "object";
}

export function errorFrom(status: number, body: unknown, fallback: string): ApiError {
    if (!isBody(body)) return new ApiError(status, "unreadable", fallback);
    const { code, message, fields } = body.error;
    return new ApiError(status, code, message, fields ?? [], body.request_id ?? "");
}
