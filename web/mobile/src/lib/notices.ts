// How much is unread of what the server has told this person.
import { ref } from "vue";
import { api, ok } from "@/api/client";

export const unread = ref(0);

export async function countUnread(): Promise<void> {
    unread.value = (await ok(api.GET("/api/notices/unread_count"))).count;
}
export async function markRead(what: { ids: number[] } | { all: true }): Promise<void> {
    unread.value = (await ok(api.POST("/api/notices/read", { body: what }))).count;
}
