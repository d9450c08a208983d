// The way to the server: the shared typed client, in the person's language, with the log-in of this phone.
import { ApiError, createApi, takeList, type PageInfo, type Schemas } from "@api";
import { locale, t } from "@/i18n";
import { session } from "./session";

export { ApiError, take as ok, type Schemas } from "@api";

export const api = createApi({ session, language: () => locale.value, unreachable: () => t("error.offline") });

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

export interface PageOf<T> {
    items: T[];
    next: string | null;
    total: number;
}

export async function page<T>(answer: Promise<{ data?: { data: T[]; page: PageInfo }; response: Response }>): Promise<PageOf<T>> {
    const { rows, page: info } = await takeList(answer);
    return { items: rows, next: info.next ?? null, total: info.total };
}

export async function warrantyOf(code: string): Promise<Warranty> {
    const ask = () => api.POST("/api/products/check_warranty", { body: { qrcode_id: code } });
    // Anybody may know this, so the answer does not wait for a new log-in when the old one is over.
    const { data } = await ask().catch((problem: unknown) => {
        if (problem instanceof ApiError && problem.status === 401 && !session.signedIn) return ask();
        throw problem;
    });
    return (data as unknown as { data: Warranty }).data;
}

// What was activated with the e-mail address that this person has proved.
export async function activatedWith(email: string): Promise<Warranty[]> {
    const { data } = await api.POST("/api/products/check_warranty", { body: { email } });
    return (data as unknown as { data: Warranty[] }).data;
}

// A file with its form, and a picture behind the log-in.
export async function upload<T>(path: string, form: FormData): Promise<T> {
    return ((await (await api.send(path, { method: "POST", body: form })).json()) as { data: T }).data;
}
export const picture = async (path: string): Promise<Blob> => (await api.send(path)).blob();

// A name for one intention, so that it has one effect however often it is sent.
export function newKey(): string {
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID(); // only on safe origins
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
