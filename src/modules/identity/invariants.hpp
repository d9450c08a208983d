// What must always hold of people, their roles and log-ins, for `yuanliu check`.
#pragma once

#include "platform/db/inspection.hpp"
#include "platform/db/invariant.hpp"

namespace yuanliu::identity {

std::vector<Invariant> invariants();
std::vector<Inspection> inspections();

}  // namespace yuanliu::identity
