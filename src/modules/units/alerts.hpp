// What raises an alert.
#pragma once

#include "base/region.hpp"
#include "modules/units/model.hpp"
#include "platform/db/db.hpp"

namespace yuanliu::units {

// Activated outside the territory of the agent it was shipped to: somebody sells into another's region (窜货).
void check_diversion(Tx& tx, const Unit& unit, const Region& region);
// Seen in too many places, or too often, for one physical thing: the label has been copied.
void check_clone(Tx& tx, const Unit& unit);

}  // namespace yuanliu::units
