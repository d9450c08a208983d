// Whose products these are and whose days count. Kept on the phone, so that it is right without a network, too.
import { computed, ref } from "vue";
import { api } from "@/api/client";
import { t } from "@/i18n";
import { setZone } from "./format";

const key = "yuanliu.house";
interface House { company_name: string; time_zone: string }
const house = ref<House | null>(null);

function take(next: House): void {
    house.value = next;
    setZone(next.time_zone);
}

export const houseName = computed(() => house.value?.company_name || t("app.name"));
export const houseFoot = computed(() => house.value?.company_name || t("app.foot"));

export async function readHouse(): Promise<void> {
    try {
        const kept = localStorage.getItem(key);
        if (kept) take(JSON.parse(kept) as House);
        const { data } = await api.GET("/api/setup");
        if (!data) return;
        const { company_name, time_zone } = data.data;
        take({ company_name, time_zone });
        localStorage.setItem(key, JSON.stringify(house.value));
    } catch {
        // What was known before, or the product's own name and zone, will do.
    }
}
