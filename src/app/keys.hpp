// A database and the keys it was made under belong together.
#pragma once

#include <string>
#include <vector>

#include "app/config.hpp"
#include "platform/db/db.hpp"

namespace yuanliu::app {

// Brings the tables up to date; returns the migrations applied. Throws internal when the database was made under
// another DATA_KEY or CODE_KEY, naming the file that should hold it: new rows would be sealed under a second key.
std::vector<std::string> prepare_database(Database& db, const Config& config);
// The same refusal for verbs that only look.
void require_own_keys(Database& db, const Config& config);

}  // namespace yuanliu::app
