// Transactions beside each other, on both databases.
#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "sample.hpp"

namespace yuanliu::sample {
namespace {

class Transactions : public SampleTest {
 protected:
    static void together(int threads, const std::function<void(int)>& work) {
        std::vector<std::thread> all;
        for (int i = 0; i < threads; ++i) all.emplace_back(work, i);
        for (auto& t : all) t.join();
    }
};
YL_BOTH_DATABASES(Transactions);

// Holds threads back until it is opened.
class Gate {
 public:
    void open() {
        std::lock_guard guard(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock guard(mutex_);
        changed_.wait(guard, [&] { return open_; });
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

TEST_P(Transactions, sixty_four_threads_count_exactly) {
    const auto id = counter("hot");
    together(64, [&](int) {
        for (int i = 0; i < 10; ++i) db().write([&](Tx& tx) { increment(tx, id); });
    });
    EXPECT_EQ(count(id), 640);
}

TEST_P(Transactions, transfers_keep_the_sum) {
    std::vector<Id<Counter>> accounts;
    for (int i = 0; i < 4; ++i) accounts.push_back(counter("account" + std::to_string(i), 1'000));
    together(8, [&](int thread) {
        for (int i = 0; i < 20; ++i)
            db().write([&](Tx& tx) {
                // In no fixed order of rows: deadlocks are the database's to notice and ours to try again.
                increment(tx, accounts[(thread + i) % 4], -7);
                increment(tx, accounts[(thread * 3 + i + 1 + i % 2) % 4], 7);
            });
    });
    EXPECT_EQ(db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT SUM(n) FROM sample_counter"); }), 4'000);
}

// Two doctors, one of whom must stay on call; each looks at both and signs off if the other stays.
TEST_P(Transactions, what_was_read_still_holds_at_the_commit) {
    for (int round = 0; round < 10; ++round) {
        const auto a = counter("a" + std::to_string(round), 1), b = counter("b" + std::to_string(round), 1);
        std::atomic<int> refused = 0;
        together(2, [&](int thread) {
            const auto mine = thread ? b : a;
            try {
                db().write([&](Tx& tx) {
                    const auto on_call =
                        tx.value<std::int64_t>("SELECT SUM(n) FROM sample_counter WHERE id IN (?, ?)", a, b);
                    if (on_call < 2) throw conflict("sample.last_one");
                    increment(tx, mine, -1);
                });
            } catch (const Error& e) {
                EXPECT_EQ(e.code, "sample.last_one");
                ++refused;
            }
        });
        EXPECT_EQ(refused, 1);
        EXPECT_EQ(count(a) + count(b), 1);
    }
}

// "Look first, then insert" by two at once: the second sees the first's row and gives the rule's own refusal.
TEST_P(Transactions, a_race_for_one_key_ends_in_the_rules_own_words) {
    for (int round = 0; round < 10; ++round) {
        const std::string name = "one" + std::to_string(round);
        std::atomic<int> refused = 0;
        together(4, [&](int) {
            try {
                db().write([&](Tx& tx) {
                    if (tx.exists<Counter>("name = ?", name)) throw conflict("sample.taken");
                    tx.insert(Counter{.name = name});
                });
            } catch (const Error& e) {
                EXPECT_EQ(e.code, "sample.taken");
                ++refused;
            }
        });
        EXPECT_EQ(refused, 3);
    }
}

TEST_P(Transactions, a_write_inside_of_a_write_is_refused_at_once) {
    std::int64_t seen = 0;
    const Error error = refusal([&] {
        db().write([&](Tx&) {
            // A read is nobody's trouble.
            seen = db().read([&](Rx& rx) { return rx.value<std::int64_t>("SELECT 1"); });
            db().write([](Tx& tx) { tx.insert(Counter{.name = "inner"}); });
        });
    });
    EXPECT_EQ(error.fault, Fault::internal);
    EXPECT_THAT(error.log_text, testing::HasSubstr("inside of a write"));
    EXPECT_EQ(seen, 1);
    // A read may, and what is done after the commit is not inside.
    db().read([&](Rx&) { db().write([](Tx& tx) { tx.insert(Counter{.name = "in a read"}); }); });
    std::promise<std::exception_ptr> stored;
    db().write([&](Tx& tx) {
        tx.insert(Counter{.name = "outer"});
        tx.after_commit([&] {
            db().write_later([](Tx& later) { later.insert(Counter{.name = "after"}); },
                             [&](std::exception_ptr failure) { stored.set_value(failure); });
        });
    });
    EXPECT_FALSE(stored.get_future().get());
    EXPECT_EQ(db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT COUNT(*) FROM sample_counter"); }), 3);
}

TEST_P(Transactions, one_that_fails_does_not_disturb_the_others) {
    const auto id = counter("sum");
    constexpr int n = 200;
    std::atomic<int> stored = 0, refused = 0, told = 0;
    Gate all_told;
    for (int i = 0; i < n; ++i)
        db().write_later(
            [&, i](Tx& tx) {
                tx.insert(Counter{.name = "row" + std::to_string(i)});
                increment(tx, id);
                if (i % 10 == 5) throw conflict("sample.no");
                if (i % 10 == 7) tx.insert(Counter{.name = "sum"});
            },
            [&](std::exception_ptr failure) {
                ++(failure ? refused : stored);
                if (++told == n) all_told.open();
            });
    all_told.wait();
    EXPECT_EQ(stored, 160);
    EXPECT_EQ(refused, 40);
    EXPECT_EQ(count(id), 160);
    EXPECT_EQ(db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT COUNT(*) FROM sample_counter"); }), 161);
}

TEST_P(Transactions, nothing_is_told_before_it_is_stored) {
    // Whoever is told looks from another session, where only what is committed shows.
    std::atomic<int> told = 0, missing = 0;
    Gate all_told;
    constexpr int n = 50;
    for (int i = 0; i < n; ++i)
        db().write_later([i](Tx& tx) { tx.insert(Counter{.name = "row" + std::to_string(i)}); },
                         [&, i](std::exception_ptr failure) {
                             const bool there = db().read(
                                 [&](Rx& rx) { return rx.exists<Counter>("name = ?", "row" + std::to_string(i)); });
                             if (failure || !there) ++missing;
                             if (++told == n) all_told.open();
                         });
    all_told.wait();
    EXPECT_EQ(missing, 0);
}

TEST_P(Transactions, after_commit_runs_once_and_only_then) {
    std::atomic<int> ran = 0;
    db().write([&](Tx& tx) {
        tx.insert(Counter{.name = "a"});
        tx.after_commit([&] {
            EXPECT_TRUE(db().read([](Rx& rx) { return rx.exists<Counter>("name = ?", "a"); }));
            ++ran;
        });
        EXPECT_EQ(ran, 0);
    });
    EXPECT_EQ(ran, 1);
    EXPECT_THROW(db().write([&](Tx& tx) {
        tx.after_commit([&] { ++ran; });
        throw conflict("sample.no");
    }),
                 Error);
    EXPECT_EQ(ran, 1);
}

TEST_P(Transactions, a_reader_sees_what_was_acknowledged) {
    const auto id = counter("a");
    for (int i = 1; i <= 50; ++i) {
        db().write([&](Tx& tx) { increment(tx, id); });
        ASSERT_EQ(count(id), i);
    }
}

TEST_P(Transactions, a_snapshot_stands_still) {
    const auto id = counter("a", 1);
    db().read([&](Rx& rx) {
        EXPECT_EQ(rx.one(id).n, 1);
        std::thread([&] { db().write([&](Tx& tx) { increment(tx, id); }); }).join();
        EXPECT_EQ(rx.one(id).n, 1);
    });
    EXPECT_EQ(count(id), 2);
}

TEST_P(Transactions, a_snapshot_cannot_write) {
    const auto id = counter("a", 1);
    EXPECT_EQ(
        refusal([&] {
            db().read([&](Rx& rx) { rx.connection().run("UPDATE sample_counter SET n = 2", SqlParams(nullptr)); });
        }).fault,
        Fault::internal);
    EXPECT_EQ(count(id), 1);
}

TEST_P(Transactions, the_time_of_a_transaction_is_one) {
    db().write([&](Tx& tx) {
        const Time first = tx.now();
        env().advance(5'000);
        EXPECT_EQ(tx.now(), first);
    });
}

TEST_P(Transactions, a_named_lock_is_held_until_the_end) {
    db().write([&](Tx& tx) {
        EXPECT_TRUE(tx.try_lock("nightly"));
        EXPECT_TRUE(tx.try_lock("nightly"));
        if (on_sqlite()) return;  // there is one writer: nobody else could ask
        std::thread([&] {
            db().write([](Tx& other) {
                EXPECT_FALSE(other.try_lock("nightly"));
                EXPECT_TRUE(other.try_lock("weekly"));
            });
        }).join();
    });
    db().write([](Tx& tx) { EXPECT_TRUE(tx.try_lock("nightly")); });
}

TEST_P(Transactions, a_transaction_asked_for_by_a_done_is_served) {
    const auto id = counter("a");
    Gate finished;
    db().write_later([&](Tx& tx) { increment(tx, id); },
                     [&](std::exception_ptr) {
                         db().write_later([&](Tx& tx) { increment(tx, id); },
                                          [&](std::exception_ptr failure) {
                                              EXPECT_FALSE(failure);
                                              finished.open();
                                          });
                     });
    finished.wait();
    EXPECT_EQ(count(id), 2);
}

TEST_P(Transactions, figures_count) {
    const auto before = db().stats();
    const auto id = counter("a");
    count(id);
    EXPECT_THROW(db().write([](Tx&) { throw conflict("sample.no"); }), Error);
    const auto after = db().stats();
    EXPECT_EQ(after.transactions - before.transactions, 2);
    EXPECT_EQ(after.failures - before.failures, 1);
    EXPECT_GE(after.commits - before.commits, 1);
    EXPECT_GE(after.connections, 1);
    EXPECT_EQ(after.queue_depth, 0);
}

TEST_P(Transactions, parts_of_the_process_are_reached_by_type) {
    struct Mint {
        int coins = 3;
    } mint;
    db().parts().add(mint);
    EXPECT_EQ(db().read([](Rx& rx) { return rx.part<Mint>().coins; }), 3);
    EXPECT_EQ(db().write([](Tx& tx) { return tx.part<Mint>().coins; }), 3);
    EXPECT_EQ(refusal([&] { db().read([](Rx& rx) { rx.part<std::string>(); }); }).fault, Fault::internal);
}

class Queue : public SampleTest {
    DatabaseOptions options() const override {
        auto options = SampleTest::options();
        options.queue_max = 3;
        options.connections = 1;
        return options;
    }
};
YL_BOTH_DATABASES(Queue);

TEST_P(Queue, a_full_queue_sends_callers_away) {
    Gate started, go, all_told;
    std::atomic<int> stored = 0, told = 0;
    auto done = [&](std::exception_ptr failure) {
        if (!failure) ++stored;
        if (++told == 4) all_told.open();
    };
    db().write_later([&](Tx&) { started.open(), go.wait(); }, done);
    started.wait();
    for (int i = 0; i < 3; ++i) db().write_later([](Tx&) {}, done);
    const Error e = refusal([&] { db().write([](Tx&) {}); });
    EXPECT_EQ(e.fault, Fault::busy);
    EXPECT_GT(e.retry_after_s, 0);
    go.open();
    all_told.wait();
    EXPECT_EQ(stored, 4);
    counter("there is room again");
}

TEST_P(Queue, closing_finishes_what_is_queued) {
    std::atomic<int> stored = 0;
    for (int i = 0; i < 3; ++i)
        db().write_later([i](Tx& tx) { tx.insert(Counter{.name = "row" + std::to_string(i)}); },
                         [&](std::exception_ptr failure) { stored += !failure; });
    test_database().close();
    EXPECT_EQ(stored, 3);
    test_database().reopen();
    EXPECT_EQ(db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT COUNT(*) FROM sample_counter"); }), 3);
}

// Limits run on the real clock.
class Slow : public ::testing::TestWithParam<Backend> {};
YL_BOTH_DATABASES(Slow);

TEST_P(Slow, a_read_that_takes_too_long_is_stopped) {
    Env& env = Env::real();
    Vault vault(test_key(), env);
    auto options = TestDatabase::default_options();
    options.read_deadline_ms = 200;
    options.statement_timeout_ms = 200;
    TestDatabase test(GetParam(), {{"sample", 1, "0001_tables.sql", tables}}, env, vault, options);
    const auto started = env.monotonic_ms();
    const Error e = refusal([&] {
        test.db().read([](Rx& rx) {
            rx.value<std::int64_t>(
                "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < 2000000000) SELECT COUNT(*) "
                "FROM t");
        });
    });
    EXPECT_EQ(e.fault, Fault::busy);
    EXPECT_EQ(e.code, "query_too_slow");
    EXPECT_LT(env.monotonic_ms() - started, 5'000);
    EXPECT_EQ(test.db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT 7"); }), 7);
}

}  // namespace
}  // namespace yuanliu::sample
