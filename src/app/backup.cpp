#include "app/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/wiring.hpp"
#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "platform/db/postgres_dump.hpp"

extern char** environ;

namespace yuanliu::app {
namespace {

namespace fs = std::filesystem;

struct FileSum {
    std::string path;  // inside the archive
    std::string sha256;
};
YL_RECORD(FileSum, "backup.file", path, sha256)

struct Manifest {
    std::string product;   // "yuanliu"
    std::string dialect;   // sqlite or postgres
    std::string database;  // file name inside the archive
    Time created_at;
    std::vector<FileSum> files;  // all that is in the archive but the manifest itself
};
YL_RECORD(Manifest, "backup.manifest", product, dialect, database, created_at, files)

constexpr std::string_view manifest_name = "manifest.json";

// Runs a program to its end. Throws internal with its name when it fails.
void run(const std::vector<std::string>& words) {
    std::vector<char*> argv;
    for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    pid_t child = 0;
    if (::posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0)
        throw internal("cannot start " + words[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw internal(words[0] + " failed; its message stands above");
}

std::string hash_of_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string block(1 << 20, '\0');
    Sha256 hash;
    while (file.read(block.data(), std::streamsize(block.size())) || file.gcount() > 0)
        hash.add(std::string_view(block).substr(0, std::size_t(file.gcount())));
    return hex_encode(view(hash.digest()));
}

void sync_path(const fs::path& path) {
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!good) throw internal("cannot sync " + path.string());
}

// A folder that goes away with the object.
struct Scratch {
    explicit Scratch(fs::path p) : path(std::move(p)) {
        fs::remove_all(path);
        fs::create_directories(path);
        fs::permissions(path, fs::perms::owner_all);
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    fs::path path;
};

// Every file below the folder but the manifest, sorted by path.
std::vector<FileSum> sums_of(const fs::path& folder) {
    std::vector<FileSum> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        auto path = entry.path().lexically_relative(folder).string();
        if (entry.is_regular_file() && path != manifest_name) out.push_back({path, hash_of_file(entry.path())});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return out;
}

Manifest read_manifest(const fs::path& folder) {
    std::ifstream file(folder / manifest_name);
    std::stringstream text;
    text << file.rdbuf();
    if (text.str().empty()) throw internal("this is no yuanliu backup: it has no manifest.json");
    Manifest manifest;
    try {
        manifest = from_json<Manifest>(text.str());
    } catch (const Error&) {
        throw internal("the backup is damaged: its manifest cannot be read");
    }
    auto found = sums_of(folder);
    auto same = [](const FileSum& a, const FileSum& b) { return a.path == b.path && a.sha256 == b.sha256; };
    auto [stated, real] = std::mismatch(manifest.files.begin(), manifest.files.end(), found.begin(), found.end(), same);
    if (stated != manifest.files.end() || real != found.end())
        throw internal(fmt::format("the backup is damaged: {} does not match its checksum",
                                   stated != manifest.files.end() ? stated->path : real->path));
    if (!fs::exists(folder / manifest.database)) throw internal("the backup is damaged: it has no database");
    return manifest;
}

// What stands in the data folder, but for what a restore puts there itself.
std::vector<fs::path> entries_of(const fs::path& folder, const fs::path& but) {
    std::vector<fs::path> out;
    if (!fs::exists(folder)) return out;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path() != but) out.push_back(entry.path());
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
    sync_path(data);
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
    if (fs::exists(path)) throw internal(path + " exists already");
    ::umask(0077);
    Scratch scratch(path + ".parts");
    Application app(config, Env::real(), Use::look);
    bool sqlite = app.db().dialect() == "sqlite";
    Manifest manifest{
        "yuanliu", std::string(app.db().dialect()), sqlite ? "yuanliu.db" : "database.dump", Env::real().now(), {}};
    // Files are written before the rows that speak of them, so copying them after the database misses none.
    app.db().backup((scratch.path / manifest.database).string());
    fs::path data(config.data);
    if (fs::exists(data / "files")) fs::copy(data / "files", scratch.path / "files", fs::copy_options::recursive);
    if (fs::exists(data / "secrets.toml")) fs::copy(data / "secrets.toml", scratch.path / "secrets.toml");
    manifest.files = sums_of(scratch.path);
    std::ofstream(scratch.path / manifest_name) << to_json(manifest) << "\n";
    Scratch draft(path + ".new");
    auto archive = draft.path / "archive.tar";
    run({"tar", "-C", scratch.path.string(), "-cf", archive.string(), "."});
    sync_path(archive);
    fs::rename(archive, path);
}

void restore_backup(const Config& config, const std::string& path, bool force) {
    if (!fs::exists(path)) throw internal("no such backup: " + path);
    ::umask(0077);
    fs::path data = fs::absolute(config.data).lexically_normal(), stage = data / ".restoring";
    bool sqlite = database_url(config).starts_with("sqlite:");
    auto file = data / "yuanliu.db";
    if (sqlite && database_url(config) != "sqlite://" + file.string())
        throw internal(fmt::format(
            "an SQLite database is restored into the data folder: leave DATABASE_URL out, or let it name {}",
            file.string()));
    if (!force && !entries_of(data, stage).empty())
        throw internal(fmt::format(
            "{} is not empty; say --force to replace what is there (it is kept in a folder named before-restore-...)",
            data.string()));
    if (sqlite) require_no_server(file);
    Scratch scratch(stage);
    run({"tar", "-C", scratch.path.string(), "--no-same-owner", "-xf", path});
    auto manifest = read_manifest(scratch.path);
    if (sqlite != (manifest.dialect == "sqlite"))
        throw internal(
            fmt::format("this backup is of a {} database, the configuration names another kind", manifest.dialect));
    if (!sqlite) {
        std::vector<std::string> command{"pg_restore", "--single-transaction", "--no-owner", "--exit-on-error",
                                         "-d",         config.database_url};
        if (force) command.insert(command.begin() + 1, {"--clean", "--if-exists"});
        command.push_back((scratch.path / manifest.database).string());
        run(command);
        fs::remove(scratch.path / manifest.database);
    }
    fs::remove(scratch.path / manifest_name);
    for (const auto& entry : fs::recursive_directory_iterator(scratch.path)) sync_path(entry.path());
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
