// Which secret keys a database was made under. With others its sealed columns cannot be read and its printed codes
// count as forged, so whoever opens it asks first.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/db/db.hpp"

namespace yuanliu::settings {

using KeyPrints = std::map<std::string, std::string>;  // name of the key → what tells it apart

// Notes those that the database knows nothing of: all of them at the first start.
void note_keys(Tx& tx, const KeyPrints& prints);
// The names of those that are not the keys the database was made under. A database from before they were noted knows of
// none.
std::vector<std::string> other_keys(Rx& rx, const KeyPrints& prints);

}  // namespace yuanliu::settings
