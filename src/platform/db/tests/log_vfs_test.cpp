// The layer that gathers writes to SQLite's log, over a file system that counts and fails on request.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cerrno>
#include <filesystem>

#include "base/disk.hpp"
#include "kit/db_test.hpp"
#include "kit/faulty_files.hpp"
#include "platform/db/sqlite_log_vfs.hpp"

namespace yuanliu {
namespace {

// What the file system below was asked to do to logs, and how it is to answer.
struct Disk {
    int writes = 0;
    std::int64_t bytes = 0;
    int write_answer = SQLITE_OK;
} disk;
FaultyFiles files;  // what logs are synced through

struct Watched : sqlite3_file {
    sqlite3_file* beneath() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
sqlite3_file* below(sqlite3_file* file) { return static_cast<Watched*>(file)->beneath(); }

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (disk.write_answer != SQLITE_OK) return disk.write_answer;
    ++disk.writes, disk.bytes += size;
    return below(file)->pMethods->xWrite(below(file), data, size, offset);
}
template <auto method, class... A>
int pass(sqlite3_file* file, A... a) {
    return (below(file)->pMethods->*method)(below(file), a...);
}

using M = sqlite3_io_methods;
const M methods = {1,
                   pass<&M::xClose>,
                   pass<&M::xRead, void*, int, sqlite3_int64>,
                   write,
                   pass<&M::xTruncate, sqlite3_int64>,
                   pass<&M::xSync, int>,
                   pass<&M::xFileSize, sqlite3_int64*>,
                   pass<&M::xLock, int>,
                   pass<&M::xUnlock, int>,
                   pass<&M::xCheckReservedLock, int*>,
                   pass<&M::xFileControl, int, void*>,
                   pass<&M::xSectorSize>,
                   pass<&M::xDeviceCharacteristics>,
                   nullptr,
                   nullptr,
                   nullptr,
                   nullptr,
                   nullptr,
                   nullptr};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    auto* real = static_cast<sqlite3_vfs*>(vfs->pAppData);
    if ((flags & SQLITE_OPEN_WAL) == 0) return real->xOpen(real, name, file, flags, out);
    int code = real->xOpen(real, name, below(file), flags, out);
    file->pMethods = code == SQLITE_OK ? &methods : nullptr;
    return code;
}

class LogVfs : public ::testing::Test {
 protected:
    void SetUp() override {
        sqlite3_initialize();
        if (!sqlite3_vfs_find("watched")) {
            static sqlite3_vfs watched = *sqlite3_vfs_find(nullptr);
            watched.pAppData = sqlite3_vfs_find(nullptr);
            watched.zName = "watched";
            watched.szOsFile += int(sizeof(Watched));
            watched.xOpen = open;
            ASSERT_EQ(sqlite3_vfs_register(&watched, 0), SQLITE_OK);
        }
        register_log_vfs("gathering", "watched", files);
        disk = {};
        db_ = connect("gathering");
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
            "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)");
    }
    void TearDown() override { sqlite3_close(db_); }

    sqlite3* connect(const char* vfs) {
        sqlite3* db = nullptr;
        EXPECT_EQ(sqlite3_open_v2(folder_.file("a.db").c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs),
                  SQLITE_OK);
        return db;
    }
    int run(const char* sql) { return sqlite3_exec(db_, sql, nullptr, nullptr, nullptr); }
    static std::int64_t rows(sqlite3* db) {
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v2(db, "SELECT count(*) FROM t", -1, &statement, nullptr);
        EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
        auto n = sqlite3_column_int64(statement, 0);
        sqlite3_finalize(statement);
        return n;
    }
    static constexpr const char* many =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
        "INSERT INTO t (text) SELECT hex(randomblob(900)) FROM n";

    TempFolder folder_;
    sqlite3* db_ = nullptr;
};

TEST_F(LogVfs, a_commit_of_many_pages_is_few_writes_and_one_sync) {
    disk = {};
    const int synced = files.syncs;
    ASSERT_EQ(run(many), SQLITE_OK);
    const auto pages = disk.bytes / 4096;
    EXPECT_GT(pages, 200);
    EXPECT_LT(disk.writes, pages / 20);
    EXPECT_EQ(files.syncs - synced, 1);
}

