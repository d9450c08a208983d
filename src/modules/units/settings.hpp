// What an operator may set for this module.
#pragma once

#include "platform/db/db.hpp"

namespace yuanliu::units {

// Months a unit may lie at the agent's before its warranty begins to run anyway; nothing: no limit.
std::optional<int> shelf_limit(Rx& rx);
// Days of warranty that a replacement has at least.
int replacement_days_min(Rx& rx);
// Whether a consumer must have signed in by one-time code to activate.
bool activation_needs_code(Rx& rx);
// A code seen from more networks than this within a day is taken for a copy.
int clone_networks_max(Rx& rx);
// … or scanned more often than this within an hour.
int clone_scans_max(Rx& rx);

}  // namespace yuanliu::units
