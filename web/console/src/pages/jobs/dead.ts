// How many dead letters wait for somebody: for the menu, which shows it wherever people are.
import { useQuery } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api, takeList } from "@/app/api";
import { useMe } from "@/app/me";

export function useDeadCount(): Ref<number> {
    const me = useMe();
    const { data } = useQuery({
        queryKey: ["/api/jobs", "dead"],
        queryFn: async () => (await takeList(api.GET("/api/jobs", { params: { query: { dead: true, page_size: 1 } } }))).page.total,
        enabled: computed(() => me.may("jobs.read")),
        refetchInterval: 60_000,
        retry: false,
    });
    return computed(() => data.value ?? 0);
}
