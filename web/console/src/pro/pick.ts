// What a remote filter or field offers: people, agents, product types, batches and shipments, as the API finds them.
import { api, take, takeList } from "@/app/api";
import { count, date } from "@/base/formats";
import type { Option } from "./list";

export interface Picker {
    search: (text: string) => Promise<Option[]>;
    name: (value: string) => Promise<string>;
}

const page_size = 50;
const title = (one: { name: string; username: string }) => (one.name ? `${one.name} (${one.username})` : one.username);
const person = async (id: string) => title(await take(api.GET("/api/users/{id}", { params: { path: { id: Number(id) } } })));
const ofKind = async (search: string, user_type: 0 | 1 | 2 | 3): Promise<Option[]> => {
    const { rows } = await takeList(api.GET("/api/users", { params: { query: { search, user_type, active: true, page_size } } }));
    return rows.map((one) => ({ value: String(one.id), label: title(one) }));
};

export const agents: Picker = {
    search: async (search) => {
        const { rows } = await takeList(api.GET("/api/users/agents", { params: { query: { search, page_size } } }));
        return rows.map((one) => ({ value: String(one.id), label: title(one) }));
    },
    name: person,
};

export const personName = (one: { name: string; username: string }) => one.name || one.username;

export const customers: Picker = {
    search: async (search) => {
        const { rows } = await takeList(api.GET("/api/users", { params: { query: { search, user_type: 2, page_size } } }));
        return rows.map((one) => ({ value: String(one.id), label: [personName(one), one.phone ?? one.email].filter(Boolean).join(" · ") }));
    },
    name: person,
};

// Anybody.
export const people: Picker = {
    search: async (search) => {
        const { rows } = await takeList(api.GET("/api/users", { params: { query: { search, page_size } } }));
        return rows.map((one) => ({ value: String(one.id), label: title(one) }));
    },
    name: person,
};

// Who may work on repairs.
export const technicians: Picker = {
    search: async (search) => (await Promise.all([ofKind(search, 3), ofKind(search, 0)])).flat(),
    name: person,
};

export const productTypes: Picker = {
    search: async (search) => {
        const { rows } = await takeList(api.GET("/api/product-types", { params: { query: { search, page_size } } }));
        return rows.map((one) => ({ value: String(one.id), label: `${one.name} ${one.model}` }));
    },
    name: async (id) => (await take(api.GET("/api/product-types/{id}", { params: { path: { id: Number(id) } } }))).name,
};

// Those of which units may still be made.
export const typesInUse: Picker = {
    ...productTypes,
    search: async (search) => {
        const { rows } = await takeList(api.GET("/api/product-types", { params: { query: { search, active: true, page_size } } }));
        return rows.map((one) => ({ value: String(one.id), label: `${one.name} ${one.model}` }));
    },
};

// The newest; an older one by its number.
export const shipments: Picker = {
    search: async (search) => {
        const number = /^#?(\d+)$/.exec(search.trim())?.[1];
        const rows = number ? [(await api.GET("/api/shipments/{id}", { params: { path: { id: Number(number) } } })).data?.data].filter((one) => one !== undefined)
            : (await takeList(api.GET("/api/shipments", { params: { query: { ordering: "-id", page_size } } }))).rows;
        return rows.map((one) => ({ value: String(one.id), label: `#${one.id} · ${one.agent} × ${count(one.count)} · ${date(one.created_at)}` }));
    },
    name: (value) => Promise.resolve(`#${value}`),
};

export const batches: Picker = {
    search: async (search) => {
        const { rows } = await takeList(api.GET("/api/batches", { params: { query: { search, page_size } } }));
        return rows.map((one) => ({ value: String(one.id), label: `#${one.id} · ${one.product_type} × ${count(one.count)} · ${date(one.created_at)}` }));
    },
    name: (value) => Promise.resolve(`#${value}`),
};
