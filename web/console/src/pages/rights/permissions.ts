// What roles and keys are made of.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { api, take, type Schemas } from "@/app/api";
import { useMe } from "@/app/me";
import { groupPermissions } from "@/pro/permission-groups";

export type Permission = Schemas["IdentityPermissionItem"];
export const staffType = 3;
// For administrators in person: no role and no key carries them.
export const inPerson: readonly string[] = ["backups.manage"];

// Who may not see the list of all permissions hands out, at most, what he has himself.
export function usePermissions() {
    const me = useMe();
    const mayAsk = computed(() => me.may("identity.view_roles"));
    const query = useQuery({ queryKey: ["/api/permissions"], queryFn: () => take(api.GET("/api/permissions")), enabled: mayAsk, staleTime: 300_000 });
    const own = () => (me.user?.permissions ?? []).map((name) => ({ name, granted: [] }));
    const permissions = computed<Permission[]>(() => (mayAsk.value ? query.data.value ?? [] : own()));
    return { permissions, groups: computed(() => groupPermissions(permissions.value)), error: query.error, isLoading: query.isLoading, refetch: query.refetch };
}
