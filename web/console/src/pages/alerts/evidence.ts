// What an alert rests on, in words.
import type { Schemas } from "@/app/api";
import type { FormSpec } from "@/pro/form";
import { api, take } from "@/app/api";
import type { Tone } from "@/pro/list";
import { t } from "./words";

export type Alert = Schemas["UnitsAlert"];

export interface Evidence { activated_in?: string; territories?: string; networks_in_a_day?: number; scans_in_an_hour?: number }

const facts = (alert: Pick<Alert, "detail">) => (alert.detail ?? {}) as Evidence;

export function evidence(alert: Pick<Alert, "kind" | "detail">): string {
    const of = facts(alert);
    return alert.kind === "diversion" ? t("diversion", { place: of.activated_in ?? "—", territories: of.territories ?? "—" })
        : t("clone", { networks: of.networks_in_a_day ?? "—", scans: of.scans_in_an_hour ?? "—" });
}

export function lines(alert: Pick<Alert, "kind" | "detail">): [string, string][] {
    const of = facts(alert);
    return alert.kind === "diversion" ? [[t("place"), of.activated_in ?? "—"], [t("territories"), of.territories ?? "—"]]
        : [[t("networks"), String(of.networks_in_a_day ?? "—")], [t("scans"), String(of.scans_in_an_hour ?? "—")]];
}

export const tones: Record<Alert["state"], Tone> = { open: "warning", confirmed: "danger", dismissed: "info" };

export interface Decision { note: string }

// The same decision about several; each has its own record.
export function decideAll(alerts: readonly Pick<Alert, "id">[], state: "confirmed" | "dismissed"): FormSpec<Decision> {
    return {
        title: t(state === "confirmed" ? "confirm_many" : "dismiss_many", { n: alerts.length }),
        fields: [{ key: "note", label: t("note"), kind: "long", required: true, max: 500, help: t("note_help") }],
        initial: { note: "" },
        submit: async ({ note }) => {
            for (const { id } of alerts) await take(api.PUT("/api/alerts/{id}", { params: { path: { id } }, body: { state, note } }));
        },
        done: t(state),
    };
}

export function decisionForm(alert: Pick<Alert, "id" | "qrcode_id">, state: "confirmed" | "dismissed"): FormSpec<Decision, Alert> {
    return {
        title: t(state === "confirmed" ? "confirm_title" : "dismiss_title", { code: alert.qrcode_id }),
        fields: [{ key: "note", label: t("note"), kind: "long", required: true, max: 500, help: t("note_help") }],
        initial: { note: "" },
        submit: ({ note }) => take(api.PUT("/api/alerts/{id}", { params: { path: { id: alert.id } }, body: { state, note } })),
        done: t(state),
    };
}
