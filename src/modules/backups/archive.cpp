#include "modules/backups/archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/disk.hpp"
#include "base/process.hpp"
#include "modules/backups/secrets.hpp"
#include "platform/db/migrate.hpp"
#include "platform/db/postgres_dump.hpp"

namespace yuanliu::backups {
namespace {

namespace fs = std::filesystem;

// Of a tar: a block of 512 bytes tells of each member, and its content follows in whole blocks.
constexpr std::size_t block_bytes = 512, size_at = 124, size_digits = 11;
constexpr std::size_t label_bytes_max = 4096;

Error damaged(std::string why) { return Error(Fault::invalid, "backups.damaged").log("the backup is damaged: " + why); }

// Refuses before half of it is written; a disk that fills up meanwhile is told by the program that writes.
void require_space(const fs::path& folder, std::uintmax_t bytes) {
    std::error_code failed;
    const auto space = fs::space(folder, failed);
    if (!failed && space.available < bytes) throw Error(Fault::no_space, "no_space").log(folder.string());
}

std::uintmax_t size_below(const fs::path& folder) {
    std::uintmax_t bytes = 0;
    std::error_code gone;
    if (!fs::exists(folder)) return 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file(gone)) bytes += entry.file_size(gone);
    return bytes;
}

// Keeps the sweep of stored files (platform/files) away as long as it lives.
disk::Fd hold_files(const fs::path& folder) {
    if (!fs::exists(folder)) return disk::Fd();
    return disk::locked(Env::real().files(), (folder / "lock").string(), LOCK_SH);
}

// What others write meanwhile is none of ours: half-copied files, and results of jobs, which go with their job.
void copy_files(const fs::path& from, const fs::path& to) {
    if (!fs::exists(from)) return;
    fs::create_directories(to);
    std::error_code failed;
    for (fs::recursive_directory_iterator at(from, failed), end; !failed && at != end; at.increment(failed)) {
        const auto name = at->path().lexically_relative(from);
        if (name == "tmp") at.disable_recursion_pending();
        if (name == "tmp" || name == "lock") continue;
        std::error_code vanished;
        if (at->is_directory(vanished))
            fs::create_directory(to / name);
        else
            fs::copy_file(at->path(), to / name, vanished);
        const bool may_go = *name.begin() == "results" && vanished == std::errc::no_such_file_or_directory;
        if (vanished && !may_go)
            throw internal(fmt::format("cannot copy {}: {}", at->path().string(), vanished.message()));
    }
    if (failed) throw internal(fmt::format("cannot read {}: {}", from.string(), failed.message()));
}

// Every file below the folder but the manifest, sorted by path. Throws damaged for what is neither file nor folder: a
// link could lead out of the data folder.
std::vector<FileSum> sums_of(const fs::path& folder) {
    std::vector<FileSum> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        auto path = entry.path().lexically_relative(folder).string();
        const auto type = entry.symlink_status().type();
        if (type == fs::file_type::directory || path == manifest_file) continue;
        if (type != fs::file_type::regular) throw damaged(path + " is no file");
        out.push_back({path, hash_of_file(entry.path())});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return out;
}

Manifest read_manifest(const fs::path& folder) {
    const auto text = read_file(folder / manifest_file);
    if (text.empty()) throw damaged("it has no manifest.json, so it is none of ours");
    Manifest manifest;
    try {
        manifest = from_json<Manifest>(text);
    } catch (const Error&) {
        throw damaged("its manifest cannot be read");
    }
    auto found = sums_of(folder);
    auto same = [](const FileSum& a, const FileSum& b) { return a.path == b.path && a.sha256 == b.sha256; };
    auto [stated, real] = std::mismatch(manifest.files.begin(), manifest.files.end(), found.begin(), found.end(), same);
    if (stated != manifest.files.end() || real != found.end())
        throw damaged(
            fmt::format("{} does not match its checksum", stated != manifest.files.end() ? stated->path : real->path));
    const fs::path database(manifest.database);
    if (database.has_parent_path() || !fs::is_regular_file(folder / database)) throw damaged("it has no database");
    return manifest;
}

void check_database(const Manifest& manifest, const fs::path& file) {
    try {
        if (manifest.dialect != "sqlite") return check_postgres_dump(file.string());
        DatabaseOptions options;
        options.url = "sqlite://" + file.string();
        options.read_only = true;
        options.read_deadline_ms = std::numeric_limits<int>::max();
        Vault unused({}, Env::real());
        auto db = Database::open(options, Env::real(), unused);
        const auto said = db->read([](Rx& rx) { return rx.values<std::string>("PRAGMA quick_check"); });
        if (said != std::vector<std::string>{"ok"}) throw damaged(said.empty() ? "no answer" : said.front());
    } catch (const Error& e) {
        if (e.fault == Fault::invalid) throw;
        throw damaged(e.what());
    }
}

void check_schema(const Site& site, const Manifest& manifest) {
    if (!manifest.schema || site.known.empty()) return;
    for (const auto& [module, number] : *manifest.schema) {
        auto found = site.known.find(module);
        if (found == site.known.end() || number > found->second)
            throw Error(Fault::invalid, "backups.newer")
                .log(fmt::format("the backup has {} {}, which this program does not know", module, number));
    }
}

// Whether the key that will be in use after a restore is the one that the backup was made under.
bool fits(const Site& site, std::string_view name, std::string_view key, const std::optional<std::string>& print,
          const fs::path& folder) {
    if (key.empty() || !print) return true;
    const bool comes_along = !is_configured(site, name, key) && secret_in(folder / secrets_file, name);
    return comes_along || *print == print_of_key(key);
}

void check_keys(const Site& site, const Manifest& manifest, const fs::path& folder) {
    if (!fits(site, "data_key", site.data_key, manifest.data_key_print, folder))
        throw Error(Fault::invalid, "backups.other_key").log("DATA_KEY is not the one that the backup was made under");
    if (!fits(site, "code_key", site.code_key, manifest.code_key_print, folder))
        throw Error(Fault::invalid, "backups.other_code_key")
            .log("CODE_KEY is not the one that the backup was made under");
}

}  // namespace

