// A backup as a file: one tar with the database, the stored files, what is needed to read them, and checksums.
#pragma once

#include <filesystem>
#include <functional>

#include "modules/backups/model.hpp"
#include "platform/db/db.hpp"

namespace yuanliu::backups {

// The installation that is backed up or restored; a part of the Database.
struct Site {
    std::filesystem::path data;        // absolute
    std::string database_url;          // sqlite:///… or postgresql://…
    std::string data_key, code_key;    // in use; empty: not known
    std::map<std::string, int> known;  // the newest migration of each module of this program
    std::string version;               // of this program

    bool sqlite() const { return database_url.starts_with("sqlite:"); }
    std::filesystem::path database_file() const { return data / "yuanliu.db"; }
    std::filesystem::path shelf() const { return data / "backups"; }
};

// A folder that goes away with the object; only its owner may look into it.
struct Scratch {
    explicit Scratch(std::filesystem::path p);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    std::filesystem::path path;
};

// What an archive holds besides database, files and secrets, first of all.
inline constexpr const char *label_file = "label.json", *manifest_file = "manifest.json";

// How making one goes on: so many of `archive_steps` are done. May throw, to give up.
inline constexpr int archive_steps = 4;  // database, files, checksums, archive
using ArchiveStep = std::function<void(int done)>;

// Writes a consistent copy into `path`, which must not exist; others may work meanwhile. It appears whole or not at
// all. Throws internal, no_space.
void make_archive(Database& db, const Site& site, const std::filesystem::path& path, std::string_view made_by = {},
                  const ArchiveStep& on_step = {});

// What the archive says of itself; nothing for one that says nothing or is none. Reads its first bytes only.
std::optional<Label> label_of(const std::filesystem::path& path);

// Unpacks it into the empty folder and makes sure that it can be brought back here. Throws invalid: `backups.damaged`
// (no archive of ours, cut, altered), `backups.other_database`, `backups.newer` (than this program),
// `backups.other_key` (personal data in it could not be read); no_space.
Manifest unpack_archive(const Site& site, const std::filesystem::path& path, const std::filesystem::path& folder);

void sync_path(const std::filesystem::path& path);
// Written whole and synced before it gets its name.
void write_file(const std::filesystem::path& path, std::string_view text);
std::string read_file(const std::filesystem::path& path);
std::string hash_of_file(const std::filesystem::path& path);

}  // namespace yuanliu::backups
