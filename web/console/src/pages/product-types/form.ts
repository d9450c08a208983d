import { api, take, takeTagged, type Schemas, type Tagged } from "@/app/api";
import { pick, type FormSpec } from "@/pro/form";
import { t } from "./words";

// How long goods of a type may lie before their warranty begins to run anyway.
export const shelfText = (months: number | null) => (months === null ? t("shelf_setting") : months ? t("months_n", { n: months }) : t("shelf_free"));

export type ProductType = Schemas["CatalogProductType"];
type Input = Schemas["CatalogProductTypeInput"];

const path = "/api/product-types/{id}";
const keys = ["name", "model", "brand", "warranty_months", "shelf_months", "active", "specs", "description"] as const;
const fresh: Input = { name: "", model: "", brand: "", warranty_months: 12, shelf_months: null, active: true, specs: {}, description: "" };

export const readType = (id: number): Promise<Tagged<ProductType>> => takeTagged(api.GET(path, { params: { path: { id } } }));

export const changeType = (id: number, body: Input, etag: string) =>
    take(api.PUT(path, { params: { path: { id }, header: { "If-Match": etag } }, body }));

export const inputOf = (type: ProductType): Input => pick(type, keys);

// For a new type, or for the given one in the version that was read.
export function typeForm(of?: Tagged<ProductType>): FormSpec<Input, ProductType> {
    const id = of?.data.id;
    return {
        title: of ? t("change") : t("create"),
        fields: [
            { key: "name", label: t("name"), required: true, max: 80 },
            { key: "model", label: t("model"), required: true, max: 60, help: t("model_help") },
            { key: "brand", label: t("brand"), max: 60 },
            { key: "active", label: t("active"), kind: "switch" },
            { key: "warranty_months", label: t("warranty"), kind: "number", required: true, min: 0, max: 240, unit: t("months") },
            { key: "shelf_months", label: t("shelf"), kind: "number", min: 0, max: 120, unit: t("months"), help: t("shelf_help") },
            { key: "specs", label: t("specs"), kind: "pairs" },
            { key: "description", label: t("description"), kind: "long", max: 2000 },
        ],
        initial: of ? inputOf(of.data) : fresh,
        etag: of?.etag,
        submit: (body, { etag, key }) => (id === undefined
            ? take(api.POST("/api/product-types", { params: { header: { "Idempotency-Key": key } }, body }))
            : changeType(id, body, etag)),
        reload: id === undefined ? undefined : async () => {
            const newest = await readType(id);
            return { data: inputOf(newest.data), etag: newest.etag };
        },
    };
}
