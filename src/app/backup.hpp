// Backups: one archive with the database, the stored files and what is needed to read them.
#pragma once

#include <string>
#include <vector>

#include "app/config.hpp"
#include "platform/db/db.hpp"

namespace yuanliu::app {

// Writes a consistent copy into `path`; others may work meanwhile. The archive holds the database (SQLite: its online
// backup; PostgreSQL: pg_dump), the files folder and the secrets file: keep it where secrets belong. Throws internal,
// no_space.
void make_backup(const Config& config, const std::string& path);

// Brings it back. Throws internal when there is data already (unless `force`: then it is kept in
// DATA.before-restore-…), when a server has the database, or when the archive is not one of ours or damaged.
void restore_backup(const Config& config, const std::string& path, bool force);

// What the database itself says of its files; empty: all is well.
std::vector<std::string> check_storage(Database& db);

}  // namespace yuanliu::app
