// A list that grows at its end and is pulled down to be fresh.
import { ref, shallowRef, type Ref } from "vue";
import type { PageOf } from "@/api/client";
import { reasonOf } from "./tell";

export interface Pages<T> {
    items: Ref<T[]>;
    loading: Ref<boolean>;
    refreshing: Ref<boolean>;
    finished: Ref<boolean>;
    trouble: Ref<string>;
    more(): Promise<void>;
    again(): Promise<void>;
}

export function usePages<T>(fetchPage: (cursor: string | undefined) => Promise<PageOf<T>>): Pages<T> {
    const items = shallowRef<T[]>([]);
    const loading = ref(false);
    const refreshing = ref(false);
    const finished = ref(false);
    const trouble = ref("");
    let next: string | undefined;
    let round = 0;

    async function load(first: boolean): Promise<void> {
        const mine = first ? ++round : round;
        loading.value = true;
        trouble.value = "";
        try {
            const page = await fetchPage(first ? undefined : next);
            if (mine !== round) return; // a newer question has been asked meanwhile
            items.value = first ? page.items : [...items.value, ...page.items];
            next = page.next ?? undefined;
            finished.value = !page.next;
        } catch (problem) {
            if (mine === round) trouble.value = reasonOf(problem);
        } finally {
            if (mine === round) {
                loading.value = false;
                refreshing.value = false;
            }
        }
    }
    return { items, loading, refreshing, finished, trouble, more: () => load(items.value.length === 0), again: () => load(true) };
}
