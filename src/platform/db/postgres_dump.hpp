// Backup through PostgreSQL's own pg_dump, which must be installed beside us.
#pragma once

#include <string>

namespace yuanliu {

// Writes a dump in pg_dump's custom format, compressed, consistent, readable by the owner only. The password, if the
// address has one, travels in the child's environment, where other users cannot see it. Throws Error(internal) with
// what pg_dump said.
void postgres_dump(const std::string& url, const std::string& path);

}  // namespace yuanliu
