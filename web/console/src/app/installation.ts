// What anybody may know of this server before signing in: whether it is set up, whose it is, and whose days count.
import { ref } from "vue";
import { setBusinessZone } from "@/base/formats";
import type { Schemas } from "@api";

export type Installation = Schemas["SetupState"];

export const installation = ref<Installation | null>(null);

export async function readInstallation(): Promise<Installation | null> {
    const answer = await fetch("/api/setup", { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return installation.value;
    const { data } = await answer.json() as { data: Installation };
    setBusinessZone(data.time_zone);
    installation.value = data;
    return data;
}
