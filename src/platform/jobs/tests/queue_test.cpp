// The queue's promises, statement by statement, without threads.
#include <atomic>
#include <future>

#include "jobs_kit.hpp"
#include "platform/db/clock.hpp"

namespace yuanliu::jobs {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;
using testing::SizeIs;

class QueueTest : public JobsTest {};
YL_BOTH_DATABASES(QueueTest);

Outcome failure(std::string code = "internal") {
    Outcome out{Outcome::What::failed};
    out.error = JobError{{}, 0, std::move(code), "why"};
    return out;
}

TEST_P(QueueTest, rolls_back_with_the_transaction_that_enqueued) {
    EXPECT_THROW(db().write([&](Tx& tx) {
        enqueue(tx, "work", Note{"never"});
        throw conflict("test");
    }),
                 Error);
    EXPECT_THAT(take_all(), SizeIs(0));
}

TEST_P(QueueTest, takes_by_priority_then_time_and_leaves_what_is_not_due) {
    auto late = add("work", {.priority = 9});
    auto later = add("work", {.run_at = Time{env().now().ms + 1000}});
    auto plain = add("work");
    auto urgent = add("work", {.priority = 1});
    add("other");
    auto taken = take_all();
    ASSERT_THAT(taken, SizeIs(3));
    EXPECT_EQ(taken[0].id, urgent);
    EXPECT_EQ(taken[1].id, plain);
    EXPECT_EQ(taken[2].id, late);
    EXPECT_EQ(taken[0].attempt, 1);
    EXPECT_EQ(job(urgent).lease_until, Time{env().now().ms + 60'000});
    EXPECT_EQ(state(later), JobState::scheduled);
    env().advance(1000);
    EXPECT_THAT(take_all(), SizeIs(1));
    EXPECT_EQ(state(later), JobState::running);
}

TEST_P(QueueTest, a_job_is_taken_once) {
    add("work");
    auto ids = db().read([&](Rx& rx) { return candidates(rx, {"work"}, 10); });
    auto claim = [&] { return db().write([&](Tx& tx) { return take(tx, ids, "x", 60'000); }); };
    EXPECT_THAT(claim(), SizeIs(1));
    EXPECT_THAT(claim(), SizeIs(0));
}

TEST_P(QueueTest, a_worker_that_lost_its_lease_cannot_complete) {
    auto id = add("work");
    auto first = take_all();
    env().advance(60'001);
    EXPECT_EQ(db().write([](Tx& tx) { return rescue(tx); }), 1);
    EXPECT_EQ(state(id), JobState::retryable);
    env().advance(5'000);
    auto second = take_all();
    ASSERT_THAT(second, SizeIs(1));
    EXPECT_EQ(second[0].attempt, 2);
    EXPECT_FALSE(end(first[0]));
    EXPECT_EQ(db().write([&](Tx& tx) { return settle_completed(tx, {{id, 1}}); }), 0);
    EXPECT_FALSE(db().write([&](Tx& tx) { return renew(tx, id, 1, 60'000); }));
    EXPECT_EQ(state(id), JobState::running);
    EXPECT_EQ(db().write([&](Tx& tx) { return settle_completed(tx, {{id, 2}}); }), 1);
    EXPECT_EQ(state(id), JobState::completed);
}

TEST_P(QueueTest, rescue_leaves_finished_and_renewed_jobs_alone) {
    auto finished = add("work"), renewed = add("work");
    auto taken = take_all();
    env().advance(50'000);
    EXPECT_TRUE(db().write([&](Tx& tx) { return renew(tx, renewed, 1, 60'000); }));
    EXPECT_TRUE(end(taken[0]));
    env().advance(50'000);
    EXPECT_EQ(db().write([](Tx& tx) { return rescue(tx); }), 0);
    EXPECT_EQ(state(finished), JobState::completed);
    EXPECT_EQ(state(renewed), JobState::running);
}

// The last step of a job may be a long transaction, which holds the job's row.
TEST_P(QueueTest, a_job_at_its_last_step_holds_up_no_others) {
    if (on_sqlite()) return;  // one writer: nobody renews meanwhile, and nobody takes
    auto ending = add("work"), other = add("work");
    take_all();
    std::promise<void> renewed;
    std::atomic<bool> held = false;
    auto step = std::async(std::launch::async, [&, let_go = renewed.get_future().share()] {
        db().write([&](Tx& tx) {
            tx.value<std::int64_t>("SELECT id FROM jobs_job WHERE id = ? @lock", ending);
            held = true;
            let_go.wait_for(std::chrono::seconds(20));
        });
    });
    ASSERT_TRUE(eventually([&] { return held.load(); }));
    env().advance(50'000);
    // Who waited for the row would be refused after a while.
    db().write([&](Tx& tx) {
        EXPECT_TRUE(renew(tx, ending, 1, 60'000)) << "it is not lost";
        EXPECT_FALSE(renew(tx, ending, 2, 60'000));
        EXPECT_TRUE(renew(tx, other, 1, 60'000));
        Traces traces;
        traces.done = 1;
        store_progress(tx, ending, 1, traces);
    });
    env().advance(50'000);
    EXPECT_EQ(db().write([](Tx& tx) { return rescue(tx); }), 0);
    renewed.set_value();
    step.get();
    EXPECT_EQ(state(other), JobState::running);
}

TEST_P(QueueTest, retries_with_growing_delay_then_dies) {
    auto id = add("work", {.max_attempts = 3});
    for (std::int64_t tries : {1, 2}) {
        auto taken = take_all();
        ASSERT_THAT(taken, SizeIs(1));
        EXPECT_TRUE(end(taken[0], failure()));
        auto now = job(id);
        EXPECT_EQ(now.state, JobState::retryable);
        const auto base = tries * tries * tries * tries * 1000;
        EXPECT_THAT(now.run_at.ms - env().now().ms, AllOf(Ge(base * 9 / 10), Le(base * 11 / 10)));
        env().advance(base * 2);
    }
    EXPECT_TRUE(end(take_all()[0], failure("peer.down")));
    auto dead = job(id);
    EXPECT_EQ(dead.state, JobState::discarded);
    ASSERT_THAT(dead.errors, SizeIs(3));
    EXPECT_EQ(dead.errors[2].code, "peer.down");
    EXPECT_EQ(dead.errors[2].attempt, 3);
    env().advance(1'000'000);
    EXPECT_THAT(take_all(), SizeIs(0));
}

TEST(RetryDelay, has_a_cap) {
    FakeEnv env;
    EXPECT_THAT(retry_delay_ms(100, 60'000, env), AllOf(Ge(54'000), Le(66'000)));
}

TEST_P(QueueTest, snoozing_and_release_use_no_try) {
    auto id = add("work", {.max_attempts = 1});
    EXPECT_TRUE(end(take_all()[0], {Outcome::What::later, 5'000}));
    EXPECT_THAT(take_all(), SizeIs(0));
    env().advance(5'000);
    EXPECT_TRUE(end(take_all()[0], {Outcome::What::released}));
    auto again = take_all();
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(again[0].attempt, 3);
    EXPECT_EQ(job(id).failed, 0);
}

TEST_P(QueueTest, a_dead_job_gets_one_successor) {
    auto id = add("work", {.max_attempts = 1, .unique_key = "work:1", .creator_id = 7});
    EXPECT_TRUE(end(take_all()[0], failure()));
    auto next = db().write([&](Tx& tx) { return retry(tx, system, id); });
    EXPECT_NE(next.id, id);
    EXPECT_EQ(next.source_job, id);
    EXPECT_EQ(next.creator_id, 7);
    EXPECT_EQ(next.state, JobState::available);
    EXPECT_EQ(db().write([&](Tx& tx) { return retry(tx, system, id); }).id, next.id);
    EXPECT_TRUE(end(take_all()[0]));
    EXPECT_THROW(db().write([&](Tx& tx) { return retry(tx, system, id); }), Error);
    EXPECT_EQ(state(id), JobState::discarded);
}

TEST_P(QueueTest, a_waiting_retry_can_have_its_turn_now) {
    auto id = add("work");
    EXPECT_TRUE(end(take_all()[0], failure()));
    EXPECT_THAT(take_all(), SizeIs(0));
    EXPECT_EQ(db().write([&](Tx& tx) { return retry(tx, system, id); }).id, id);
    EXPECT_THAT(take_all(), SizeIs(1));
    EXPECT_THROW(db().write([&](Tx& tx) { return retry(tx, system, id); }), Error) << "it runs";
}

TEST_P(QueueTest, a_unique_key_is_taken_while_its_job_lives) {
    const Options unique{.unique_key = "work:42"};
    auto id = add("work", unique);
    EXPECT_EQ(add("work", unique), id);
    auto taken = take_all();
    EXPECT_EQ(add("work", unique), id) << "running is alive";
    EXPECT_TRUE(end(taken[0], failure()));
    EXPECT_EQ(add("work", unique), id) << "so is waiting for another try";
    env().advance(10'000);
    EXPECT_TRUE(end(take_all()[0]));
    EXPECT_NE(add("work", unique), id);
}

TEST_P(QueueTest, one_of_many_at_once_wins_a_unique_key) {
    std::vector<std::thread> threads;
    std::array<Id<Job>, 8> ids{};
    for (auto& id : ids) threads.emplace_back([&] { id = add("work", {.unique_key = "same"}); });
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(ids, testing::Each(ids[0]));
    EXPECT_THAT(take_all(), SizeIs(1));
}

TEST_P(QueueTest, debounce_replaces_a_waiting_job_and_not_a_running_one) {
    Options debounce{.run_at = Time{env().now().ms + 1000}, .unique_key = "typing", .replace = true};
    auto id = add("work", debounce);
    debounce.run_at->ms += 5000;
    EXPECT_EQ(db().write([&](Tx& tx) { return enqueue(tx, "work", Note{"newer"}, debounce); }), id);
    EXPECT_EQ(job(id).run_at, *debounce.run_at);
    EXPECT_EQ(job(id).args.value, R"({"text":"newer"})");
    env().advance(6000);
    take_all();
    add("work", debounce);
    EXPECT_EQ(job(id).args.value, R"({"text":"newer"})");
}

TEST(Bucket, is_new_in_every_period) {
    EXPECT_EQ(bucket("k", Time{59'999}, 60'000), bucket("k", Time{0}, 60'000));
    EXPECT_NE(bucket("k", Time{60'000}, 60'000), bucket("k", Time{59'999}, 60'000));
}

TEST_P(QueueTest, a_paused_queue_is_not_served) {
    auto id = add("work", {.queue = "slow"});
    db().write([](Tx& tx) { pause(tx, "slow"); });
    EXPECT_THAT(take_all(), SizeIs(0));
    EXPECT_TRUE(db().read([&](Rx& rx) { return view(rx, system, id); }).queue_paused);
    db().write([](Tx& tx) { resume(tx, "slow"); });
    EXPECT_THAT(take_all(), SizeIs(1));
}

TEST_P(QueueTest, cancelling_a_waiting_job_ends_it) {
    auto id = add("work");
    EXPECT_EQ(db().write([&](Tx& tx) { return cancel(tx, system, id); }).state, JobState::cancelled);
    EXPECT_THAT(take_all(), SizeIs(0));
    EXPECT_THROW(db().write([&](Tx& tx) { return cancel(tx, system, id); }), Error);
}

TEST_P(QueueTest, a_cancelled_running_job_is_not_tried_again) {
    auto id = add("work");
    auto taken = take_all();
    auto asked = db().write([&](Tx& tx) { return cancel(tx, system, id); });
    EXPECT_EQ(asked.state, JobState::running);
    EXPECT_TRUE(asked.cancel_requested);
    EXPECT_TRUE(end(taken[0], failure()));
    EXPECT_EQ(state(id), JobState::cancelled);
}

TEST_P(QueueTest, completes_many_at_once) {
    for (int i = 0; i < 150; ++i) add("work");
    auto all = take_all();
    std::vector<std::pair<Id<Job>, int>> done;
    for (const auto& claimed : all) done.emplace_back(claimed.id, claimed.attempt);
    EXPECT_EQ(done.size(), 100u);
    EXPECT_EQ(db().write([&](Tx& tx) { return settle_completed(tx, done); }), 100);
    EXPECT_EQ(db().read([](Rx& rx) { return depth(rx).available; }), 50);
}

TEST_P(QueueTest, refuses_nonsense) {
    EXPECT_THROW(add("work", {.priority = 0}), Error);
    EXPECT_THROW(add("work", {.max_attempts = 0}), Error);
}

// Several processes are on one database, and their machines do not agree what time it is.
class SeveralClocks : public JobsTest {};
INSTANTIATE_TEST_SUITE_P(Several, SeveralClocks, testing::Values(Backend::postgres),
                         [](const auto&) { return "postgres"; });

TEST_P(SeveralClocks, agree_how_long_a_lease_lasts_and_what_is_due) {
    FakeEnv hasty({env().now().ms + 10 * 60'000});
    const auto other = Database::open(test_database().options(), hasty, vault());
    add_parts(*other);
    for (auto* database : {&db(), other.get()}) database->parts().get<DatabaseClock>().follow_server();
    const auto id = add("work");
    const auto taken = db().write([&](Tx& tx) { return take(tx, {id}, "here", 10'000); });
    ASSERT_EQ(taken.size(), 1u);
    db().write([&](Tx& tx) { enqueue(tx, "work", Note{"later"}, {.run_at = Time{tx.now().ms + 60'000}}); });
    EXPECT_EQ(other->write([](Tx& tx) { return rescue(tx); }), 0) << "it has just been taken";
    EXPECT_TRUE(other->read([](Rx& rx) { return candidates(rx, {"work"}, 9); }).empty()) << "it is due in a minute";
    hasty.advance(10'001);
    EXPECT_EQ(other->write([](Tx& tx) { return rescue(tx); }), 1) << "nobody has renewed it";
}

}  // namespace
}  // namespace yuanliu::jobs
