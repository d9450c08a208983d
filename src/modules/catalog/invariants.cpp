#include "modules/catalog/invariants.hpp"

namespace yuanliu::catalog {

std::vector<Invariant> invariants() {
    return {
        {"catalog.type_within_limits", "a product type has no name or model, or more months than one can have",
         "SELECT id FROM catalog_product_type WHERE name = '' OR model = '' OR warranty_months NOT BETWEEN 0 AND 240"
         " OR shelf_months NOT BETWEEN 0 AND 120"},
    };
}

}  // namespace yuanliu::catalog
