// The state behind a ProTable: what the address bar (or, inside another page, only this component) says, and the rows
// that answer it.
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, onActivated, onDeactivated, ref, type Ref } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { List, ListQuery } from "./list";
import { readState, writeState, type ListState, type StateSpec } from "./list-state";

export function useListState<Row>(list: List<Row>, embedded: boolean) {
    const route = useRoute();
    const router = useRouter();
    const spec = computed(() => list.spec());
    const shape = computed<StateSpec>(() => ({
        filterKeys: (spec.value.filters ?? []).flatMap((filter) => (filter.until ? [filter.key, filter.until] : [filter.key])),
        ordering: spec.value.ordering ?? "",
        pageSize: embedded ? 10 : 20,
    }));
    const inside = ref<ListState>(readState({}, shape.value));
    const state = computed<ListState>(() => (embedded ? inside.value : readState(route.query, shape.value)));

    function go(change: Partial<ListState>) {
        const next = { ...state.value, ...change };
        if (embedded) inside.value = next;
        else void router.replace({ path: route.path, query: writeState(next, shape.value, route.query) });
    }
    return { spec, shape, state, go };
}

export const listQuery = (state: ListState): ListQuery => ({
    ...state.filters,
    ...(state.ordering ? { ordering: state.ordering } : {}),
    page: state.page,
    page_size: state.pageSize,
});

export function useRows<Row>(list: List<Row>, state: Ref<ListState>) {
    const active = ref(true);
    const query = computed(() => listQuery(state.value));
    const answer = useQuery({
        queryKey: computed(() => [list.path, query.value, list.within ?? {}]),
        queryFn: () => list.fetch(query.value),
        placeholderData: keepPreviousData,
        enabled: active,
    });
    onDeactivated(() => { active.value = false; });
    onActivated(() => {
        if (!active.value && answer.isStale.value) void answer.refetch();
        active.value = true;
    });
    return answer;
}

// Everything that matches, by cursor, as long as it stays within the limit. Null when it does not.
export async function allRows<Row>(list: List<Row>, state: ListState, limit: number): Promise<Row[] | null> {
    const { page: _page, ...query } = listQuery({ ...state, pageSize: 200 });
    const rows: Row[] = [];
    for (let cursor: string | null = null, first = true; first || cursor; first = false) {
        const answer = await list.fetch(cursor ? { ...query, cursor } : query);
        rows.push(...answer.rows);
        if (rows.length > limit) return null;
        cursor = answer.page.next;
    }
    return rows;
}
