// Bringing a backup back in place of what is there, so that a crash at any moment leaves the old state or the new one.
//
//   DATA/restoring/new/    the unpacked backup, checked and synced
//   DATA/restore.pending   from here on every start goes forward until the new state is in place
//   DATA/restoring/old/    what was there, entry by entry
//   DATA/restore.done      the new state is in place (or the old one still, with why): told to the log and the records
#pragma once

#include <functional>
#include <mutex>

#include "modules/backups/archive.hpp"

namespace yuanliu::backups {

// Unpacks and checks the archive into DATA/restoring/new, and gives it a fresh key for access tokens: nobody's log-in
// outlives the restore. Throws as unpack_archive().
void stage(const Site& site, const std::filesystem::path& archive);
// The point of no return. The database must be closed and what is there saved before.
void commit(const Site& site, const Intent& intent);
// Takes away what was staged for a restore that never came to its point of no return. With the database open, so that
// no other process is staging.
void clear_staging(const Site& site);
// Forgets what was staged and notes why: nothing was changed.
void abandon(const Site& site, Intent intent, std::string why);
bool is_pending(const Site& site);

// Before anything is opened: goes on with a restore that a crash or a restart has left. `on_step` is called after each
// step that can be seen from outside. A PostgreSQL that refuses the dump leaves the old state; throws internal when
// files cannot be moved, and then the next start tries again, or when another process has the database.
void roll_forward(const Site& site, const std::function<void()>& on_step = {});
// What roll_forward() or abandon() left to tell; taken away with forget_outcome() once it has been told.
std::optional<Intent> outcome(const Site& site);
void forget_outcome(const Site& site);

// Where the job that has staged a restore asks the process to start again. Thread-safe; a part of the Database.
class RestoreDesk {
 public:
    // Who wakes the main thread; without it no restore can be asked for.
    void on_wanted(std::function<void()> wake);
    bool is_open() const;
    void ask(Intent intent);
    std::optional<Intent> wanted() const;
    // What became of the restore that this process was started for.
    void came_of(const Intent& intent, Time at);
    RestoreStatus status() const;

 private:
    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::optional<Intent> wanted_;
    RestoreStatus last_;
};

}  // namespace yuanliu::backups