Scratch::Scratch(fs::path p) : path(std::move(p)) {
    fs::remove_all(path);
    fs::create_directories(path);
    fs::permissions(path, fs::perms::owner_all);
}
Scratch::~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

void sync_path(const fs::path& path) {
    auto& files = Env::real().files();
    disk::sync(files, disk::open(files, path.string(), O_RDONLY), path.string());
}

void write_file(const fs::path& path, std::string_view text) {
    disk::write_file(Env::real().files(), path.string(), text);
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string hash_of_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string block(1 << 20, '\0');
    Sha256 hash;
    while (file.read(block.data(), std::streamsize(block.size())) || file.gcount() > 0)
        hash.add(std::string_view(block).substr(0, std::size_t(file.gcount())));
    return hex_encode(view(hash.digest()));
}

// The parts of an archive in the order in which they stand in it: what tells of the others comes first.
static std::vector<std::string> parts_of(const fs::path& folder) {
    std::vector<std::string> out{label_file, manifest_file};
    for (const auto& entry : fs::directory_iterator(folder))
        if (const auto name = entry.path().filename().string(); name != label_file && name != manifest_file)
            out.push_back(name);
    for (auto& name : out) name.insert(0, "./");
    return out;
}

static Label label_for(Database& db, const Site& site, std::string_view made_by) {
    return {Env::real().now(), db.dialect() == "sqlite" ? DatabaseKind::sqlite : DatabaseKind::postgres, site.version,
            std::string(made_by)};
}

static void pack(const fs::path& folder, const fs::path& archive) {
    std::vector<std::string> words{"tar", "-C", folder.string(), "-cf", archive.string()};
    for (auto& part : parts_of(folder)) words.push_back(std::move(part));
    if (auto said = run_program(std::move(words)); !said.empty()) throw internal(said);
}

