// What must always hold of operation records, for `yuanliu check`.
#pragma once

#include "platform/db/invariant.hpp"

namespace yuanliu::audit {

std::vector<Invariant> invariants();

}  // namespace yuanliu::audit
