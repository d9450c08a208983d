#include "modules/backups/restore.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/base64.hpp"
#include "modules/backups/secrets.hpp"
#include "platform/db/postgres_dump.hpp"

namespace yuanliu::backups {
namespace {

namespace fs = std::filesystem;

constexpr const char* dump_file = "database.dump";

fs::path staging(const Site& site) { return site.data / "restoring"; }
fs::path fresh(const Site& site) { return staging(site) / "new"; }
fs::path ready_file(const Site& site) { return staging(site) / "ready"; }  // all of new/ is there and synced
fs::path pending_file(const Site& site) { return site.data / "restore.pending"; }
fs::path done_file(const Site& site) { return site.data / "restore.done"; }

std::string random_secret() {
    std::array<unsigned char, 36> bytes{};
    Env::real().random(bytes);
    return base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void sync_below(const fs::path& folder) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) sync_path(entry.path());
    sync_path(folder);
}

// Keeps other processes out until the object goes.
class Alone {
 public:
    explicit Alone(const Site& site) {
        take(site.data / "restore.lock", LOCK_EX);
        if (site.sqlite()) take(site.database_file().string() + ".lock", LOCK_EX | LOCK_NB);
    }
    ~Alone() {
        for (int fd : held_) ::close(fd);
    }
    Alone(const Alone&) = delete;

 private:
    void take(const fs::path& path, int how) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0) held_.push_back(fd);
        int failed = -1;
        while (fd >= 0 && (failed = ::flock(fd, how)) != 0 && errno == EINTR) {
        }
        if (failed != 0)
            throw internal("another yuanliu process is using this database; stop it before the restore goes on");
    }
    std::vector<int> held_;
};

// Puts what is there aside. Never over something: what was moved before the crash stays what it is.
void put_aside(const Site& site, const std::string& name) {
    if (!fs::exists(site.data / name)) return;
    fs::create_directories(staging(site) / "old");
    fs::path target = staging(site) / "old" / name;
    for (int i = 1; fs::exists(target); ++i) target = staging(site) / "old" / fmt::format("{}.{}", name, i);
    fs::rename(site.data / name, target);
}

void put_in_place(const Site& site, const std::string& name, const std::function<void()>& on_step) {
    if (!fs::exists(fresh(site) / name)) return;  // done before the crash, or not in the backup
    put_aside(site, name);
    on_step();
    fs::rename(fresh(site) / name, site.data / name);
    sync_path(site.data);
    on_step();
}

}  // namespace

void stage(const Site& site, const fs::path& archive) {
    fs::remove_all(staging(site));
    fs::create_directories(fresh(site));
    fs::permissions(staging(site), fs::perms::owner_all);
    try {
        const auto manifest = unpack_archive(site, archive, fresh(site));
        for (const auto* paper : {manifest_file, label_file}) fs::remove(fresh(site) / paper);
        // What SQLite may have left beside the file while it was looked at.
        for (const char* more : {"-wal", "-shm"}) fs::remove(fresh(site) / (manifest.database + more));
        const auto database = site.sqlite() ? site.database_file().filename().string() : dump_file;
        if (manifest.database != database) fs::rename(fresh(site) / manifest.database, fresh(site) / database);
        fs::create_directories(fresh(site) / "files");  // of an installation without files: those of today go
        replace_secret(fresh(site) / secrets_file, "jwt_secret_key", random_secret());
        write_file(ready_file(site), "");
        sync_below(staging(site));
    } catch (...) {
        fs::remove_all(staging(site));
        throw;
    }
}

void commit(const Site& site, const Intent& intent) {
    if (!fs::exists(ready_file(site))) throw internal("what was staged is no longer there");
    write_file(pending_file(site), to_json(intent) + "\n");
}

void abandon(const Site& site, Intent intent, std::string why) {
    intent.failure = std::move(why);
    write_file(done_file(site), to_json(intent) + "\n");
    fs::remove(pending_file(site));
    fs::remove_all(staging(site));
}

void clear_staging(const Site& site) {
    if (!is_pending(site)) fs::remove_all(staging(site));
}

bool is_pending(const Site& site) { return fs::exists(pending_file(site)); }

void roll_forward(const Site& site, const std::function<void()>& on_step) {
    if (!is_pending(site)) return;
    const Alone alone(site);
    if (!is_pending(site)) return;  // another process has done it meanwhile
    const auto step = on_step ? on_step : [] {};
    const auto intent = from_json<Intent>(read_file(pending_file(site)));
    spdlog::info("bringing back {}", intent.name.value);
    if (fs::exists(fresh(site) / dump_file)) {
        try {
            postgres_restore(site.database_url, (fresh(site) / dump_file).string(), true);
        } catch (const Error& e) {
            spdlog::error("the backup was not brought back: {}", e.what());
            return abandon(site, intent,
                           e.fault == Fault::conflict ? "backups.servers_running" : "backups.database_refused");
        }
        step();
        fs::remove(fresh(site) / dump_file);
        sync_path(fresh(site));
        step();
    }
    const auto file = site.database_file().filename().string();
    if (fs::exists(fresh(site) / file))
        // With the old log beside it the new file would be taken for a torn one.
        for (const char* more : {"-wal", "-shm"}) put_aside(site, file + more), step();
    put_in_place(site, file, step);
    put_in_place(site, "files", step);
    put_in_place(site, secrets_file, step);
    fs::rename(pending_file(site), done_file(site));
    sync_path(site.data);
    step();
    fs::remove_all(staging(site));
}

std::optional<Intent> outcome(const Site& site) {
    if (!fs::exists(done_file(site))) return {};
    return from_json<Intent>(read_file(done_file(site)));
}

void forget_outcome(const Site& site) { fs::remove(done_file(site)); }

void RestoreDesk::on_wanted(std::function<void()> wake) {
    const std::lock_guard guard(mutex_);
    wake_ = std::move(wake);
}
bool RestoreDesk::is_open() const {
    const std::lock_guard guard(mutex_);
    return wake_ && !wanted_;
}
void RestoreDesk::ask(Intent intent) {
    const std::lock_guard guard(mutex_);
    if (!wake_ || wanted_) throw conflict("backups.restore_under_way");
    wanted_ = std::move(intent);
    wake_();
}
std::optional<Intent> RestoreDesk::wanted() const {
    const std::lock_guard guard(mutex_);
    return wanted_;
}
void RestoreDesk::came_of(const Intent& intent, Time at) {
    const std::lock_guard guard(mutex_);
    last_ = {false, intent.name, intent.safety, intent.failure, at};
}
RestoreStatus RestoreDesk::status() const {
    const std::lock_guard guard(mutex_);
    auto out = last_;
    out.under_way = wanted_.has_value();
    return out;
}

}  // namespace yuanliu::backups
