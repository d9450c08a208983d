#include "app/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

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

struct Manifest {
    std::string product;   // "yuanliu"
    std::string dialect;   // sqlite or postgres
    std::string database;  // file name inside the archive
    std::string sha256;    // of that file
    Time created_at;
};
YL_RECORD(Manifest, "backup.manifest", product, dialect, database, sha256, created_at)

// Runs a program to its end. Throws internal with its name when it fails.
void run(const std::vector<std::string>& words) {
    std::vector<char*> argv;
    for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    pid_t child = 0;
    if (::posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0) throw internal("cannot start " + words[0]);
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
    if (fd < 0 || ::fsync(fd) != 0) throw internal("cannot sync " + path.string());
    ::close(fd);
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

Manifest read_manifest(const fs::path& folder) {
    std::ifstream file(folder / "manifest.json");
    std::stringstream text;
    text << file.rdbuf();
    if (text.str().empty()) throw internal("this is no yuanliu backup: it has no manifest.json");
    auto manifest = from_json<Manifest>(text.str());
    if (hash_of_file(folder / manifest.database) != manifest.sha256) throw internal("the backup is damaged: the database does not match its checksum");
    return manifest;
}

void replace_folder(const Config& config, const fs::path& fresh, bool force) {
    fs::path data = fs::absolute(config.data);
    if (fs::exists(data) && !fs::is_empty(data)) {
        if (!force) throw internal(fmt::format("{} is not empty; say --force to replace it (it is kept beside the new one)", data.string()));
        auto kept = data.string() + fmt::format(".before-restore-{}", Env::real().now().ms);
        fs::rename(data, kept);
    }
    fs::remove(data);
    fs::create_directories(data.parent_path());
    fs::rename(fresh, data);
}

}  // namespace

void make_backup(const Config& config, const std::string& path) {
    if (fs::exists(path)) throw internal(path + " exists already");
    Scratch scratch(path + ".parts");
    Application app(config, Env::real(), config.database_url.empty());
    bool sqlite = app.db().dialect() == "sqlite";
    Manifest manifest{"yuanliu", std::string(app.db().dialect()), sqlite ? "yuanliu.db" : "database.dump", "", Env::real().now()};
    // Files are written before the rows that speak of them, so copying them after the database misses none.
    app.db().backup((scratch.path / manifest.database).string());
    fs::path data(config.data);
    if (fs::exists(data / "files")) fs::copy(data / "files", scratch.path / "files", fs::copy_options::recursive);
    if (fs::exists(data / "secrets.toml")) fs::copy(data / "secrets.toml", scratch.path / "secrets.toml");
    manifest.sha256 = hash_of_file(scratch.path / manifest.database);
    std::ofstream(scratch.path / "manifest.json") << to_json(manifest) << "\n";
    auto draft = path + ".new";
    ::umask(0077);
    run({"tar", "-C", scratch.path.string(), "-cf", draft, "."});
    sync_path(draft);
    fs::rename(draft, path);
}

void restore_backup(const Config& config, const std::string& path, bool force) {
    if (!fs::exists(path)) throw internal("no such backup: " + path);
    Scratch scratch(fs::absolute(config.data).string() + ".restoring");
    run({"tar", "-C", scratch.path.string(), "--no-same-owner", "-xf", path});
    auto manifest = read_manifest(scratch.path);
    bool sqlite = config.database_url.empty();
    if (sqlite != (manifest.dialect == "sqlite"))
        throw internal(fmt::format("this backup is of a {} database, the configuration names another kind", manifest.dialect));
    if (!sqlite) {
        postgres_restore(config.database_url, (scratch.path / manifest.database).string(), force);
        fs::remove(scratch.path / manifest.database);
    } else if (fs::exists(fs::path(config.data) / "yuanliu.db")) {
        // Refuses while a server has the database; the key does not matter for that.
        Vault vault(Bytes32{}, Env::real());
        Database::open({.url = database_url(config)}, Env::real(), vault);
    }
    fs::remove(scratch.path / "manifest.json");
    replace_folder(config, scratch.path, force || !sqlite);
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
