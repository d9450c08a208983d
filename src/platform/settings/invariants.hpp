// What must always hold of settings, for `yuanliu check`.
#pragma once

#include "platform/db/inspection.hpp"
#include "platform/db/invariant.hpp"

namespace yuanliu::settings {

std::vector<Invariant> invariants();
std::vector<Inspection> inspections();

}  // namespace yuanliu::settings
