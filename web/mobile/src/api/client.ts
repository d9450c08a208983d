// The one way to the server: typed by its own description, in the person's language, with the log-in of this phone.
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "@gen/schema";
import { locale, t } from "@/i18n";
import { ApiError, errorFrom } from "./error";
import { token } from "./session";

export { ApiError } from "./error";
export type Schemas = components["schemas"];

// What POST /api/products/check_warranty/ and the page of a label tell anybody about a product. The description leaves
// this answer open, because it is a list when a person is asked for.
export interface Warranty {
    qrcode_id: string;
    in_warranty: boolean;
    status: Schemas["UnitsUnit"]["status"];
    product_type: string;
    model: string;
    activated_at: string | null;
    warranty_start: string | null;
    warranty_end: string | null;
    days_left: number;
}

// A request with the log-in; tried once more with the next token when the server refuses this one.
export async function ask(request: Request): Promise<Response> {
    request.headers.set("Accept-Language", locale.value);
    const again = request.clone();
    const first = await token();
    if (first) request.headers.set("Authorization", `Bearer ${first}`);
    const answer = await fetch(request);
    if (answer.status !== 401 || !first) return answer;
    const next = await token(first);
    if (!next || next === first) return answer;
    again.headers.set("Authorization", `Bearer ${next}`);
    return fetch(again);
}

const noAnswer: Middleware = {
    onError: () => new ApiError(0, "offline", t("error.offline")),
};

export const api = createClient<paths>({ baseUrl: location.origin, fetch: ask });
api.use(noAnswer);

interface Reply<T> {
    data?: { data: T } | undefined;
    error?: unknown;
    response: Response;
}
export interface PageOf<T> {
    items: T[];
    next: string | null;
    total: number;
}

// The data of an answer; throws ApiError.
export async function ok<T>(reply: Promise<Reply<T>>): Promise<T> {
    const { data, error, response } = await reply;
    if (data) return data.data;
    throw errorFrom(response.status, error, t("error.status", { status: response.status }));
}

export async function page<T>(
    reply: Promise<{ data?: { data: T[]; page: Schemas["PageInfo"] } | undefined; error?: unknown; response: Response }>,
): Promise<PageOf<T>> {
    const { data, error, response } = await reply;
    if (data) return { items: data.data, next: data.page.next ?? null, total: data.page.total };
    throw errorFrom(response.status, error, t("error.status", { status: response.status }));
}

// A file with its form, or a picture behind the log-in: what the typed client does not carry.
async function raw(path: string, init: RequestInit): Promise<Response> {
    let answer: Response;
    try {
        answer = await ask(new Request(new URL(path, location.origin), init));
    } catch {
        throw new ApiError(0, "offline", t("error.offline"));
    }
    if (answer.ok) return answer;
    const body: unknown = await answer.json().catch(() => null);
    throw errorFrom(answer.status, body, t("error.status", { status: answer.status }));
}

export async function upload<T>(path: string, form: FormData): Promise<T> {
    const answer = await raw(path, { method: "POST", body: form });
    return ((await answer.json()) as { data: T }).data;
}

export async function picture(path: string): Promise<Blob> {
    return (await raw(path, { method: "GET" })).blob();
}

// A name for one intention, so that it has one effect however often it is sent.
export function newKey(): string {
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID(); // only on safe origins
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
