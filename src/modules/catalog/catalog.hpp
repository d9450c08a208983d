// Product types: all that other modules may call.
#pragma once

#include "modules/catalog/model.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::search {
class Finders;
}
namespace yuanliu::imports {
class Targets;
}

namespace yuanliu::catalog {

// Throws conflict `catalog.model_taken` when another type has the model.
ProductType create(Tx& tx, const Actor& actor, const ProductTypeInput& input);
// Replaces what callers may say of the type. Throws not_found, conflict `catalog.model_taken`.
ProductType update(Tx& tx, const Actor& actor, Id<ProductType> id, const ProductTypeInput& input);
// Throws not_found, conflict `in_use` when units of the type exist.
void remove(Tx& tx, const Actor& actor, Id<ProductType> id);
ProductType view(Rx& rx, const Actor& actor, Id<ProductType> id);
Page<ProductType> list(Rx& rx, const Actor& actor, const ProductTypeFilter& filter, const PageQuery& page);

// The type new units may be made of. Throws invalid naming `product_type_id`: unknown, or inactive.
ProductType require_active(Rx& rx, Id<ProductType> id);

void routes(Routes& r);
// How types are found by somebody who types a part of their name.
void declare(search::Finders& finders);
void declare(imports::Targets& targets);

}  // namespace yuanliu::catalog