TEST_F(LogVfs, others_see_what_was_committed_and_nothing_else) {
    ASSERT_EQ(run(many), SQLITE_OK);
    auto* other = connect(nullptr);
    EXPECT_EQ(rows(other), 500);
    ASSERT_EQ(run("BEGIN"), SQLITE_OK);
    ASSERT_EQ(run(many), SQLITE_OK);
    EXPECT_EQ(rows(other), 500);
    EXPECT_EQ(rows(db_), 1000);
    ASSERT_EQ(run("COMMIT"), SQLITE_OK);
    EXPECT_EQ(rows(other), 1000);
    sqlite3_close(other);
}

TEST_F(LogVfs, others_see_commits_that_nobody_synced) {
    ASSERT_EQ(run("PRAGMA synchronous=OFF; PRAGMA cache_size=10"), SQLITE_OK);
    auto* other = connect(nullptr);
    const int synced = files.syncs;
    ASSERT_EQ(run("INSERT INTO t (text) VALUES ('one')"), SQLITE_OK);
    EXPECT_EQ(rows(other), 1);
    // A page of a frame that is in the log already is written over: its checksum and all after it are made anew.
    ASSERT_EQ(run("BEGIN"), SQLITE_OK);
    ASSERT_EQ(run(many), SQLITE_OK);
    ASSERT_EQ(run("UPDATE t SET text = id"), SQLITE_OK);
    ASSERT_EQ(run("COMMIT"), SQLITE_OK);
    EXPECT_EQ(rows(other), 501);
    EXPECT_EQ(files.syncs, synced);
    sqlite3_close(other);
}

TEST_F(LogVfs, pages_that_left_the_cache_are_read_back) {
    run("PRAGMA cache_size=10");  // the transaction below spills into the log before it commits
    ASSERT_EQ(run("BEGIN"), SQLITE_OK);
    for (int i = 0; i < 4; ++i) ASSERT_EQ(run(many), SQLITE_OK);
    EXPECT_EQ(rows(db_), 2000);
    ASSERT_EQ(run("UPDATE t SET text = id"), SQLITE_OK);
    ASSERT_EQ(run("COMMIT"), SQLITE_OK);
    EXPECT_EQ(run("PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
    auto* other = connect(nullptr);
    EXPECT_EQ(rows(other), 2000);
    sqlite3_close(other);
}

TEST_F(LogVfs, what_does_not_fit_on_the_disk_is_refused_and_leaves_nothing) {
    ASSERT_EQ(run(many), SQLITE_OK);
    disk.write_answer = SQLITE_FULL;
    EXPECT_EQ(run("INSERT INTO t (text) VALUES ('one')"), SQLITE_FULL);
    EXPECT_EQ(run(many), SQLITE_FULL);
    EXPECT_EQ(rows(db_), 500);
    disk.write_answer = SQLITE_OK;
    EXPECT_EQ(run("INSERT INTO t (text) VALUES ('two')"), SQLITE_OK);
    auto* other = connect(nullptr);
    EXPECT_EQ(rows(other), 501);
    sqlite3_close(other);
}

TEST_F(LogVfs, a_failed_sync_is_told_to_sqlite) {
    files.fail_syncs = EIO;
    EXPECT_EQ(sqlite3_extended_result_codes(db_, 1), SQLITE_OK);
    EXPECT_EQ(run("INSERT INTO t (text) VALUES ('one')"), SQLITE_IOERR_FSYNC);
    files.fail_syncs = 0;
}

// After a sync that failed nobody knows what is on the disk: the process ends with 70, and who waits for the commit
// never hears that it succeeded.
TEST(FailedSync, ends_the_process_before_anybody_hears_of_success) {
    const TempFolder folder;
    const auto told = folder.file("told"), url = "sqlite://" + folder.file("a.db");
    const auto commit_twice = [&] {
        FaultyFiles faulty;
        FakeEnv env;
        env.use(faulty);
        Vault vault({}, env);
        const auto db = Database::open({.url = url}, env, vault);
        db->write([](Tx& tx) { tx.exec("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY)"); });
        db->write([](Tx& tx) { tx.exec("DELETE FROM t"); });
        faulty.fail_syncs = EIO;
        db->write([](Tx& tx) { tx.exec("INSERT INTO t (id) VALUES (1)"); });
        disk::write_file(Files::real(), told, "success");
    };
    EXPECT_EXIT(commit_twice(), ::testing::ExitedWithCode(70), "");
    EXPECT_FALSE(std::filesystem::exists(told));
}

}  // namespace
}  // namespace yuanliu
