#include "modules/catalog/catalog.hpp"
#include "platform/events/events.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::catalog {
namespace {

std::string aggregate(Id<ProductType> id) { return "product_type:" + std::to_string(id.value); }

void apply(ProductType& type, const ProductTypeInput& input, Time now) {
    type.name = input.name;
    type.model = input.model;
    type.brand = input.brand.value_or("");
    type.specs = input.specs.value_or(Dictionary{});
    type.warranty_months = input.warranty_months;
    type.shelf_months = input.shelf_months;
    type.description = input.description.value_or("");
    type.active = input.active.value_or(true);
    type.updated_at = now;
}

void require_free_model(Tx& tx, const ProductTypeInput& input, Id<ProductType> self) {
    if (tx.exists<ProductType>("model = ? AND id <> ?", input.model, self))
        throw Error(Fault::conflict, "catalog.model_taken", {{"model", input.model.value}})
            .with({{"model", "catalog.model_taken", {{"model", input.model.value}}}});
}

}  // namespace

ProductType create(Tx& tx, const Actor&, const ProductTypeInput& input) {
    require_free_model(tx, input, {});
    ProductType type;
    apply(type, input, tx.now());
    type.created_at = tx.now();
    type = tx.insert(std::move(type));
    events::emit(tx, ProductTypeCreated{type.id, type.name.value, type.model.value}, aggregate(type.id));
    return type;
}

ProductType update(Tx& tx, const Actor&, Id<ProductType> id, const ProductTypeInput& input) {
    ProductType type = tx.lock(id);
    require_free_model(tx, input, id);
    apply(type, input, tx.now());
    type = tx.update(std::move(type));
    events::emit(tx, ProductTypeChanged{id, type.name.value, type.model.value, type.active}, aggregate(id));
    return type;
}

void remove(Tx& tx, const Actor&, Id<ProductType> id) {
    const auto type = tx.lock(id);
    tx.erase(type);
    events::emit(tx, ProductTypeRemoved{id, type.model.value}, aggregate(id));
}

ProductType view(Rx& rx, const Actor&, Id<ProductType> id) { return rx.one(id); }

Page<ProductType> list(Rx& rx, const Actor&, const ProductTypeFilter& filter, const PageQuery& page) {
    return List(
               "SELECT id, name, model, brand, specs, warranty_months, shelf_months, description, active, created_at, "
               "updated_at"
               " FROM catalog_product_type")
        .where("active = ?", filter.active)
        .search({"name", "model", "brand"}, filter.search.value_or(""))
        .sort({{"id", "id"},
               {"name", "name"},
               {"model", "model"},
               {"created_at", "created_at"},
               {"warranty_months", "warranty_months"}},
              "-id")
        .page<ProductType>(rx, page);
}

ProductType require_active(Rx& rx, Id<ProductType> id) {
    auto type = rx.find(id);
    if (!type) throw invalid_field("product_type_id", "field.unknown_reference");
    if (!type->active) throw invalid_field("product_type_id", "catalog.inactive", {{"name", type->name.value}});
    return std::move(*type);
}

}  // namespace yuanliu::catalog
