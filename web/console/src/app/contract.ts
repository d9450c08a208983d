// Routes of the desk: saved views, preferences, exports, imports, search and notices.
import { api } from "./api";

async function ask<T>(method: string, path: string, body?: unknown, keepalive = false): Promise<T> {
    const options: RequestInit = { method, keepalive };
    if (body instanceof FormData) options.body = body;
    else if (body !== undefined) {
        options.headers = { "Content-Type": "application/json" };
        options.body = JSON.stringify(body);
    }
    const answer = await api.send(path, options);
    return (await answer.json() as { data: T }).data;
}

const query = (values: Record<string, string | number | undefined>) => {
    const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "").map(([key, value]) => [key, String(value)]);
    return given.length ? `?${new URLSearchParams(given).toString()}` : "";
};

export interface View { id: number; list: string; name: string; shared: boolean; mine: boolean; query: string; columns: string[] }
export type ViewInput = Omit<View, "id" | "mine">;
export const views = {
    list: (list: string) => ask<View[]>("GET", `/api/views/${query({ list })}`),
    create: (input: ViewInput) => ask<View>("POST", "/api/views/", input),
    update: (id: number, input: ViewInput) => ask<View>("PUT", `/api/views/${id}`, input),
    remove: (id: number) => ask<null>("DELETE", `/api/views/${id}`),
};

export const preferences = {
    read: (key: string) => ask<{ value: string | null }>("GET", `/api/preferences/${encodeURIComponent(key)}/`),
    // Outlives the page that asked.
    write: (key: string, value: unknown) => ask<unknown>("PUT", `/api/preferences/${encodeURIComponent(key)}/`, { value: JSON.stringify(value) }, true),
};

export interface ExportInput { route: string; format: "xlsx" | "csv"; query: string; columns: string[] }
export const startExport = (input: ExportInput) => ask<{ job_id: number }>("POST", "/api/exports/", input);

export interface Found { kind: string; id: number; title: string; subtitle: string; path: string }
export const search = (q: string, limit = 12) => ask<Found[]>("GET", `/api/search/${query({ q, limit })}`);

export interface Notice { id: number; title: string; body?: string; path?: string | null; created_at: string; read_at?: string | null; unread?: boolean }
export const notices = {
    list: () => ask<Notice[]>("GET", `/api/notices/${query({ page_size: 20 })}`),
    unread: () => ask<{ count: number }>("GET", "/api/notices/unread_count/"),
    read: (what: { ids: number[] } | { all: true }) => ask<unknown>("POST", "/api/notices/read", what),
};

export interface TargetField { name: string; label: string; required: boolean; kind: string; choices?: string[] | null; help?: string | null }
export interface ImportTarget { route: string; title: string; fields: TargetField[] }
export interface ImportState {
    id: number;
    route: string;
    file_name: string;
    columns: string[];
    sample: string[][];
    mapping: Record<string, string>;
    state: "uploaded" | "checking" | "checked" | "running" | "done" | "failed";
    rows: number;
    good: number;
    bad: number;
    job_id: number | null;
}
export interface RowError { row_number: number; field: string; code: string; message: string }
export const imports = {
    targets: () => ask<ImportTarget[]>("GET", "/api/import-targets/"),
    templatePath: (route: string) => `/api/import-targets/${route}/template/`,
    upload: (route: string, file: File) => {
        const form = new FormData();
        form.append("file", file);
        return ask<ImportState>("POST", `/api/imports/${query({ route })}`, form);
    },
    read: (id: number) => ask<ImportState>("GET", `/api/imports/${id}`),
    map: (id: number, mapping: Record<string, string>) => ask<ImportState>("PUT", `/api/imports/${id}`, { mapping }),
    check: (id: number) => ask<{ job_id: number }>("POST", `/api/imports/${id}/check`),
    run: (id: number, skip_bad_rows: boolean) => ask<{ job_id: number }>("POST", `/api/imports/${id}/run`, { skip_bad_rows }),
    errors: (id: number, page: number) => ask<RowError[]>("GET", `/api/imports/${id}/errors${query({ page, page_size: 50 })}`),
    badRowsPath: (id: number) => `/api/imports/${id}/bad-rows/`,
};
