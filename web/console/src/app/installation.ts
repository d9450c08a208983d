// What anybody may know of this server before signing in: whether it is set up, whose it is, and whose days count.
import { ref } from "vue";
import { setBusinessZone } from "@/base/formats";

export interface Installation {
    needed: boolean; // nobody administers it yet
    company_name?: string;
    time_zone?: string;
}

export const installation = ref<Installation | null>(null);

export async function readInstallation(): Promise<Installation | null> {
    const answer = await fetch("/api/setup", { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return installation.value;
    const { data } = await answer.json() as { data: Installation };
    if (data.time_zone) setBusinessZone(data.time_zone);
    installation.value = data;
    return data;
}
