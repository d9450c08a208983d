// Threads: what handlers do and what becomes of their jobs.
#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <set>

#include "jobs_kit.hpp"

namespace yuanliu::jobs {
namespace {

using testing::SizeIs;

class RunnerTest : public JobsTest {
 protected:
    Runner& run(RunnerOptions options = quick) {
        runner = std::make_unique<Runner>(db(), registry, options);
        runner->start();
        return *runner;
    }
    void TearDown() override {
        release = true;
        runner.reset();
        JobsTest::TearDown();
    }
    // A handler that stays until the test lets it go.
    void hold(const std::string& kind) {
        registry.on<Note>(kind, [this](Context& context, const Note&) {
            ++inside;
            eventually([&] { return release || (heed && context.cancelled()); });
            if (write_late) context.write([](Tx& tx) { effect(tx, "late"); });
        });
    }
    std::atomic<bool> release{false}, heed{true}, write_late{false};
    std::atomic<int> inside{0};
    std::unique_ptr<Runner> runner;
};
YL_BOTH_DATABASES(RunnerTest);

TEST_P(RunnerTest, runs_a_job_with_its_arguments_and_keeps_what_it_gives_back) {
    registry.on<Note>("work", [&](Context& context, const Note& note) {
        context.progress(3, 4, "three of four");
        context.counts({4, 3, 1, 0});
        context.result(Note{note.text + " back"});
        context.write([&](Tx& tx) { effect(tx, note.text); });
    });
    run();
    auto id = add("work", {.creator_id = 7});
    ASSERT_TRUE(becomes(id, JobState::completed));
    auto done = job(id);
    EXPECT_EQ(done.result->value, R"({"text":"hello back"})");
    EXPECT_EQ(done.counts->done, 3);
    EXPECT_EQ(done.progress_message, "three of four");
    EXPECT_FALSE(done.lease_until);
    EXPECT_TRUE(done.finished_at);
    EXPECT_EQ(effects(), 1);
    EXPECT_TRUE(eventually([&] { return runner->stats().completed == 1; }));
}

TEST_P(RunnerTest, leaves_unknown_kinds_alone) {
    registry.on<Note>("work", [](Context&, const Note&) {});
    auto stranger = add("of.another.program");
    run();
    EXPECT_TRUE(becomes(add("work"), JobState::completed));
    EXPECT_EQ(state(stranger), JobState::available);
}

TEST_P(RunnerTest, tells_errors_apart) {
    registry.on<Note>("refused", [](Context&, const Note&) {
        throw not_found("units.no_such_unit", {{"code", "QR1"}});
    });
    registry.on<Note>("permanent", [](Context&, const Note&) {
        throw Permanent{"sms.bad_number", "the number is wrong"};
    });
    registry.on<Note>("transient", [](Context&, const Note&) { throw std::runtime_error("the line is down"); });
    registry.on<Note>("limited", [](Context&, const Note&) { throw too_many(30); });
    registry.on<Note>("snoozing", [](Context&, const Note&) { throw Snooze{5'000}; });
    auto refused = add("refused"), permanent = add("permanent"), transient = add("transient"), limited = add("limited"),
         snoozing = add("snoozing");
    run();
    EXPECT_TRUE(becomes(refused, JobState::discarded));
    EXPECT_EQ(job(refused).errors.at(0).args->entries.at("code"), "QR1");
    EXPECT_TRUE(becomes(permanent, JobState::discarded));
    EXPECT_EQ(job(permanent).errors.at(0).text, "the number is wrong");
    EXPECT_TRUE(becomes(transient, JobState::retryable));
    EXPECT_EQ(job(transient).failed, 1);
    EXPECT_TRUE(becomes(limited, JobState::scheduled));
    EXPECT_EQ(job(limited).run_at.ms, env().now().ms + 30'000);
    EXPECT_EQ(job(limited).failed, 0);
    EXPECT_TRUE(becomes(snoozing, JobState::scheduled));
    EXPECT_EQ(job(snoozing).run_at.ms, env().now().ms + 5'000);
}

TEST_P(RunnerTest, an_effect_without_its_acknowledgement_is_repeated_and_complete_is_not) {
    std::atomic<int> plain_runs{0}, whole_runs{0};
    registry.on<Note>("plain", [&](Context& context, const Note&) {
        context.write([](Tx& tx) { effect(tx, "plain"); });
        if (++plain_runs == 1) throw std::runtime_error("killed between effect and acknowledgement");
    });
    registry.on<Note>("whole", [&](Context& context, const Note&) {
        context.complete([](Tx& tx) { effect(tx, "whole"); });
        ++whole_runs;
        throw std::runtime_error("killed after the commit");
    });
    auto plain = add("plain"), whole = add("whole");
    run();
    ASSERT_TRUE(becomes(plain, JobState::retryable));
    EXPECT_TRUE(becomes(whole, JobState::completed));
    env().advance(10'000);
    EXPECT_TRUE(becomes(plain, JobState::completed));
    auto times = [&](std::string_view text) {
        return db().read(
            [&](Rx& rx) { return rx.value<std::int64_t>("SELECT count(*) FROM effects_effect WHERE text = ?", text); });
    };
    EXPECT_EQ(times("plain"), 2);
    EXPECT_EQ(times("whole"), 1);
    EXPECT_EQ(whole_runs, 1);
    EXPECT_TRUE(job(whole).errors.empty());
}

TEST_P(RunnerTest, cancels_a_running_job) {
    hold("work");
    run();
    auto id = add("work");
    ASSERT_TRUE(becomes(id, JobState::running));
    db().write([&](Tx& tx) { cancel(tx, system, id); });
    EXPECT_TRUE(becomes(id, JobState::cancelled));
    EXPECT_TRUE(eventually([&] { return runner->stats().cancelled == 1; }));
}

TEST_P(RunnerTest, a_job_that_did_not_hear_of_its_cancelling_completes) {
    heed = false;
    hold("work");
    run();
    auto id = add("work");
    ASSERT_TRUE(eventually([&] { return inside == 1; }));
    db().write([&](Tx& tx) { cancel(tx, system, id); });
    release = true;
    EXPECT_TRUE(becomes(id, JobState::completed));
}

TEST_P(RunnerTest, a_lease_that_ran_out_is_rescued_and_the_late_step_is_fenced) {
    heed = false;
    write_late = true;
    hold("work");
    run({.workers = 1, .poll_ms = 20, .tick_ms = 20, .rescue_ms = 20});
    auto id = add("work");
    ASSERT_TRUE(eventually([&] { return inside == 1; }));
    env().advance(60'001);  // as if the process had been suspended: no beat came in between
    ASSERT_TRUE(becomes(id, JobState::retryable));
    release = true;
    ASSERT_TRUE(eventually([&] { return runner->stats().fenced == 1; }));
    EXPECT_EQ(effects(), 0) << "the step came after the lease was gone";
    EXPECT_EQ(state(id), JobState::retryable);
    env().advance(10'000);
    EXPECT_TRUE(becomes(id, JobState::completed));
    EXPECT_EQ(effects(), 1);
    EXPECT_TRUE(eventually([&] { return runner->stats().rescued >= 1; }));
}

TEST_P(RunnerTest, a_process_that_is_alone_waits_for_no_dead_ones_leases) {
    std::atomic<int> runs{0};
    registry.on<Note>("work", [&](Context&, const Note&) { ++runs; });
    const auto last_of = add("work", {.max_attempts = 1}), id = add("work");
    ASSERT_THAT(take_all("dead"), SizeIs(2));
    run({.workers = 1, .alone = true, .poll_ms = 20, .tick_ms = 20});
    EXPECT_EQ(state(id), JobState::retryable);
    EXPECT_EQ(job(id).errors.at(0).code, "jobs.lease_expired");
    EXPECT_EQ(state(last_of), JobState::discarded) << "what kills its process must not do so for ever";
    env().advance(2'000);  // a try has been used up, so there is the pause of one
    EXPECT_TRUE(becomes(id, JobState::completed));
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(runner->stats().rescued, 2);
}

TEST_P(RunnerTest, one_of_several_leaves_the_leases_of_others_alone) {
    registry.on<Note>("work", [](Context&, const Note&) {});
    const auto id = add("work");
    ASSERT_THAT(take_all("elsewhere"), SizeIs(1));
    run();
    const auto mine = add("work");
    EXPECT_TRUE(becomes(mine, JobState::completed));
    EXPECT_EQ(state(id), JobState::running);
}

TEST_P(RunnerTest, beats_keep_the_lease) {
    heed = false;
    hold("work");
    run({.workers = 1, .beat_ms = 20, .poll_ms = 20, .tick_ms = 20, .rescue_ms = 20});
    auto id = add("work");
    ASSERT_TRUE(eventually([&] { return inside == 1; }));
    for (int i = 0; i < 4; ++i) {
        env().advance(30'000);
        ASSERT_TRUE(eventually([&] { return job(id).lease_until == Time{env().now().ms + 60'000}; }));
    }
    release = true;
    EXPECT_TRUE(becomes(id, JobState::completed));
    EXPECT_EQ(job(id).attempt, 1);
}

// Its row is locked but for the moments between two steps.
TEST_P(RunnerTest, the_lease_is_kept_though_one_step_follows_another) {
    registry.on<Note>("work", [&](Context& context, const Note&) {
        while (!release) {
            ++inside;
            context.write([](Tx&) { std::this_thread::sleep_for(std::chrono::milliseconds(50)); });
        }
    });
    run({.workers = 1, .beat_ms = 20, .poll_ms = 20, .tick_ms = 20, .rescue_ms = 20});
    auto id = add("work");
    ASSERT_TRUE(eventually([&] { return inside > 0; }));
    for (int i = 0; i < 4; ++i) {
        env().advance(30'000);
        ASSERT_TRUE(eventually([&] { return job(id).lease_until == Time{env().now().ms + 60'000}; }, 3));
    }
    release = true;
    EXPECT_TRUE(becomes(id, JobState::completed));
    EXPECT_EQ(job(id).attempt, 1);
}

TEST_P(RunnerTest, stops_gracefully_and_hands_back) {
    hold("work");
    run({.workers = 1, .poll_ms = 20, .tick_ms = 20});
    auto first = add("work");
    ASSERT_TRUE(eventually([&] { return inside == 1; }));
    auto second = add("work");
    EXPECT_TRUE(runner->stop(5'000));
    for (auto id : {first, second}) {
        auto back = job(id);
        EXPECT_EQ(back.state, JobState::available);
        EXPECT_EQ(back.failed, 0);
        EXPECT_FALSE(back.worker);
    }
    EXPECT_EQ(runner->stats().in_hand, 0);
}

TEST_P(RunnerTest, gives_up_a_handler_that_does_not_end) {
    heed = false;
    write_late = true;
    hold("work");
    run({.workers = 1, .poll_ms = 20, .tick_ms = 20});
    auto id = add("work");
    ASSERT_TRUE(eventually([&] { return inside == 1; }));
    EXPECT_FALSE(runner->stop(100));
    EXPECT_EQ(state(id), JobState::available);
    release = true;
    runner.reset();
    EXPECT_EQ(effects(), 0);
    EXPECT_EQ(state(id), JobState::available);
}

TEST_P(RunnerTest, progress_is_visible_while_it_runs) {
    registry.on<Note>("work", [&](Context& context, const Note&) {
        context.progress(5, 10, "halfway");
        eventually([&] { return release.load(); });
    });
    run();
    auto id = add("work");
    EXPECT_TRUE(eventually([&] { return job(id).progress_done == 5; }));
    EXPECT_EQ(state(id), JobState::running);
    release = true;
    EXPECT_TRUE(becomes(id, JobState::completed));
}

// Its row is locked but for the moments between two steps.
TEST_P(RunnerTest, progress_is_visible_though_one_step_follows_another_and_the_job_is_cancelled) {
    registry.on<Note>("work", [&](Context& context, const Note&) {
        for (int done = 1; !release; ++done) {
            context.check();
            context.write([](Tx&) { std::this_thread::sleep_for(std::chrono::milliseconds(100)); });
            context.progress(done, 1000);
        }
    });
    run();
    auto id = add("work");
    EXPECT_TRUE(eventually([&] { return job(id).progress_done >= 8; }, 5));
    EXPECT_EQ(state(id), JobState::running);
    db().write([&](Tx& tx) { cancel(tx, system, id); });
    EXPECT_TRUE(becomes(id, JobState::cancelled));
}

TEST_P(RunnerTest, jobs_taken_ahead_go_back_when_long_ones_are_in_their_way) {
    registry.on<Note>("short", [](Context&, const Note&) {});
    hold("long");
    for (int i = 0; i < 200; ++i) add("short");
    run();
    ASSERT_TRUE(eventually([&] { return runner->stats().completed == 200; }));  // so it takes many at once
    std::vector<Id<Job>> shorts;
    db().write([&](Tx& tx) {
        shorts.clear();
        for (int i = 0; i < 2; ++i) enqueue(tx, "long", Note{"l"}, {.priority = 1});
        for (int i = 0; i < 5; ++i) shorts.push_back(enqueue(tx, "short", Note{"s"}));
    });
    ASSERT_TRUE(eventually([&] { return inside == 2; }));
    Runner other(db(), registry, quick);
    other.start();
    for (auto id : shorts) EXPECT_TRUE(becomes(id, JobState::completed));
    EXPECT_EQ(inside, 2);
    release = true;
}

TEST_P(RunnerTest, two_runners_never_run_one_job_twice_at_once) {
    std::mutex mutex;
    std::set<std::int64_t> now;
    std::atomic<int> clashes{0}, ran{0};
    registry.on<Note>("work", [&](Context& context, const Note&) {
        {
            const std::lock_guard guard(mutex);
            clashes += !now.insert(context.id.value).second;
        }
        std::this_thread::yield();
        ++ran;
        const std::lock_guard guard(mutex);
        now.erase(context.id.value);
    });
    // On PostgreSQL the second runner has its own pool, as another process would; SQLite has one process at a time.
    std::unique_ptr<Database> second;
    if (!on_sqlite()) {
        second = Database::open(test_database().options(), env(), vault());
        add_parts(*second);
    }
    Runner a(db(), registry, quick), b(second ? *second : db(), registry, quick);
    a.start(), b.start();
    for (int i = 0; i < 300; ++i) add("work");
    EXPECT_TRUE(eventually([&] { return a.stats().completed + b.stats().completed == 300; }));
    EXPECT_EQ(clashes, 0);
    EXPECT_EQ(ran, 300);
    EXPECT_EQ(db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT max(attempt) FROM jobs_job"); }), 1);
    a.stop(), b.stop();
}

// What a job leaves cannot be stored when another has left the same.
class PoisonedRunnerTest : public RunnerTest {
 protected:
    std::vector<Migration> migrations() const override {
        auto out = RunnerTest::migrations();
        out.push_back({"poison", 1, "0001_poison.sql", "CREATE UNIQUE INDEX poison_result ON jobs_job (result)"});
        return out;
    }
};
YL_BOTH_DATABASES(PoisonedRunnerTest);

TEST_P(PoisonedRunnerTest, an_outcome_that_cannot_be_stored_keeps_no_other_from_it) {
    registry.on<Note>("same", [](Context& context, const Note&) { context.result(Note{"same"}); });
    registry.on<Note>("other", [](Context& context, const Note&) { context.counts({1, 1, 0, 0}); });
    registry.on<Note>("plain", [](Context&, const Note&) {});
    registry.on<Note>("garbled", [](Context& context, const Note&) { context.progress(1, 2, "\xff"); });
    std::vector<Id<Job>> same, good;
    Id<Job> garbled;
    db().write([&](Tx& tx) {
        same.clear(), good.clear();
        for (int i = 0; i < 3; ++i) {
            same.push_back(enqueue(tx, "same", Note{"s"}, {.max_attempts = 1, .creator_id = 7}));
            good.push_back(enqueue(tx, "other", Note{"o"}, {.creator_id = 7}));
            good.push_back(enqueue(tx, "plain", Note{"p"}));
        }
        garbled = enqueue(tx, "garbled", Note{"g"}, {.max_attempts = 1});
    });
    run();
    for (auto id : good) EXPECT_TRUE(becomes(id, JobState::completed));
    auto ended = [&](JobState state) {
        return std::count_if(same.begin(), same.end(), [&](auto id) { return this->state(id) == state; });
    };
    EXPECT_TRUE(eventually([&] { return ended(JobState::completed) == 1 && ended(JobState::discarded) == 2; }));
    for (auto id : same) {
        const auto row = job(id);
        if (row.state != JobState::discarded) continue;
        ASSERT_THAT(row.errors, SizeIs(1));
        EXPECT_EQ(row.errors[0].code, "internal");
        EXPECT_THAT(row.errors[0].text, testing::HasSubstr("cannot be stored"));
        EXPECT_FALSE(row.result);
    }
    // PostgreSQL takes no text that is none.
    EXPECT_TRUE(becomes(garbled, on_sqlite() ? JobState::completed : JobState::discarded));
    EXPECT_TRUE(becomes(add("plain"), JobState::completed)) << "and it goes on";
    EXPECT_TRUE(eventually([&] { return runner->stats().in_hand == 0; }));
}

TEST_P(RunnerTest, drains_ten_thousand) {
    std::atomic<int> ran{0};
    registry.on<Note>("work", [&](Context&, const Note&) { ++ran; });
    for (int i = 0; i < 10; ++i)
        db().write([&](Tx& tx) {
            for (int k = 0; k < 1000; ++k) enqueue(tx, "work", Note{"n"});
        });
    const auto began = std::chrono::steady_clock::now();
    run();
    EXPECT_TRUE(eventually([&] { return runner->stats().completed == 10'000; }, 120));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    fmt::print("10000 jobs that do nothing: {:.0f} a second\n", 10'000 / took.count());
    EXPECT_EQ(ran, 10'000);
    auto left = db().read([](Rx& rx) { return depth(rx); });
    EXPECT_EQ(left.available + left.running, 0);
}

}  // namespace
}  // namespace yuanliu::jobs
