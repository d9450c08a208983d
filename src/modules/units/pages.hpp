// Pages for people without an account.
#pragma once

#include "modules/units/units.hpp"

namespace yuanliu::units {

// The verdict on a printed code: genuine, and under warranty until when; or copied, mistyped, unknown. Counts the scan.
Content scan_page(Tx& tx, const Actor& actor, const Text<1, 100>& code);

}  // namespace yuanliu::units
