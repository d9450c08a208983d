// What must always hold of the outbox, for `yuanliu check`.
#pragma once

#include "platform/db/invariant.hpp"

namespace yuanliu::events {

std::vector<Invariant> invariants();

}  // namespace yuanliu::events
