// What is made and sold: the product type, of which every unit is one piece.
#pragma once

#include "platform/describe/record.hpp"

namespace yuanliu::catalog {

struct ProductType {
    Id<ProductType> id;
    Text<1, 80> name;
    Text<1, 60> model;  // the maker's type designation, unique
    Text<0, 60> brand;
    Dictionary specs;  // free: 功率 → 1200 W
    Int<0, 240> warranty_months;
    // How long goods may lie before the warranty begins to run; 0: as long as they like, nothing: as the setting says.
    std::optional<Int<0, 120>> shelf_months;
    Prose<0, 2000> description;
    bool active = true;  // inactive types take no new units
    Time created_at, updated_at;
};
YL_RECORD(ProductType, "catalog_product_type", id, name, model, brand, specs, warranty_months, shelf_months,
          description, active, created_at, updated_at)

// What a caller says of a type, when making or changing it. What is left out gets its default or becomes empty.
struct ProductTypeInput {
    Text<1, 80> name;
    Text<1, 60> model;
    std::optional<Text<0, 60>> brand;
    std::optional<Dictionary> specs;
    Int<0, 240> warranty_months;
    std::optional<Int<0, 120>> shelf_months;
    std::optional<Prose<0, 2000>> description;
    std::optional<bool> active;
};
YL_RECORD(ProductTypeInput, "catalog.product_type_input", name, model, brand, specs, warranty_months, shelf_months,
          description, active)

struct ProductTypeFilter {
    std::optional<Text<0, 80>> search;
    std::optional<bool> active;
};
YL_RECORD(ProductTypeFilter, "catalog.product_type_filter", search, active)

struct ProductTypeCreated {
    Id<ProductType> product_type_id;
    std::string name, model;
};
YL_RECORD(ProductTypeCreated, "catalog.product_type_created", product_type_id, name, model)

struct ProductTypeChanged {
    Id<ProductType> product_type_id;
    std::string name, model;
    bool active = true;
};
YL_RECORD(ProductTypeChanged, "catalog.product_type_changed", product_type_id, name, model, active)

struct ProductTypeRemoved {
    Id<ProductType> product_type_id;
    std::string model;
};
YL_RECORD(ProductTypeRemoved, "catalog.product_type_removed", product_type_id, model)

}  // namespace yuanliu::catalog
