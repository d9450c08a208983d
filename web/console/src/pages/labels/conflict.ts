// What the fields of a design are called when two people have changed it.
import type { Field } from "@/pro/form";
import type { Design, Line } from "./design";
import { t } from "./words";

export function conflictFields(): Field<object>[] {
    const labels: Record<keyof Design, string> = {
        name: t("name"), media: t("media"), page_width_mm: `${t("page")} ${t("width")}`, page_height_mm: `${t("page")} ${t("height")}`,
        label_width_mm: `${t("label")} ${t("width")}`, label_height_mm: `${t("label")} ${t("height")}`, rows: t("rows"), cols: t("cols"),
        margin_top_mm: t("margin_top"), margin_left_mm: t("margin_left"), gap_x_mm: t("gap_x"), gap_y_mm: t("gap_y"), padding_mm: t("padding"),
        qr_size_mm: `${t("qr")} ${t("qr_size")}`, bar_height_mm: t("bar_height"), cut_lines: t("cut"), printer_dpi: t("dpi"), lines: t("lines"),
    };
    const show: Partial<Record<keyof Design, (value: unknown) => string>> = {
        media: (value) => t(value === "sheet" ? "sheet" : "roll"),
        lines: (value) => (value as Line[]).map((line) => line.text).join(" / ") || "—",
    };
    return Object.entries(labels).map(([key, label]) => ({ key: key as never, label, show: show[key as keyof Design] }));
}
