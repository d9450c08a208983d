// What must always hold of stored files, for `yuanliu check`.
#pragma once

#include "platform/db/inspection.hpp"
#include "platform/db/invariant.hpp"

namespace yuanliu::files {

std::vector<Invariant> invariants();
std::vector<Inspection> inspections();

}  // namespace yuanliu::files
