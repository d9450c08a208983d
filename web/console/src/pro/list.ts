// A list page is a declaration: where the rows come from, columns, filters, actions. ProTable does the rest. Keys are
// checked against the API's own types, so a field that is renamed breaks the build here.
import type { Component } from "vue";
import { api, take, takeList, type Listed, type OperationId, type PageInfo, type paths } from "@/app/api";
import { pageOf } from "./whole";

type Got<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { "application/json": infer B } } } } } ? B : never;
export type ListPath = { [P in keyof paths]: Got<P> extends { data: unknown[]; page: PageInfo } ? P : never }[keyof paths];
// Routes that answer with all there is.
export type WholePath = { [P in keyof paths]: P extends ListPath ? never : Got<P> extends { data: unknown[] } ? P : never }[keyof paths];
export type RowOf<P extends keyof paths> = Got<P> extends { data: (infer R)[] } ? R : never;
export type QueryOf<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } } ? NonNullable<Q> : never;

// The POSTs that take rows from a spreadsheet, as modules declare them (imports.cpp); areas.test.ts holds this list to theirs.
export const importRoutes = [
    "catalog.product_types.create", "identity.users.create", "repair.repair_records.create", "units.products.bulk_create.create",
    "units.products.bulk_shipping.create", "units.products.receive.create",
] as const satisfies readonly OperationId[];
export type ImportRoute = (typeof importRoutes)[number];
export const importPath = (route: ImportRoute) => `/imports/new?route=${route}`;

export type Tone = "primary" | "success" | "warning" | "danger" | "info";

export interface Column<Row> {
    key: keyof Row & string;
    label: string;
    width?: number;
    minWidth?: number;
    align?: "left" | "right" | "center";
    sortable?: boolean | string; // true: ordering=key; a text: ordering by that name
    hidden?: boolean; // not shown until people ask for it
    always?: boolean; // cannot be hidden
    kind?: "text" | "time" | "date" | "money" | "count" | "boolean" | "code" | "long";
    text?: (row: Row) => string; // instead of kind
    tag?: (row: Row) => { text: string; tone: Tone };
    link?: (row: Row) => string | null; // a path of the console
    help?: string;
    wrap?: boolean; // the whole of it, on as many lines as it takes
    joined?: boolean; // the page makes it up, the API does not know it: left out of exports
}

export interface Option {
    value: string;
    label: string;
}

export interface Filter<Key extends string = string> {
    key: Key;
    label: string;
    kind: "text" | "select" | "boolean" | "number" | "date" | "range" | "remote";
    until?: Key; // range: the key of its end; `key` is its beginning
    instant?: boolean; // range: the API wants instants (…T00:00:00Z), not dates
    options?: Option[]; // select
    // remote: search gives what matches, name gives the label of a value found in the address bar
    search?: (text: string) => Promise<Option[]>;
    name?: (value: string) => Promise<string>;
    placeholder?: string;
    width?: number;
}

export interface Action {
    key: string;
    label: string;
    icon?: Component;
    primary?: boolean;
    permission?: string;
    run: () => unknown;
}

export interface Question {
    title: string;
    text?: string;
    confirm?: string;
}

export interface RowAction<Row> {
    key: string;
    label: string;
    permission?: string;
    danger?: boolean;
    when?: (row: Row) => boolean;
    ask?: (row: Row) => Question; // asked before it runs
    done?: string; // said afterwards
    run: (row: Row) => unknown;
}

export interface BulkAction<Row> {
    key: string;
    label: string;
    permission?: string;
    danger?: boolean;
    when?: (rows: Row[]) => boolean; // offered for these
    ask?: (rows: Row[]) => Question;
    done?: string;
    run: (rows: Row[]) => unknown;
}

export interface ListSpec<Row, Query> {
    id: string; // names its saved views and column settings; stable for good
    title: string;
    help?: string; // a sentence under the title
    rowKey?: keyof Row & string; // "id"
    columns: Column<Row>[];
    filters?: Filter<keyof Query & string>[];
    ordering?: string; // how it is sorted unless people say otherwise, e.g. "-created_at"
    actions?: Action[];
    rowActions?: RowAction<Row>[];
    bulkActions?: BulkAction<Row>[];
    bulkLimit?: number; // how many rows may be ticked, 1,000
    exportRoute?: OperationId; // offers export of the filtered set, e.g. "units.products.list"
    exportPermission?: string;
    importRoute?: ImportRoute; // offers import through this POST
    importPermission?: string;
    empty?: { text: string; action?: Action }; // when there is nothing at all
}

export type ListQuery = Record<string, string | number>;

export interface List<Row> {
    path: string;
    within?: ListQuery; // what narrows it besides the person's own filters: two lists of one path are two lists
    fixed?: ListQuery; // the part of it that is filters, for exports
    spec: () => ListSpec<Row, Record<string, unknown>>;
    fetch: (query: ListQuery) => Promise<Listed<Row>>;
}

interface ListOptions<Q> {
    params?: Record<string, string | number>; // of the path, for lists below one object
    fixed?: Partial<Q>; // filters people cannot change, for lists inside another page
}

type Getter<Row> = (path: string, init: { params: { query: ListQuery; path: Record<string, string | number> } }) =>
    Promise<{ data?: { data: Row[]; page: PageInfo }; response: Response }>;

// `make` runs again whenever the language or what it reads changes.
export function defineList<P extends ListPath>(path: P, make: () => ListSpec<RowOf<P>, QueryOf<P>>, options: ListOptions<QueryOf<P>> = {}): List<RowOf<P>> {
    const get = api.GET as unknown as Getter<RowOf<P>>;
    const fixed = { ...options.fixed } as ListQuery;
    const params = options.params ?? {};
    return {
        path,
        fixed,
        within: { ...params, ...fixed },
        spec: make as unknown as () => ListSpec<RowOf<P>, Record<string, unknown>>,
        fetch: (query) => takeList(get(path, { params: { query: { ...query, ...fixed }, path: params } })),
    };
}

// The same for a route that answers with all there is: it is filtered by the fields of its rows, sorted and cut into pages here.
export function defineWhole<P extends WholePath>(path: P, make: () => ListSpec<RowOf<P>, RowOf<P>>): List<RowOf<P>> {
    const get = api.GET as unknown as (path: string, init: object) => Promise<{ data?: { data: RowOf<P>[] }; response: Response }>;
    return {
        path,
        spec: make as unknown as () => ListSpec<RowOf<P>, Record<string, unknown>>,
        fetch: async (query) => pageOf(await take(get(path, {})), query),
    };
}
