// The two adapters, made by Database::open.
#pragma once

#include "platform/db/db.hpp"

namespace yuanliu {

std::unique_ptr<Database> open_sqlite(const DatabaseOptions& options, Env& env, Vault& vault);
std::unique_ptr<Database> open_postgres(const DatabaseOptions& options, Env& env, Vault& vault);

}  // namespace yuanliu