void make_archive(Database& db, const Site& site, const fs::path& path, std::string_view made_by,
                  const ArchiveStep& on_step) {
    int done = 0;
    const auto step = [&] {
        if (on_step) on_step(done++);
    };
    step();
    if (fs::exists(path)) throw internal(path.string() + " exists already");
    const Scratch scratch(path.string() + ".parts");
    // Twice: once copied, once in the archive.
    const bool file = site.sqlite() && fs::exists(site.database_file());
    require_space(scratch.path,
                  2 * (size_below(site.data / "files") + (file ? fs::file_size(site.database_file()) : 0)));
    Manifest manifest;
    manifest.product = "yuanliu";
    const auto label = label_for(db, site, made_by);
    manifest.dialect = db.dialect();
    manifest.database = db.dialect() == "sqlite" ? "yuanliu.db" : "database.dump";
    manifest.created_at = label.made_at;
    manifest.schema.emplace();
    for (const auto& [module, number] : db.read([](Rx& rx) { return applied_migrations(rx); }))
        manifest.schema->push_back({module, number});
    if (!site.data_key.empty()) manifest.data_key_print = print_of_key(site.data_key);
    if (!site.code_key.empty()) manifest.code_key_print = print_of_key(site.code_key);
    // Files are written before the rows that speak of them, so copying them after the database misses none; and while
    // we hold the lock no sweep takes one away that a row of our copy still speaks of.
    const auto kept = hold_files(site.data / "files");
    db.backup((scratch.path / manifest.database).string());
    step();
    copy_files(site.data / "files", scratch.path / "files");
    if (fs::exists(site.data / secrets_file)) fs::copy(site.data / secrets_file, scratch.path / secrets_file);
    write_file(scratch.path / label_file, to_json(label) + "\n");
    step();
    manifest.files = sums_of(scratch.path);
    write_file(scratch.path / manifest_file, to_json(manifest) + "\n");
    step();
    const Scratch draft(path.string() + ".new");
    const auto archive = draft.path / "archive.tar";
    pack(scratch.path, archive);
    fs::permissions(archive, fs::perms::owner_read | fs::perms::owner_write);
    sync_path(archive);
    fs::rename(archive, path);
    sync_path(path.parent_path().empty() ? fs::path(".") : path.parent_path());
    step();
}

std::optional<Label> label_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(block_bytes, '\0');
    if (!file.read(head.data(), std::streamsize(head.size()))) return {};
    const std::string name = head.c_str();  // padded with zeros
    if (name != std::string("./") + label_file) return {};
    std::size_t bytes = 0;
    for (const char digit : head.substr(size_at, size_digits)) {
        if (digit < '0' || digit > '7') return {};
        bytes = bytes * 8 + std::size_t(digit - '0');
    }
    if (bytes > label_bytes_max) return {};
    std::string text(bytes, '\0');
    if (!file.read(text.data(), std::streamsize(bytes))) return {};
    try {
        return from_json<Label>(text);
    } catch (const Error&) {
        return {};
    }
}

Manifest unpack_archive(const Site& site, const fs::path& path, const fs::path& folder) {
    require_space(folder, fs::file_size(path));
    if (auto said = run_program({"tar", "-C", folder.string(), "--no-same-owner", "-xf", path.string()}); !said.empty())
        throw damaged(said);
    auto manifest = read_manifest(folder);
    if (site.sqlite() != (manifest.dialect == "sqlite"))
        throw Error(Fault::invalid, "backups.other_database", {{"kind", manifest.dialect}})
            .log(
                fmt::format("this backup is of a {} database, the configuration names another kind", manifest.dialect));
    check_schema(site, manifest);
    check_keys(site, manifest, folder);
    check_database(manifest, folder / manifest.database);
    return manifest;
}

}  // namespace yuanliu::backups
