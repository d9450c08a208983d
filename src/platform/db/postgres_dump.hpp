// Backup through PostgreSQL's own pg_dump, pg_restore and psql, which must be installed beside us.
#pragma once

#include <string>

namespace yuanliu {

// Writes a dump in pg_dump's custom format, compressed, consistent, readable by the owner only. The password, if the
// address has one, travels in the child's environment, where other users cannot see it. Throws Error(internal) with
// what pg_dump said.
void postgres_dump(const std::string& url, const std::string& path);

// Brings such a dump back in one transaction; `clean` first drops every table of the schema `public`. Throws conflict
// `in_use`, naming the sessions, while others work with the database, and Error(internal) with what pg_restore or psql
// said: then nothing has changed.
void postgres_restore(const std::string& url, const std::string& path, bool clean);

// Throws Error(internal) when the file is no dump.
void check_postgres_dump(const std::string& path);

}  // namespace yuanliu
