import { api, take, takeTagged, type Schemas, type Tagged } from "@/app/api";
import type { FormSpec } from "@/pro/form";
import PermissionBoxes from "./PermissionBoxes.vue";
import { t } from "./words";

export type Role = Schemas["IdentityRole"];
type Input = Schemas["IdentityRoleNew"];

const path = "/api/roles/{id}";
export const readRole = (id: number): Promise<Tagged<Role>> => takeTagged(api.GET(path, { params: { path: { id } } }));
const inputOf = ({ name, permissions }: Role): Input => ({ name, permissions });

export function roleForm(of?: Tagged<Role>): FormSpec<Input, Role> {
    const id = of?.data.id;
    return {
        title: id === undefined ? t("role_new") : t("role_change"),
        fields: [
            { key: "name", label: t("name"), required: true, max: 60, wide: true },
            { key: "permissions", label: t("permissions"), kind: "custom", component: PermissionBoxes, wide: true,
              show: (value) => t("permissions_n", { n: (value as string[]).length }) },
        ],
        initial: of ? inputOf(of.data) : { name: "", permissions: [] },
        etag: of?.etag,
        submit: (body, { etag, key }) => (id === undefined
            ? take(api.POST("/api/roles", { params: { header: { "Idempotency-Key": key } }, body }))
            : take(api.PUT(path, { params: { path: { id }, header: { "If-Match": etag } }, body }))),
        reload: id === undefined ? undefined : async () => {
            const newest = await readRole(id);
            return { data: inputOf(newest.data), etag: newest.etag };
        },
    };
}
