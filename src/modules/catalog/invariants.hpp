// What must always hold of product types, for `yuanliu check`.
#pragma once

#include "platform/db/invariant.hpp"

namespace yuanliu::catalog {

std::vector<Invariant> invariants();

}  // namespace yuanliu::catalog
