// Product types from a spreadsheet, and what a spreadsheet calls them.
#include "platform/imports/targets.hpp"

#include "modules/catalog/catalog.hpp"

namespace yuanliu::catalog {
namespace {

// The model says which type; so does a name that only one of them has.
std::optional<std::int64_t> type_called(Rx& rx, const Actor&, std::string_view text) {
    if (auto id = rx.maybe<std::int64_t>("SELECT id FROM catalog_product_type WHERE model = ?", text)) return id;
    const auto ids = rx.values<std::int64_t>("SELECT id FROM catalog_product_type WHERE name = ? LIMIT 2", text);
    return ids.size() == 1 ? std::optional(ids[0]) : std::nullopt;
}

}  // namespace

void declare(imports::Targets& targets) {
    targets.add("catalog.product_types.create").once("model");
    targets.refer("product_type_id", &type_called);
}

}  // namespace yuanliu::catalog
