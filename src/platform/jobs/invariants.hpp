// What must always hold of the queue and its clock, for `yuanliu check`.
#pragma once

#include "platform/db/invariant.hpp"

namespace yuanliu::jobs {

std::vector<Invariant> invariants();

}  // namespace yuanliu::jobs
