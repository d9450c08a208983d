// What callers see of backups, and what the files beside them say.
#pragma once

#include <map>

#include "platform/describe/record.hpp"

namespace yuanliu::backups {

// `safety`: of what was there before a restore.
enum class BackupKind { manual, scheduled, uploaded, safety };
YL_ENUM(BackupKind, manual, scheduled, uploaded, safety)

using BackupName = Code<1, 80>;  // also its file's: 20261120-212503-manual.tar, in UTC

// Which kind of database it is of.
enum class DatabaseKind { sqlite, postgres };
YL_ENUM(DatabaseKind, sqlite, postgres)

// What an archive says of itself in its first bytes, so that a list need not read all of it. Those of before have none.
struct Label {
    Time made_at;
    DatabaseKind dialect = DatabaseKind::sqlite;
    std::string version;  // of the program that made it
    std::string made_by;  // who asked; empty: nobody in person
};
YL_RECORD(Label, "backup.label", made_at, dialect, version, made_by)

struct BackupItem {
    BackupName name;
    Time created_at;  // since when it is here
    std::int64_t bytes = 0;
    BackupKind kind = BackupKind::manual;
    std::optional<Time> made_at;  // of what it holds; with those below nothing when it does not say
    std::optional<DatabaseKind> dialect;
    std::optional<std::string> version, made_by;
    bool fits = true;  // is of the kind of database in use here, as far as it says
};
YL_RECORD(BackupItem, "backups.item", name, created_at, bytes, kind, made_at, dialect, version, made_by, fits)

struct BackupJob {
    std::int64_t job_id = 0;
};
YL_RECORD(BackupJob, "backups.job", job_id)

// The name again, typed by whoever knows what he is about to do.
struct RestoreInput {
    std::string confirm_name;
};
YL_RECORD(RestoreInput, "backups.restore_input", confirm_name)

// ---- jobs ----

struct MakeTask {
    BackupKind kind = BackupKind::manual;
    std::optional<BackupName> name;  // of a scheduled one: made up when it runs
    std::optional<std::string> actor_name;
};
YL_RECORD(MakeTask, "backups.make_task", kind, name, actor_name)

struct RestoreTask {
    BackupName name;
    std::int64_t actor_id = 0;
    std::string actor_name;
};
YL_RECORD(RestoreTask, "backups.restore_task", name, actor_id, actor_name)

// ---- inside an archive ----

struct FileSum {
    std::string path;  // inside the archive
    std::string sha256;
};
YL_RECORD(FileSum, "backup.file", path, sha256)

struct ModuleLevel {
    std::string module;
    int number = 0;  // of its newest migration
};
YL_RECORD(ModuleLevel, "backup.level", module, number)

struct Manifest {
    std::string product;   // "yuanliu"
    std::string dialect;   // sqlite or postgres
    std::string database;  // file name inside the archive
    Time created_at;
    std::vector<FileSum> files;                      // all that is in the archive but the manifest itself
    std::optional<std::vector<ModuleLevel>> schema;  // how new the tables are
    std::optional<std::string> data_key_print;       // tells whether personal data in it can be read
    std::optional<std::string> code_key_print;       // and whether its printed codes are genuine
};
YL_RECORD(Manifest, "backup.manifest", product, dialect, database, created_at, files, schema, data_key_print,
          code_key_print)

// ---- beside the data while a restore is under way ----

struct Intent {
    BackupName name;
    std::int64_t actor_id = 0;
    std::string actor_name;
    std::string safety;   // the backup of what was there
    std::string failure;  // why it came to nothing; empty: it did not
};
YL_RECORD(Intent, "backups.intent", name, actor_id, actor_name, safety, failure)

// How the restore went that this process was started for, and whether another one has been asked for.
struct RestoreStatus {
    bool under_way = false;
    std::optional<BackupName> name;
    std::string safety;   // the backup of what was there before
    std::string failure;  // an error code; empty: it did not fail
    std::optional<Time> finished_at;
};
YL_RECORD(RestoreStatus, "backups.restore_status", under_way, name, safety, failure, finished_at)

}  // namespace yuanliu::backups
