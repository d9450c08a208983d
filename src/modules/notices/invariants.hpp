// What must always hold of what people are told, for `yuanliu check`.
#pragma once

#include "platform/db/invariant.hpp"

namespace yuanliu::notices {

std::vector<Invariant> invariants();

}  // namespace yuanliu::notices
