// A restore stopped after every single step, and gone on with: the old state before the point of no return, the new one
// after it, whatever was in between.
#include "modules/backups/restore.hpp"

#include <gmock/gmock.h>
#include <sys/file.h>

#include <fstream>

#include "base/crypto.hpp"
#include "base/disk.hpp"
#include "base/time.hpp"
#include "kit/postgres_server.hpp"
#include "kit/test_database.hpp"
#include "modules/backups/secrets.hpp"
#include "modules/backups/shelf.hpp"

namespace yuanliu::backups {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Crash {};

void write(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

std::string code_of(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& e) {
        return e.code;
    }
    return "";
}

// An installation whose one row, one file and one secret say the same word.
class RestoreTest : public ::testing::TestWithParam<Backend> {
 protected:
    void SetUp() override {
        site_.data = folder_.path() / "data";
        site_.data_key = std::string(48, 'k');
        site_.known = {{"sample", 1}};
        fs::create_directories(site_.shelf());
        if (GetParam() == Backend::sqlite) {
            site_.database_url = "sqlite://" + site_.database_file().string();
        } else {
            static int last = 0;
            name_ = "restore_" + std::to_string(::getpid()) + "_" + std::to_string(++last);
            script(PostgresServer::shared().url(), "CREATE DATABASE " + name_ + " TEMPLATE template0");
            site_.database_url = PostgresServer::shared().url(name_);
        }
    }
    void TearDown() override {
        if (!name_.empty())
            script(PostgresServer::shared().url(), "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    }

    std::unique_ptr<Database> open(const std::string& url) {
        DatabaseOptions options;
        options.url = url;
        options.connections = 2;
        return Database::open(options, env_, vault_);
    }
    void script(const std::string& url, std::string_view sql) {
        open(url)->exclusively([&](Connection& c) { c.script(sql); });
    }
    // The installation as somebody left it who thought of this word.
    void live(const std::string& word) {
        const auto db = open(site_.database_url);
        migrate(*db, {{"sample", 1, "0001_sample.sql", "CREATE TABLE sample_word (word TEXT NOT NULL);"}});
        db->write([&](Tx& tx) {
            tx.exec("DELETE FROM sample_word");
            tx.exec("INSERT INTO sample_word (word) VALUES (?)", word);
        });
        fs::remove_all(site_.data / "files");
        write(site_.data / "files" / "ab" / word, word);
        write(site_.data / secrets_file, "data_key = '" + site_.data_key + "'\njwt_secret_key = '" + word + "'\n");
    }
    // The word, if all three say the same one.
    std::string word() {
        const auto row = open(site_.database_url)->read([](Rx& rx) {
            return rx.value<std::string>("SELECT word FROM sample_word");
        });
        EXPECT_EQ(read_file(site_.data / "files" / "ab" / row), row);
        std::size_t files = 0;
        for ([[maybe_unused]] const auto& entry : fs::directory_iterator(site_.data / "files" / "ab")) ++files;
        EXPECT_EQ(files, 1u);
        return row;
    }
    BackupName archive() {
        const auto db = open(site_.database_url);
        const auto name = new_name(site_, BackupKind::manual, Env::real().now());
        make_archive(*db, site_, path_of(site_, name));
        return name;
    }
    static Intent intent(const BackupName& name) { return {name, 7, "boss", "safety.tar", ""}; }

    TempFolder folder_;
    FakeEnv env_;
    Vault vault_{test_key(), env_};
    Site site_;
    std::string name_;
};
INSTANTIATE_TEST_SUITE_P(Both, RestoreTest, ::testing::Values(Backend::sqlite, Backend::postgres),
                         [](const auto& info) { return info.param == Backend::sqlite ? "sqlite" : "postgres"; });

// Others write while a backup is made: what is theirs alone may come and go, what rows speak of may not.
TEST_P(RestoreTest, files_that_vanish_meanwhile_are_told_from_files_that_are_missed) {
    live("one");
    const auto files = site_.data / "files";
    write(files / "tmp" / "half", "half-copied");
    write(files / "results" / "2026-11" / "a.csv", "a result");
    fs::create_symlink(files / "nowhere", files / "results" / "2026-11" / "gone.csv");  // as if taken away just now
    const auto name = archive();
    const Scratch scratch(folder_.path() / "look");
    const auto manifest = unpack_archive(site_, path_of(site_, name), scratch.path);
    EXPECT_TRUE(fs::exists(scratch.path / "files" / "ab" / "one"));
    EXPECT_TRUE(fs::exists(scratch.path / "files" / "results" / "2026-11" / "a.csv"));
    for (const char* theirs : {"tmp", "lock", "results/2026-11/gone.csv"})
        EXPECT_FALSE(fs::exists(scratch.path / "files" / theirs)) << theirs;
    fs::create_symlink(files / "nowhere", files / "ab" / "gone");
    EXPECT_EQ(code_of([&] { archive(); }), "internal") << "stored content may not be missing";
}

// While the files are copied no sweep may take one away that a row of the copied database still speaks of.
TEST_P(RestoreTest, a_backup_holds_off_the_sweep_of_files) {
    live("one");
    const auto lock = (site_.data / "files" / "lock").string();
    const disk::Fd sweep = disk::locked(Files::real(), lock, LOCK_SH);
    const auto free = [&] { return ::flock(sweep.get(), LOCK_EX | LOCK_NB) == 0; };
    int held = 0;
    const auto db = open(site_.database_url);
    make_archive(*db, site_, folder_.path() / "b.tar", "", [&](int done) { held += done == 1 && !free(); });
    EXPECT_EQ(held, 1);
    EXPECT_TRUE(free());
}

TEST_P(RestoreTest, codes_printed_under_another_key_would_count_as_forged) {
    live("one");
    site_.code_key = std::string(48, 'c');
    const auto name = archive();
    site_.code_key = std::string(48, 'd');
    EXPECT_EQ(code_of([&] { stage(site_, path_of(site_, name)); }), "backups.other_code_key");
}

TEST_P(RestoreTest, a_crash_after_any_step_is_made_good_by_the_next_start) {
    live("old");
    const auto name = archive();
    bool crashed = true;
    int crash_at = 0;
    for (; crashed; ++crash_at) {
        SCOPED_TRACE("crash after step " + std::to_string(crash_at));
        live("new");
        stage(site_, path_of(site_, name));
        EXPECT_EQ(word(), "new");
        roll_forward(site_);
        EXPECT_EQ(word(), "new") << "nothing goes forward before the point of no return";
        commit(site_, intent(name));
        crashed = false;
        int steps = 0;
        try {
            roll_forward(site_, [&] {
                if (steps++ == crash_at) throw Crash{};
            });
        } catch (const Crash&) {
            crashed = true;
            EXPECT_TRUE(is_pending(site_) || outcome(site_)) << "nobody would know of it";
            int again = 0;
            try {  // and once more, a step further
                roll_forward(site_, [&] {
                    if (again++ == 1) throw Crash{};
                });
            } catch (const Crash&) {
            }
            roll_forward(site_);
        }
        EXPECT_EQ(word(), "old");
        EXPECT_NE(secret_in(site_.data / secrets_file, "jwt_secret_key"), "old") << "tokens of then must not count";
        EXPECT_EQ(secret_in(site_.data / secrets_file, "data_key"), site_.data_key);
        ASSERT_TRUE(outcome(site_));
        EXPECT_EQ(outcome(site_)->actor_name, "boss");
        EXPECT_EQ(outcome(site_)->failure, "");
        forget_outcome(site_);
        clear_staging(site_);
        EXPECT_FALSE(fs::exists(site_.data / "restoring"));
    }
    EXPECT_GT(crash_at, 5);
}

TEST_P(RestoreTest, what_was_staged_and_not_committed_leaves_no_trace) {
    live("old");
    const auto name = archive();
    live("new");
    stage(site_, path_of(site_, name));
    clear_staging(site_);
    EXPECT_EQ(code_of([&] { commit(site_, intent(name)); }), "internal") << "what was staged is gone";
    roll_forward(site_);
    EXPECT_EQ(word(), "new");
    EXPECT_FALSE(outcome(site_));
    stage(site_, path_of(site_, name));
    abandon(site_, intent(name), "no_space");
    roll_forward(site_);
    EXPECT_EQ(word(), "new");
    EXPECT_EQ(outcome(site_)->failure, "no_space");
}

TEST_P(RestoreTest, tables_of_a_newer_program_do_not_stay) {
    live("old");
    const auto name = archive();
    live("new");
    script(site_.database_url,
           "CREATE TABLE sample_later (id BIGINT); CREATE VIEW sample_seen AS SELECT id FROM sample_later;");
    stage(site_, path_of(site_, name));
    commit(site_, intent(name));
    roll_forward(site_);
    EXPECT_EQ(word(), "old");
    script(site_.database_url, "CREATE TABLE sample_later (id BIGINT);");
}

TEST_P(RestoreTest, an_archive_that_does_not_fit_is_refused) {
    live("old");
    const auto path = path_of(site_, archive());
    auto refused = [&](const Site& site) {
        const Scratch scratch(folder_.path() / "look");
        return code_of([&] { unpack_archive(site, path, scratch.path); });
    };
    EXPECT_EQ(refused(site_), "");
    Site older = site_;
    older.known = {{"sample", 0}};
    EXPECT_EQ(refused(older), "backups.newer");
    older.known = {{"other", 5}};
    EXPECT_EQ(refused(older), "backups.newer");
    Site elsewhere = site_;
    elsewhere.database_url = GetParam() == Backend::sqlite ? "postgresql://localhost/x" : "sqlite:///x/yuanliu.db";
    EXPECT_EQ(refused(elsewhere), "backups.other_database");
    // The operator has configured another key, which no file changes.
    Site other_key = site_;
    other_key.data_key = std::string(48, 'z');
    EXPECT_EQ(refused(other_key), "backups.other_key");
    fs::resize_file(path, fs::file_size(path) / 2);
    EXPECT_EQ(refused(site_), "backups.damaged");
}

TEST_P(RestoreTest, an_archive_says_what_it_is_without_being_unpacked) {
    live("old");
    site_.version = "1.2.3";
    const auto name = new_name(site_, BackupKind::manual, Env::real().now());
    std::vector<int> steps;
    make_archive(*open(site_.database_url), site_, path_of(site_, name), "王五",
                 [&](int done) { steps.push_back(done); });
    EXPECT_EQ(steps, (std::vector{0, 1, 2, 3, archive_steps}));
    const auto item = *item_of(site_, name.value);
    EXPECT_EQ(item.version, "1.2.3");
    EXPECT_EQ(item.made_by, "王五");
    EXPECT_EQ(item.dialect, GetParam() == Backend::sqlite ? DatabaseKind::sqlite : DatabaseKind::postgres);
    EXPECT_TRUE(item.fits);
    EXPECT_LT(std::abs(item.made_at->ms - Env::real().now().ms), 60'000);
    Site elsewhere = site_;
    elsewhere.database_url = GetParam() == Backend::sqlite ? "postgresql://localhost/x" : "sqlite:///x/yuanliu.db";
    EXPECT_FALSE(item_of(elsewhere, name.value)->fits);
    // One of before says nothing, nor does what is no archive.
    const Scratch parts(folder_.path() / "parts");
    ASSERT_EQ(std::system(("tar -C " + parts.path.string() + " -xf " + path_of(site_, name).string() + " && tar -C " +
                           parts.path.string() + " -cf " + path_of(site_, name).string() + " .")
                              .c_str()),
              0);
    write(site_.shelf() / "20261101-101010-manual.tar", std::string(2000, 'x'));
    for (const auto& quiet : {name.value, std::string("20261101-101010-manual.tar")}) {
        EXPECT_TRUE(item_of(site_, quiet)->fits) << "as far as anybody knows";
        EXPECT_FALSE(item_of(site_, quiet)->made_at);
    }
    const Scratch look(folder_.path() / "look");
    EXPECT_EQ(code_of([&] { unpack_archive(site_, path_of(site_, name), look.path); }), "")
        << "it is whole all the same";
}

TEST_P(RestoreTest, making_one_can_be_given_up_and_leaves_nothing) {
    live("old");
    const auto name = new_name(site_, BackupKind::manual, Env::real().now());
    const auto db = open(site_.database_url);
    for (int at = 0; at < archive_steps; ++at)
        EXPECT_THROW(make_archive(*db, site_, path_of(site_, name), {},
                                  [&](int done) {
                                      if (done == at) throw Crash{};
                                  }),
                     Crash);
    EXPECT_TRUE(fs::is_empty(site_.shelf()));
}

TEST_P(RestoreTest, links_do_not_lead_out) {
    live("old");
    const auto path = path_of(site_, archive());
    const Scratch parts(folder_.path() / "parts");
    const auto shell = "tar -C " + parts.path.string() + " -xf " + path.string() + " && ln -s /etc " +
                       (parts.path / "files" / "out").string() + " && tar -C " + parts.path.string() + " -cf " +
                       path.string() + " .";
    ASSERT_EQ(std::system(shell.c_str()), 0);
    const Scratch look(folder_.path() / "look");
    EXPECT_EQ(code_of([&] { unpack_archive(site_, path, look.path); }), "backups.damaged");
}

TEST_P(RestoreTest, the_shelf_keeps_the_newest) {
    auto put = [&](const std::string& name) { write(site_.shelf() / name, "x"); };
    for (const char* day : {"01", "02", "03", "04"}) put("202611" + std::string(day) + "-033000-scheduled.tar");
    put("20261101-101010-manual.tar");
    put("readme.txt");
    put("20261301-101010-manual.tar");
    put("20261101-101010-strange.tar");
    EXPECT_EQ(items(site_).size(), 5u);
    EXPECT_EQ(items(site_).front().name.value, "20261104-033000-scheduled.tar");
    EXPECT_EQ(prune(site_, BackupKind::scheduled, 2), 2);
    EXPECT_EQ(items(site_).size(), 3u);
    EXPECT_TRUE(item_of(site_, "20261103-033000-scheduled.tar"));
    EXPECT_FALSE(item_of(site_, "../data/backups/20261103-033000-scheduled.tar"));
    EXPECT_FALSE(item_of(site_, ".tar"));
    const Time now{*parse_rfc3339("2026-11-03T03:30:00Z")};
    EXPECT_EQ(new_name(site_, BackupKind::scheduled, now).value, "20261103-033001-scheduled.tar");
}

}  // namespace
}  // namespace yuanliu::backups
