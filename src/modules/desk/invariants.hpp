// What must always hold of sheets on their way in and out, for `yuanliu check`.
#pragma once

#include "platform/db/invariant.hpp"

namespace yuanliu::desk {

std::vector<Invariant> invariants();

}  // namespace yuanliu::desk
