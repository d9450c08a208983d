// Label stock that is there from the beginning, and designs of one's own.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { api, take, takeList, takeTagged, type Schemas, type Tagged } from "@/app/api";

export type Template = Schemas["UnitsLabelTemplate"];

export const readTemplate = (id: number): Promise<Tagged<Template>> => takeTagged(api.GET("/api/label-templates/{id}", { params: { path: { id } } }));

export function usePresets() {
    const { data } = useQuery({ queryKey: ["/api/label-presets"], queryFn: () => take(api.GET("/api/label-presets")), staleTime: Infinity });
    return computed(() => data.value ?? []);
}

export function useTemplates() {
    const { data } = useQuery({
        queryKey: ["/api/label-templates", "choice"],
        queryFn: () => takeList(api.GET("/api/label-templates", { params: { query: { page_size: 200 } } })),
    });
    return computed(() => data.value?.rows ?? []);
}
