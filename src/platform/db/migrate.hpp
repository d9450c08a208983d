// The schema, moved forward step by step: numbered SQL files per module, each applied once, checksummed, under a lock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/db/db.hpp"

namespace yuanliu {

struct Migration {
    std::string_view module;
    int number;             // 1, 2, 3 … without gaps
    std::string_view name;  // "0001_units.sql"
    std::string_view text;
};

// Applies what is missing, module by module in the order given, each file in one transaction; returns the names
// applied. Throws Error(internal) when an applied file was changed since, when a number is missing, or when the
// database has a migration this binary does not know (it is newer): then nothing is touched.
std::vector<std::string> migrate(Database& db, const std::vector<Migration>& migrations);

// What migrate() would apply.
std::vector<std::string> pending_migrations(Database& db, const std::vector<Migration>& migrations);

// Whether migrate() has ever been here: a database that was just created has no tables.
bool is_migrated(Database& db);

// How far each module of this database is: its highest number.
std::map<std::string, int> applied_migrations(Rx& rx);

}  // namespace yuanliu
