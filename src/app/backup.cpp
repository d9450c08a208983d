#include "app/backup.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "app/keys.hpp"
#include "app/wiring.hpp"
#include "base/crypto.hpp"
#include "platform/db/postgres_dump.hpp"

namespace yuanliu::app {
namespace {

namespace fs = std::filesystem;

// What stands in the data folder, but for what a restore puts there itself and the backups kept there.
std::vector<fs::path> entries_of(const fs::path& folder, const fs::path& but) {
    std::vector<fs::path> out;
    if (!fs::exists(folder)) return out;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path() != but && entry.path() != folder / "backups") out.push_back(entry.path());
    return out;
}

// Where what is there is kept: beside the data folder, or in it when that is a mounted volume.
fs::path room_for_old(const fs::path& data, const fs::path& first) {
    auto name = fmt::format("before-restore-{}", Env::real().now().ms);
    fs::path beside = data.string() + "." + name, inside = data / name;
    std::error_code failed;
    fs::create_directory(beside, failed);
    if (!failed) fs::rename(first, beside / first.filename(), failed);
    if (!failed) return beside;
    std::error_code ignored;
    fs::remove(beside, ignored);
    fs::create_directory(inside);
    return inside;
}

// Entry by entry, because a mounted volume cannot be renamed.
void replace_content(const fs::path& data, const fs::path& fresh) {
    if (auto old = entries_of(data, fresh); !old.empty()) {
        auto kept = room_for_old(data, old.front());
        for (const auto& path : old)
            if (fs::exists(path)) fs::rename(path, kept / path.filename());
    }
    for (const auto& path : entries_of(fresh, {})) fs::rename(path, data / path.filename());
    backups::sync_path(data);
}

void require_no_server(const fs::path& file) {
    if (!fs::exists(file)) return;
    DatabaseOptions options;
    options.url = "sqlite://" + file.string();
    Vault unused({}, Env::real());
    Database::open(options, Env::real(), unused);  // refuses while another process has it
}

}  // namespace

void make_backup(const Config& config, const std::string& path) {
    ::umask(0077);
    Application app(config, Env::real(), Use::look);
    require_own_keys(app.db(), config);
    backups::make_archive(app.db(), site_of(config), path, "yuanliu backup");
}

void restore_backup(const Config& config, const std::string& path, bool force) {
    if (!fs::exists(path)) throw internal("no such backup: " + path);
    ::umask(0077);
    const auto site = site_of(config);
    const auto& data = site.data;
    const fs::path stage = data / ".restoring";
    if (site.sqlite() && site.database_url != "sqlite://" + site.database_file().string())
        throw internal(fmt::format(
            "an SQLite database is restored into the data folder: leave DATABASE_URL out, or let it name {}",
            site.database_file().string()));
    if (!force && !entries_of(data, stage).empty())
        throw internal(fmt::format(
            "{} is not empty; say --force to replace what is there (it is kept in a folder named before-restore-...)",
            data.string()));
    if (site.sqlite()) require_no_server(site.database_file());
    const backups::Scratch scratch(stage);
    const auto manifest = backups::unpack_archive(site, path, scratch.path);
    if (!site.sqlite()) {
        postgres_restore(site.database_url, (scratch.path / manifest.database).string(), force);
        fs::remove(scratch.path / manifest.database);
    }
    for (const auto* paper : {backups::manifest_file, backups::label_file}) fs::remove(scratch.path / paper);
    for (const auto& entry : fs::recursive_directory_iterator(scratch.path)) backups::sync_path(entry.path());
    replace_content(data, scratch.path);
}

std::vector<std::string> check_storage(Database& db) {
    if (db.dialect() != "sqlite") return {};
    std::vector<std::string> out;
    for (auto& line : db.read([](Rx& rx) { return rx.values<std::string>("PRAGMA integrity_check"); }))
        if (line != "ok") out.push_back(line);
    for (auto& table : db.read([](Rx& rx) { return rx.values<std::string>("PRAGMA foreign_key_check"); }))
        out.push_back("a row of " + table + " refers to one that is not there");
    return out;
}

}  // namespace yuanliu::app
