// SQLite hands every frame of its log to the system in two small writes; a commit of forty pages is eighty of them, and
// they cost more than its one fsync. This layer between SQLite and the file system keeps what is appended to a log and
// writes it in one go before anything may depend on it: after the last frame of a commit, and at every sync, read,
// truncation or question of size through the same handle. So nobody ever looks for a frame that is not in the file.
#pragma once

#include "base/files.hpp"

namespace yuanliu {

// Registers the layer over the VFS called `beneath` (null: the default one) under `name`; again does nothing. `name`
// and `files`, through which logs are synced, live as long as the program. Throws internal when there is no such VFS.
void register_log_vfs(const char* name, const char* beneath, Files& files = Files::real());

}  // namespace yuanliu
