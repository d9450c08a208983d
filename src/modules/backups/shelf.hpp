// The folder of backups, by name.
#pragma once

#include "modules/backups/archive.hpp"

namespace yuanliu::backups {

// A name that nothing on the shelf has.
BackupName new_name(const Site& site, BackupKind kind, Time now);
// What a name says, and the file's size; nothing for a name that is none of ours or of nothing there.
std::optional<BackupItem> item_of(const Site& site, std::string_view name);
// Newest first.
std::vector<BackupItem> items(const Site& site);
std::filesystem::path path_of(const Site& site, const BackupName& name);
// Takes away all but the newest so many of a kind, and what crashes have left half-made; returns how many.
std::int64_t prune(const Site& site, BackupKind kind, std::size_t keep);

}  // namespace yuanliu::backups
