// The server's routes as typed functions: api.GET("/api/products/{id}", { params: { path: { id } } }). An answer that is
// not a success becomes an ApiError, so callers see data or an exception, never half of each.
import createClient from "openapi-fetch";
import type { components, operations, paths } from "./generated/schema";
import type { Session } from "./session";

export type { components, operations, paths };
export type Schemas = components["schemas"];
export type OperationId = keyof operations;
export type PageInfo = Schemas["PageInfo"];

export interface FieldError {
    field: string;
    code: string;
    message: string;
}

export class ApiError extends Error {
    constructor(
        readonly status: number, // 0: the server was not reached
        readonly code: string,
        message: string,
        readonly fields: FieldError[] = [],
        readonly requestId = "",
        readonly retryAfter = 0, // seconds
    ) {
        super(message);
        this.name = "ApiError";
    }

    get offline() {
        return this.status === 0;
    }
}

export interface ClientParts {
    session: Session;
    language(): string; // for Accept-Language
    unreachable(): string; // the words for a server that does not answer
    reached?(ok: boolean): void; // told after every request whether the server was there
}

async function failure(response: Response): Promise<ApiError> {
    const wait = Number(response.headers.get("Retry-After") ?? 0);
    const body = await response.json().catch(() => null) as Partial<Schemas["Error"]> | null;
    const error = body?.error;
    if (!error) return new ApiError(response.status, `http.${response.status}`, response.statusText || `HTTP ${response.status}`);
    return new ApiError(response.status, error.code, error.message, error.fields, body.request_id, wait);
}

export function createApi(parts: ClientParts) {
    // One request with the caller's token; a token the server no longer takes is exchanged once.
    async function authorised(request: Request): Promise<Response> {
        request.headers.set("Accept-Language", parts.language());
        const again = request.clone();
        const token = await parts.session.token();
        if (token) request.headers.set("Authorization", `Bearer ${token}`);
        const first = await fetch(request);
        if (first.status !== 401 || !token) return first;
        const next = await parts.session.renew(token);
        if (!next) return first;
        again.headers.set("Authorization", `Bearer ${next}`);
        return fetch(again);
    }

    async function send(request: Request): Promise<Response> {
        let response: Response;
        try {
            response = await authorised(request);
        } catch (error) {
            if (error instanceof DOMException && error.name === "AbortError") throw error;
            parts.reached?.(false);
            throw new ApiError(0, "unreachable", parts.unreachable());
        }
        // 502 and 504 come from a proxy whose server is away.
        parts.reached?.(response.status !== 502 && response.status !== 504);
        if (!response.ok && response.status !== 304) throw await failure(response);
        return response;
    }

    const client = createClient<paths>({ baseUrl: location.origin, fetch: send });
    return Object.assign(client, {
        // The same way to the server for what is not JSON: downloads, uploads, pictures.
        send: (path: string, options: RequestInit = {}) => send(new Request(new URL(path, location.origin), options)),
    });
}

export type Api = ReturnType<typeof createApi>;

interface Answer<T> {
    data?: T;
    response: Response;
}

// What a route answers, without the envelope.
export async function take<D>(answer: Promise<Answer<{ data: D }>>): Promise<D> {
    return body(await answer).data;
}

export interface Listed<D> {
    rows: D[];
    page: PageInfo;
}

export async function takeList<D>(answer: Promise<Answer<{ data: D[]; page: PageInfo }>>): Promise<Listed<D>> {
    const { data, page } = body(await answer);
    return { rows: data, page };
}

export interface Tagged<D> {
    data: D;
    etag: string; // for If-Match when it is changed
}

export async function takeTagged<D>(answer: Promise<Answer<{ data: D }>>): Promise<Tagged<D>> {
    const got = await answer;
    return { data: body(got).data, etag: got.response.headers.get("ETag") ?? "" };
}

// For a route that answers with nothing but its success, e.g. DELETE.
export async function finish(answer: Promise<{ response: Response }>): Promise<void> {
    await answer;
}

function body<T>(answer: Answer<T>): T {
    if (answer.data === undefined) throw new ApiError(answer.response.status, "empty", "empty answer");
    return answer.data;
}
