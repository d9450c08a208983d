// What only PostgreSQL has: a server that goes away, sessions that are taken, limits of its own, a replica.
#include <gmock/gmock.h>

#include <sys/stat.h>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "kit/postgres_server.hpp"
#include "platform/db/clock.hpp"
#include "platform/db/postgres_connection.hpp"
#include "sample.hpp"

namespace yuanliu::sample {
namespace {

using ::testing::HasSubstr;

const std::vector<Migration> schema{{"sample", 1, "0001_tables.sql", tables}};

DatabaseOptions options_for(const std::string& url) {
    auto options = TestDatabase::default_options();
    options.url = url;
    return options;
}

class Postgres : public ::testing::Test {
 protected:
    FakeEnv env;
    Vault vault{test_key(), env};
    // On the shared server.
    std::unique_ptr<TestDatabase> make(DatabaseOptions options = TestDatabase::default_options()) {
        return std::make_unique<TestDatabase>(Backend::postgres, schema, env, vault, options);
    }
    std::int64_t count(Database& db, Id<Counter> id) {
        return db.read([&](Rx& rx) { return rx.one(id).n; });
    }
    Id<Counter> counter(Database& db, const std::string& name) {
        return db.write([&](Tx& tx) { return tx.insert(Counter{.name = name}).id; });
    }
};

TEST_F(Postgres, gives_machines_whose_clocks_disagree_its_own) {
    auto database = make();
    FakeEnv late({FakeEnv::default_start_ms - 3'600'000});
    auto other = Database::open(database->options(), late, vault);
    auto ahead_of_server = [](Database& db) {
        return db.write([](Tx& tx) {
            return tx.now().ms -
                   tx.value<std::int64_t>("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)");
        });
    };
    EXPECT_EQ(database->db().read([](Rx& rx) { return rx.now(); }), env.now()) << "a test's clock is its own";
    for (auto* db : {&database->db(), other.get()}) {
        db->parts().get<DatabaseClock>().follow_server();
        EXPECT_NEAR(double(ahead_of_server(*db)), 0, 5'000);
    }
    late.set({0});
    EXPECT_NEAR(double(ahead_of_server(*other)), 0, 5'000) << "the machine's clock was set";
    late.advance(10'000);
    EXPECT_NEAR(double(ahead_of_server(*other)), 10'000, 5'000) << "between two looks our own clock counts on";
    late.advance(DatabaseClock::look_every_ms);
    EXPECT_NEAR(double(ahead_of_server(*other)), 0, 5'000) << "and the next look corrects it";
}

// Increments from several threads; counts what was acknowledged and what ended unknown.
class Load {
 public:
    Load(Database& db, Id<Counter> id, int threads) {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this, &db, id] {
                while (!stop_) {
                    const Error e = refusal([&] { db.write([&](Tx& tx) { increment(tx, id); }); });
                    if (e.code == "nothing")
                        ++acknowledged;
                    else if (e.code == "commit_unknown")
                        ++unknown;
                    else if (e.fault == Fault::busy)
                        ++refused, last_refusal(e.what());
                    else
                        ++wrong, ADD_FAILURE() << e.what();
                }
            });
    }
    ~Load() { finish(); }
    void finish() {
        stop_ = true;
        for (auto& t : threads_)
            if (t.joinable()) t.join();
    }
    // Until so many more were acknowledged.
    void wait_for_more(std::int64_t n) {
        const auto target = acknowledged + n;
        for (int i = 0; i < 3'000 && acknowledged < target; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        EXPECT_GE(acknowledged, target);
    }
    std::atomic<std::int64_t> acknowledged = 0, unknown = 0, refused = 0, wrong = 0;
    std::string why() {
        std::lock_guard guard(mutex_);
        return why_;
    }

 private:
    void last_refusal(std::string text) {
        std::lock_guard guard(mutex_);
        why_ = std::move(text);
    }
    std::mutex mutex_;
    std::string why_;
    std::atomic<bool> stop_ = false;
    std::vector<std::thread> threads_;
};

TEST_F(Postgres, a_crash_of_the_server_loses_nothing_that_was_acknowledged) {
    PostgresServer server(PostgresServer::Options{.fsync = true});
    auto db = Database::open(options_for(server.tcp_url()), env, vault);
    migrate(*db, schema);
    const auto id = counter(*db, "hot");
    Load load(*db, id, 8);
    for (int round = 0; round < 2; ++round) {
        load.wait_for_more(50);
        server.restart_at_once();
    }
    load.wait_for_more(50);
    load.finish();
    EXPECT_GE(count(*db, id), load.acknowledged);
    EXPECT_LE(count(*db, id), load.acknowledged + load.unknown);
}

TEST_F(Postgres, sessions_that_are_ended_are_made_again) {
    auto test = make();
    Database& db = test->db();
    const auto id = counter(db, "hot");
    Load load(db, id, 8);
    for (int round = 0; round < 5; ++round) {
        load.wait_for_more(20);
        db.exclusively([](Connection& c) {
            c.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()",
                SqlParams(nullptr), {});
        });
    }
    load.wait_for_more(20);
    load.finish();
    EXPECT_GE(count(db, id), load.acknowledged);
    EXPECT_LE(count(db, id), load.acknowledged + load.unknown);
    EXPECT_EQ(load.refused, 0) << load.why();
}

TEST_F(Postgres, a_session_lost_at_the_commit_is_an_unknown_outcome_and_not_run_again) {
    auto test = make();
    int runs = 0;
    // A deferred trigger runs inside COMMIT, and this one ends its own session there.
    test->db().exclusively([](Connection& c) {
        c.script(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END';"
            "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON sample_counter DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW WHEN (new.name = 'die') EXECUTE FUNCTION die();");
    });
    const Error e = refusal([&] { test->db().write([&](Tx& tx) { ++runs, tx.insert(Counter{.name = "die"}); }); });
    EXPECT_EQ(e.fault, Fault::busy);
    EXPECT_EQ(e.code, "commit_unknown");
    EXPECT_EQ(runs, 1);
    counter(test->db(), "goes on");
}

TEST_F(Postgres, a_server_that_is_gone_is_reported_soon_and_found_again) {
    PostgresServer server(PostgresServer::Options{});
    auto options = options_for(server.url());
    options.connect_timeout_s = 1;
    auto db = Database::open(options, env, vault);
    migrate(*db, schema);
    const auto id = counter(*db, "a");
    server.stop_at_once();
    for (int i = 0; i < 3; ++i) {
        const auto started = std::chrono::steady_clock::now();
        EXPECT_EQ(refusal([&] { db->write([&](Tx& tx) { increment(tx, id); }); }).fault, Fault::busy);
        EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(4));
    }
    EXPECT_EQ(refusal([&] { count(*db, id); }).fault, Fault::busy);
    EXPECT_THAT(refusal([&] { Database::open(options, env, vault); }).log_text, HasSubstr("is the server running"));
    server.restart_at_once();
    Error last = internal("");
    for (int i = 0; i < 100 && last.code != "nothing"; ++i) {
        last = refusal([&] { db->write([&](Tx& tx) { increment(tx, id); }); });
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(count(*db, id), 1);
}

TEST_F(Postgres, a_collision_runs_again_by_itself) {
    auto test = make();
    Database& db = test->db();
    const auto id = counter(db, "a");
    int runs = 0;
    db.write([&](Tx& tx) {
        const auto before = tx.one(id).n;  // the snapshot is taken here
        if (++runs == 1) std::thread([&] { db.write([&](Tx& other) { increment(other, id, 10); }); }).join();
        Counter c = tx.lock(id);
        c.n = before + 1;
        tx.update(c);
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(count(db, id), 11);
    EXPECT_EQ(db.stats().retries, 1);
}

TEST_F(Postgres, a_collision_a_rule_caught_runs_again_all_the_same) {
    auto test = make();
    Database& db = test->db();
    const auto id = counter(db, "a");
    int runs = 0;
    db.write([&](Tx& tx) {
        tx.one(id);
        if (++runs == 1) std::thread([&] { db.write([&](Tx& other) { increment(other, id, 10); }); }).join();
        try {
            increment(tx, id);
        } catch (const Error&) {
            throw conflict("sample.misunderstood");
        }
    });
    EXPECT_EQ(count(db, id), 11);
}

TEST_F(Postgres, a_collision_that_never_ends_is_given_up) {
    auto test = make();
    Database& db = test->db();
    const auto id = counter(db, "a");
    int runs = 0;
    const Error e = refusal([&] {
        db.write([&](Tx& tx) {
            tx.one(id);
            ++runs;
            std::thread([&] { db.write([&](Tx& other) { increment(other, id); }); }).join();
            increment(tx, id, 100);
        });
    });
    EXPECT_EQ(e.fault, Fault::busy);
    EXPECT_EQ(runs, 30);
    EXPECT_EQ(count(db, id), 30);
}

TEST_F(Postgres, an_error_a_rule_swallowed_does_not_pass_for_success) {
    auto test = make();
    counter(test->db(), "a");
    EXPECT_THROW(test->db().write([](Tx& tx) {
        try {
            tx.insert(Counter{.name = "a"});
        } catch (const UniqueViolation&) {
        }
    }),
                 UniqueViolation);
}

TEST_F(Postgres, a_row_somebody_holds_too_long_is_given_up) {
    auto test = make();
    PostgresSettings settings{.url = test->options().url, .lock_timeout_ms = 100};
    const auto id = counter(test->db(), "a");
    test->db().write([&](Tx& tx) {
        tx.lock(id);
        PostgresConnection other(settings, env, vault, test->db().parts());
        other.begin(true);
        SqlParams params(nullptr);
        params.integer(id.value);
        EXPECT_EQ(refusal([&] { other.run("SELECT 1 FROM sample_counter WHERE id = ? @lock", params, {}); }).code,
                  "query_too_slow");
        other.rollback();
    });
}

TEST_F(Postgres, a_read_inside_a_write_has_a_session_of_its_own) {
    auto options = TestDatabase::default_options();
    options.connections = 1;
    auto test = make(options);
    const auto id = counter(test->db(), "a");
    test->db().write([&](Tx& tx) {
        increment(tx, id);
        EXPECT_EQ(count(test->db(), id), 0);
    });
    EXPECT_EQ(count(test->db(), id), 1);
}

TEST_F(Postgres, a_server_with_room_for_few_sessions_still_serves) {
    auto options = TestDatabase::default_options();
    options.connections = 8;
    auto test = make(options);
    test->db().exclusively([](Connection& c) {
        c.script(
            "CREATE ROLE few LOGIN CONNECTION LIMIT 2; GRANT ALL ON ALL TABLES IN SCHEMA public TO few;"
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO few");
    });
    auto few = test->options();
    few.url += "&user=few";
    {
        auto db = Database::open(few, env, vault);
        const auto id = counter(*db, "a");
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 5; ++i) db->write([&](Tx& tx) { increment(tx, id); });
            });
        for (auto& t : threads) t.join();
        EXPECT_EQ(count(*db, id), 40);
    }
    test->db().exclusively([](Connection& c) { c.script("DROP OWNED BY few; DROP ROLE few"); });
}

TEST_F(Postgres, reads_go_to_the_replica_and_come_back_when_it_is_gone) {
    auto replica = make();  // another database stands in for the replica, so that one can tell who answered
    counter(replica->db(), "of the replica");
    auto test = make();
    counter(test->db(), "of the primary");
    auto options = test->options();
    options.replica_url = replica->options().url;
    auto db = Database::open(options, env, vault);
    const auto who = [&] {
        return db->read([](Rx& rx) { return rx.value<std::string>("SELECT name FROM sample_counter"); });
    };
    const auto soon = [&](const std::string& name) {
        for (int i = 0; i < 500 && who() != name; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return who() == name;
    };
    EXPECT_TRUE(soon("of the replica"));
    EXPECT_EQ(
        db->read([](Rx& rx) { return rx.value<std::string>("SELECT name FROM sample_counter"); }, Freshness::latest),
        "of the primary");
    replica.reset();  // drops the database with its sessions
    EXPECT_EQ(who(), "of the primary");
    EXPECT_EQ(who(), "of the primary");
}

TEST_F(Postgres, a_backup_is_pg_dumps) {
    auto test = make();
    counter(test->db(), "a");
    TempFolder folder;
    const std::string path = folder.file("copy.dump");
    test->db().backup(path);
    std::ifstream in(path, std::ios::binary);
    std::string magic(5, ' ');
    in.read(magic.data(), 5);
    EXPECT_EQ(magic, "PGDMP");
    struct stat facts {};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u);
    // Restored, it holds the same rows.
    test->db().write([](Tx& tx) { tx.exec("DELETE FROM sample_counter"); });
    const std::string command =
        "pg_restore --data-only --table=sample_counter --dbname='" + test->options().url + "' " + path;
    ASSERT_EQ(std::system(command.c_str()), 0);
    EXPECT_TRUE(test->db().read([](Rx& rx) { return rx.exists<Counter>("name = ?", "a"); }));
    EXPECT_EQ(refusal([&] { test->db().backup(folder.file("nosuch/copy.dump")); }).fault, Fault::internal);
}

TEST_F(Postgres, a_database_in_another_encoding_is_refused) {
    auto test = make();
    const std::string name = "yl_latin_" + std::to_string(::getpid());
    test->db().exclusively(
        [&](Connection& c) { c.script("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'LATIN1'"); });
    EXPECT_THAT(refusal([&] { Database::open(options_for(PostgresServer::shared().url(name)), env, vault); }).log_text,
                HasSubstr("must be UTF8"));
    test->db().exclusively([&](Connection& c) { c.script("DROP DATABASE " + name); });
}

TEST_F(Postgres, an_address_of_nothing_is_explained) {
    EXPECT_THAT(
        refusal([&] { Database::open(options_for(PostgresServer::shared().url("nosuch")), env, vault); }).log_text,
        HasSubstr("does not exist"));
    EXPECT_EQ(refusal([&] { Database::open(options_for("postgresql://x@127.0.0.1:1/x"), env, vault); }).fault,
              Fault::internal);
}

TEST_F(Postgres, the_schema_lock_is_one_at_a_time) {
    auto test = make();
    std::atomic<int> inside = 0, most = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            test->db().exclusively([&](Connection&) {
                most = std::max(most.load(), ++inside);
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                --inside;
            });
        });
    for (auto& t : threads) t.join();
    EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace yuanliu::sample
