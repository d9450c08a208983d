// Routes of the desk: saved views, preferences, exports, imports, search and notices.
import { api, finish, take, takeList, type Schemas } from "./api";

export type View = Schemas["DeskSavedView"];
export type ViewInput = Schemas["DeskViewInput"];
export const views = {
    list: async (list: string) => (await takeList(api.GET("/api/views", { params: { query: { list, page_size: 200 } } }))).rows,
    create: (body: ViewInput) => take(api.POST("/api/views", { body })),
    update: (id: number, body: ViewInput) => take(api.PUT("/api/views/{id}", { params: { path: { id } }, body })),
    remove: (id: number) => finish(api.DELETE("/api/views/{id}", { params: { path: { id } } })),
};

export const preferences = {
    read: (key: string) => take(api.GET("/api/preferences/{key}", { params: { path: { key } } })),
    // Outlives the page that asked.
    write: (key: string, value: unknown) =>
        take(api.PUT("/api/preferences/{key}", { params: { path: { key } }, body: { value: JSON.stringify(value) }, keepalive: true })),
};

export const startExport = (body: Schemas["DeskExportInput"]) => take(api.POST("/api/exports", { body }));

export type Found = Schemas["SearchHit"];
export const search = (q: string, limit = 12) => take(api.GET("/api/search", { params: { query: { q, limit } } }));

export type Notice = Schemas["NoticesNotice"];
export const notices = {
    list: async (page_size: number) => (await takeList(api.GET("/api/notices", { params: { query: { page_size } } }))).rows,
    unread: async () => (await take(api.GET("/api/notices/unread_count"))).count,
    read: (body: Schemas["NoticesRead"]) => take(api.POST("/api/notices/read", { body })),
};

export type TargetField = Schemas["DeskTargetField"];
export type ImportTarget = Schemas["DeskTarget"];
export type ImportState = Schemas["DeskImportView"];
export type RowError = Schemas["DeskRowProblem"];
const one = (id: number) => ({ params: { path: { id } } });
export const imports = {
    targets: () => take(api.GET("/api/import-targets")),
    templatePath: (route: string) => `/api/import-targets/${route}/template/`,
    upload: (route: string, file: File) => {
        const form = new FormData();
        form.append("file", file);
        return take(api.POST("/api/imports", { params: { query: { route } }, body: {}, bodySerializer: () => form }));
    },
    read: (id: number) => take(api.GET("/api/imports/{id}", one(id))),
    map: (id: number, mapping: Record<string, string>) => take(api.PUT("/api/imports/{id}", { ...one(id), body: { mapping } })),
    check: (id: number) => take(api.POST("/api/imports/{id}/check", one(id))),
    run: (id: number, skip_bad_rows: boolean) => take(api.POST("/api/imports/{id}/run", { ...one(id), body: { skip_bad_rows } })),
    errors: async (id: number, page: number) =>
        (await takeList(api.GET("/api/imports/{id}/errors", { params: { path: { id }, query: { page, page_size: 50 } } }))).rows,
    badRowsPath: (id: number) => `/api/imports/${id}/bad-rows/`,
};
