import { api, ApiError, take, type Schemas } from "@/app/api";
import { dayEnds } from "@/base/formats";
import type { FormSpec } from "@/pro/form";
import PermissionBoxes from "./PermissionBoxes.vue";
import { t } from "./words";

export type MadeKey = Schemas["IdentityApiKeyMade"];

interface Input {
    name: string;
    expires_at: string | null; // a day
    permissions: string[];
}

export function keyState(key: { expires_at: string | null; revoked_at: string | null }, now = Date.now()): "in_use" | "expired" | "revoked" {
    if (key.revoked_at) return "revoked";
    return key.expires_at && Date.parse(key.expires_at) <= now ? "expired" : "in_use";
}

export const keyForm = (): FormSpec<Input, MadeKey> => ({
    title: t("key_new"),
    fields: [
        { key: "name", label: t("name"), required: true, max: 80, help: t("key_name_help") },
        { key: "expires_at", label: t("expires"), kind: "date", help: t("expires_help") },
        { key: "permissions", label: t("permissions"), kind: "custom", component: PermissionBoxes, wide: true },
    ],
    initial: { name: "", expires_at: null, permissions: [] },
    done: t("made"),
    submit: ({ name, expires_at, permissions }, { key }) => {
        if (!permissions.length) {
            const message = t("at_least_one");
            throw new ApiError(422, "invalid", message, [{ field: "permissions", code: "field.empty", message }]);
        }
        const body = { name, permissions, expires_at: expires_at ? dayEnds(expires_at).toISOString() : null };
        return take(api.POST("/api/api-keys", { params: { header: { "Idempotency-Key": key } }, body }));
    },
});
