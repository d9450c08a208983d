// What the overview counts beside the reports: totals of lists, each one small request.
import { useQuery } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api, takeList } from "@/app/api";
import { useMe } from "@/app/me";

export const openRepairs = ["requested", "received", "diagnosed", "quoted", "approved", "repairing", "tested"] as const;

const total = async (answer: Parameters<typeof takeList>[0]) => (await takeList(answer)).page.total;

export const repairsOf = (state: (typeof openRepairs)[number]) => total(api.GET("/api/repair-records", { params: { query: { state, page_size: 1 } } }));

// Open repairs by state; undefined while they are counted.
export function useRepairStates(enabled: boolean) {
    return useQuery({
        queryKey: ["/api/repair-records", "by state"],
        queryFn: () => Promise.all(openRepairs.map(repairsOf)),
        enabled,
        refetchInterval: 60_000,
    });
}

export function useMyRepairs(enabled: boolean) {
    const me = useMe();
    return useQuery({
        queryKey: ["/api/repair-records", "mine", me.user?.id],
        queryFn: () => total(api.GET("/api/repair-records", { params: { query: { open: true, technician_id: me.user?.id ?? 0, page_size: 1 } } })),
        enabled,
    });
}

// For those without reports: what is theirs.
export function useOwn(enabled: boolean) {
    return useQuery({
        queryKey: ["/api/products", "own"],
        queryFn: async () => ({
            units: await total(api.GET("/api/products", { params: { query: { page_size: 1 } } })),
            repairs: await total(api.GET("/api/repair-records", { params: { query: { open: true, page_size: 1 } } })),
        }),
        enabled,
    });
}

export interface Begun { types: boolean; labels: boolean; agents: boolean }

// How far a new installation has come, beyond what the overview tells.
export function useBegun(enabled: Ref<boolean>) {
    const me = useMe();
    return useQuery({
        queryKey: ["/api/product-types", "begun"],
        queryFn: async (): Promise<Begun> => {
            const some = async (allowed: boolean, ask: () => Promise<number>) => allowed && (await ask()) > 0;
            const [types, labels, agents] = await Promise.all([
                some(me.may("catalog.read"), () => total(api.GET("/api/product-types", { params: { query: { page_size: 1 } } }))),
                some(true, () => total(api.GET("/api/jobs", { params: { query: { kind: "units.labels", state: "completed", page_size: 1 } } }))),
                some(me.may("identity.view_agents"), () => total(api.GET("/api/users/agents", { params: { query: { page_size: 1 } } }))),
            ]);
            return { types, labels, agents };
        },
        enabled: computed(() => enabled.value),
        staleTime: 0,
    });
}
