// Backups kept in the data folder: made, listed, downloaded, uploaded, brought back.
#pragma once

#include "modules/backups/restore.hpp"
#include "platform/auth/actor.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::jobs {
class Registry;
}
namespace yuanliu::settings {
class Settings;
}

namespace yuanliu::backups {

inline constexpr std::uint64_t upload_bytes_max = 8ULL << 30;
inline constexpr int safety_kept = 3;

// All verbs are for administrators in person: a backup holds everything, the secrets too. They throw forbidden.

// Newest first.
std::vector<BackupItem> list(Database& db, const Actor& actor);
// Starts the job that makes one.
BackupJob make(Tx& tx, const Actor& actor);
// Throws not_found.
Content download(Database& db, const Actor& actor, const BackupName& name);
void remove(Tx& tx, const Actor& actor, const BackupName& name);
// Keeps an archive from elsewhere once it has proved to be one that could be restored here; one that was kept before is
// not kept twice, and the answer is the one from then. Throws as unpack_archive(),
// invalid for a request without exactly one file.
BackupItem upload(const Work& work, const Actor& actor, const Upload& upload);
// Starts the job that checks the backup and then has the process start again with it. Throws not_found, invalid when
// `confirm_name` is not the name, conflict `backups.restore_under_way`.
BackupJob restore(Tx& tx, const Actor& actor, const BackupName& name, const RestoreInput& input);

// How the last restore went, as long as this process runs. For the page that waits for it.
RestoreStatus restoring(Rx& rx, const Actor& actor);

// A new backup on the shelf, right now.
BackupItem make_now(Database& db, const Site& site, BackupKind kind, std::string_view made_by);
// With the server stopped and the database still open: saves what is there and commits what the job has staged. What
// fails is told by outcome(), and nothing is changed.
void save_and_commit(Database& db, const Site& site, Intent intent);
// After a start: tells the operation records what became of a restore, and ends every log-in that came back with it.
void tell_outcome(Database& db, const Site& site);

void routes(Routes& r);
void declare(settings::Settings& settings);
void declare(jobs::Registry& jobs);

}  // namespace yuanliu::backups
