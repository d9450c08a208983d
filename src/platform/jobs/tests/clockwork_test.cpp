// Schedules: when they fall due, what the policies do, and what the ledger says.
#include "jobs_kit.hpp"
#include "platform/jobs/leader.hpp"

#include "base/time.hpp"
#include "platform/jobs/calendar.hpp"

namespace yuanliu::jobs {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class ClockworkTest : public JobsTest {
 protected:
    // The fake clock starts on Monday 2 March 2026, 08:00 in Shanghai.
    Id<Schedule> declare_work(const std::string& cron, ScheduleOptions options = {}) {
        registry.schedule("test", cron, "work", Note{"scheduled"}, std::move(options));
        db().write([&](Tx& tx) { store_schedules(tx, registry); });
        return schedule().id;
    }
    Schedule schedule() {
        return db().read([](Rx& rx) { return rx.one<Schedule>("WHERE name = 'test'"); });
    }
    void tick() {
        for (auto id : db().read([](Rx& rx) { return due_schedules(rx); })) db().write([&](Tx& tx) { fire(tx, id); });
    }
    void later(std::int64_t ms) { env().advance(ms), tick(); }
    std::vector<jobs::Run> ledger() {
        return db().read([](Rx& rx) { return rx.all<jobs::Run>("ORDER BY nominal"); });
    }
    std::vector<RunState> states() {
        std::vector<RunState> out;
        for (const auto& run : ledger()) out.push_back(run.state);
        return out;
    }
    void finish_one() {
        auto taken = take_all();
        ASSERT_THAT(taken, SizeIs(1));
        EXPECT_TRUE(end(taken[0]));
    }
};
YL_BOTH_DATABASES(ClockworkTest);
using enum RunState;

TEST_P(ClockworkTest, runs_at_its_time_once_and_keeps_a_ledger) {
    declare_work("5 8 * * *");
    tick();
    EXPECT_THAT(ledger(), SizeIs(0));
    later(5 * minute_ms);
    tick();
    EXPECT_THAT(states(), ElementsAre(expected));
    auto taken = take_all();
    ASSERT_THAT(taken, SizeIs(1));
    EXPECT_THAT(states(), ElementsAre(started));
    Traces traces;
    traces.counts = Counts{10, 9, 1, 0};
    db().write([&](Tx& tx) { settle(tx, taken[0].id, 1, {}, traces); });
    auto run = ledger().at(0);
    EXPECT_EQ(run.state, finished);
    EXPECT_EQ(run.counts->done, 9);
    EXPECT_EQ(run.nominal, env().now());
    EXPECT_EQ(job(*run.job_id).nominal, env().now());
    env().set({env().now().ms - hour_ms});  // somebody sets the clock back
    later(hour_ms);
    EXPECT_THAT(ledger(), SizeIs(1)) << "the same time came twice";
    later(day_ms);
    EXPECT_THAT(ledger(), SizeIs(2));
}

TEST_P(ClockworkTest, missed_none_leaves_out_what_nobody_saw) {
    declare_work("*/5 * * * *", {.missed = MissedPolicy::none});
    later(32 * minute_ms);
    EXPECT_THAT(states(), ElementsAre(missed));
    EXPECT_EQ(ledger()[0].times, 6);
    EXPECT_EQ(ledger()[0].reason, "policy");
    EXPECT_THAT(take_all(), SizeIs(0));
    later(3 * minute_ms);
    EXPECT_THAT(states(), ElementsAre(missed, expected));
}

TEST_P(ClockworkTest, missed_latest_makes_up_for_the_last_one_within_the_window) {
    declare_work("0 * * * *", {.catch_up_ms = 2 * hour_ms + 1});
    later(5 * hour_ms + 30 * minute_ms);
    EXPECT_THAT(states(), ElementsAre(missed, missed, expected));
    EXPECT_EQ(ledger()[0].reason, "too_late");
    EXPECT_EQ(ledger()[0].times, 3);
    EXPECT_EQ(ledger()[1].reason, "superseded");
    EXPECT_THAT(take_all(), SizeIs(1));
}

TEST_P(ClockworkTest, missed_latest_gives_way_to_a_run_on_time) {
    declare_work("0 * * * *");
    later(3 * hour_ms);
    EXPECT_THAT(states(), ElementsAre(missed, expected));
    EXPECT_EQ(ledger()[1].nominal, env().now());
}

TEST_P(ClockworkTest, missed_all_with_queue_all_runs_each_in_turn) {
    declare_work("0 * * * *", {.overlap = OverlapPolicy::queue_all, .missed = MissedPolicy::all});
    later(3 * hour_ms + 30 * minute_ms);
    EXPECT_THAT(states(), ElementsAre(expected, expected, expected));
    for (int i = 0; i < 3; ++i) {
        finish_one();
        EXPECT_THAT(take_all(), SizeIs(0)) << "one after the other";
        tick();
    }
    EXPECT_THAT(states(), ElementsAre(finished, finished, finished));
}

TEST_P(ClockworkTest, overlap_skip_leaves_out_while_one_runs) {
    declare_work("0 * * * *");
    later(hour_ms);
    later(hour_ms);
    EXPECT_THAT(states(), ElementsAre(expected, skipped));
    EXPECT_EQ(ledger()[1].reason, "overlap");
    finish_one();
    later(hour_ms);
    EXPECT_THAT(states(), ElementsAre(finished, skipped, expected));
}

TEST_P(ClockworkTest, overlap_queue_one_keeps_one_waiting) {
    declare_work("0 * * * *", {.overlap = OverlapPolicy::queue_one});
    later(hour_ms), later(hour_ms), later(hour_ms);
    EXPECT_THAT(states(), ElementsAre(expected, expected, skipped));
    finish_one();
    tick();
    finish_one();
    EXPECT_THAT(states(), ElementsAre(finished, finished, skipped));
}

TEST_P(ClockworkTest, overlap_cancel_other_asks_the_earlier_run_to_end) {
    declare_work("0 * * * *", {.overlap = OverlapPolicy::cancel_other});
    later(hour_ms);
    auto first = take_all().at(0);
    later(hour_ms), later(hour_ms);
    EXPECT_TRUE(job(first.id).cancel_requested);
    EXPECT_THAT(states(), ElementsAre(started, skipped, expected));
    EXPECT_TRUE(end(first, {Outcome::What::cancelled}));
    tick();
    finish_one();
    EXPECT_THAT(states(), ElementsAre(RunState::cancelled, skipped, finished));
}

TEST_P(ClockworkTest, cancel_other_replaces_a_run_nobody_has_begun) {
    declare_work("0 * * * *", {.overlap = OverlapPolicy::cancel_other});
    later(hour_ms), later(hour_ms);
    EXPECT_THAT(states(), ElementsAre(RunState::cancelled, expected));
    EXPECT_THAT(take_all(), SizeIs(1));
}

TEST_P(ClockworkTest, daylight_saving_runs_what_the_clock_skips_and_repeats_nothing) {
    env().set(parse_rfc3339("2026-03-28T12:00:00Z").value());  // Berlin goes forward on the 29th, back on 25 October
    declare_work("30 2 * * *", {.zone = "Europe/Berlin"});
    env().set(parse_rfc3339("2026-03-29T01:00:00Z").value());  // 03:00 there; 02:30 never was
    tick();
    ASSERT_THAT(ledger(), SizeIs(1));
    EXPECT_EQ(ledger()[0].nominal, env().now());
    finish_one();
    db().write(
        [&](Tx& tx) { tx.exec("UPDATE jobs_schedule SET last_nominal = ?, next_at = ?", env().now(), env().now()); });
    env().set(parse_rfc3339("2026-10-25T00:30:00Z").value());  // 02:30 for the first time
    tick();
    const auto runs = ledger().size();
    env().set(parse_rfc3339("2026-10-25T01:30:00Z").value());  // and again
    tick();
    EXPECT_EQ(ledger().size(), runs);
}

TEST_P(ClockworkTest, workdays_know_holidays_and_make_up_days) {
    env().set(parse_rfc3339("2026-09-30T12:00:00Z").value());
    declare_work("0 9 * * *", {.calendar = ScheduleCalendar::workdays});
    EXPECT_EQ(format_rfc3339(schedule().next_at), "2026-10-08T01:00:00Z") << "the national holiday";
    const auto next = [&](std::string_view after) {
        return db().read(
            [&](Rx& rx) { return format_rfc3339(Timetable(rx, schedule()).next(parse_rfc3339(after).value())); });
    };
    EXPECT_EQ(next("2026-10-09T12:00:00Z"), "2026-10-10T01:00:00Z") << "a Saturday to make up for it";
    EXPECT_EQ(next("2026-10-10T12:00:00Z"), "2026-10-12T01:00:00Z");
    // Next year's holidays are missed in time, and entering them settles it.
    auto warning = [&] { return db().read([](Rx& rx) { return schedules(rx); }).at(0).warning; };
    EXPECT_FALSE(warning());
    env().set(parse_rfc3339("2026-12-01T00:00:00Z").value());
    EXPECT_EQ(warning(), "holidays_missing");
    const Date new_year{days_from_civil(2027, 1, 1).value()};
    db().write([&](Tx& tx) { return set_holidays(tx, 2027, {{{new_year, DayKind::holiday, "元旦"}}}); });
    EXPECT_FALSE(warning());
    EXPECT_EQ(next("2026-12-31T12:00:00Z"), "2027-01-04T01:00:00Z");
    EXPECT_THROW(db().write([&](Tx& tx) {
        return set_holidays(tx, 2028, {{{new_year, DayKind::holiday, "x"}}});
    }),
                 Error);
}

TEST_P(ClockworkTest, pausing_and_changing_times) {
    auto id = declare_work("0 * * * *");
    auto change_to = [&](std::optional<bool> paused, std::optional<Text<1, 100>> cron) {
        return db().write([&](Tx& tx) { return change(tx, id, {paused, cron, {}}); });
    };
    EXPECT_FALSE(change_to(true, {}).next_at);
    later(5 * hour_ms);
    EXPECT_THAT(ledger(), SizeIs(0));
    EXPECT_EQ(change_to(false, {}).next_at, Time{env().now().ms + hour_ms});
    tick();
    EXPECT_THAT(ledger(), SizeIs(0)) << "nothing is made up for";
    EXPECT_EQ(change_to({}, "30 * * * *").next_at, Time{env().now().ms + 30 * minute_ms});
    EXPECT_THROW(change_to({}, "61 * * * *"), Error);
    // A new version of the program brings other times: the operator's stay.
    Registry next;
    next.schedule("test", "15 * * * *", "work", Note{"new"});
    db().write([&](Tx& tx) { store_schedules(tx, next); });
    EXPECT_EQ(schedule().cron.value, "30 * * * *");
    EXPECT_EQ(schedule().declared_cron.value, "15 * * * *");
    EXPECT_EQ(schedule().args.value, R"({"text":"new"})");
}

TEST_P(ClockworkTest, another_zone_is_another_time_and_stays) {
    const auto id = declare_work("30 3 * * *");  // 19:30 in UTC
    auto look = [&](const ScheduleTimes& times) {
        std::vector<std::string> out;
        for (auto at : db().read([&](Rx& rx) { return preview(rx, id, times); }).next)
            out.push_back(format_rfc3339(at));
        return out;
    };
    auto field_of = [&](const ScheduleTimes& times) {
        std::string preview_says, change_says;
        try {
            look(times);
        } catch (const Error& e) {
            preview_says = e.fields.at(0).field;
        }
        try {
            db().write([&](Tx& tx) { return change(tx, id, {{}, times.cron, times.zone}); });
        } catch (const Error& e) {
            change_says = e.fields.at(0).field;
        }
        EXPECT_EQ(preview_says, change_says);
        return preview_says;
    };
    EXPECT_THAT(look({}), SizeIs(5));
    EXPECT_EQ(look({}).at(0), "2026-03-02T19:30:00Z");
    EXPECT_EQ(look({{}, "Europe/Berlin"}).at(0), "2026-03-02T02:30:00Z");
    EXPECT_EQ(look({"0 * * * *", {}}).at(4), "2026-03-02T05:00:00Z");
    EXPECT_EQ(field_of({"61 * * * *", {}}), "cron");
    EXPECT_EQ(field_of({{}, "Mars/Olympus"}), "zone");
    EXPECT_EQ(format_rfc3339(schedule().next_at), "2026-03-02T19:30:00Z") << "looking changes nothing";
    auto view = db().write([&](Tx& tx) { return change(tx, id, {{}, {}, "Europe/Berlin"}); });
    EXPECT_EQ(format_rfc3339(*view.next_at), "2026-03-02T02:30:00Z");
    EXPECT_EQ(view.declared_zone, "Asia/Shanghai");
    db().write([&](Tx& tx) { store_schedules(tx, registry); });
    EXPECT_EQ(schedule().zone.value, "Europe/Berlin") << "a start of the program takes nothing back";
}

TEST_P(ClockworkTest, a_schedule_tells_how_its_last_run_went) {
    const auto id = declare_work("0 * * * *");
    auto view = [&] { return db().read([](Rx& rx) { return schedules(rx); }).at(0); };
    EXPECT_FALSE(view().last_at);
    later(hour_ms);
    EXPECT_EQ(view().last_at, env().now());
    EXPECT_EQ(view().last_state, expected);
    finish_one();
    EXPECT_EQ(view().last_state, finished);
    const auto made = db().write([&](Tx& tx) { return run_now(tx, system, id); });
    EXPECT_EQ(view().last_job, made.id);
    EXPECT_TRUE(end(take_all().at(0), {Outcome::What::discarded}));
    EXPECT_EQ(view().last_state, failed);
}

TEST_P(ClockworkTest, run_by_hand_and_second_try_keep_the_ledger) {
    auto id = declare_work("0 0 1 1 *");
    auto made = db().write([&](Tx& tx) { return run_now(tx, system, id); });
    EXPECT_THROW(db().write([&](Tx& tx) { return run_now(tx, system, id); }), Error);
    EXPECT_EQ(ledger().at(0).reason, "manual");
    EXPECT_TRUE(end(take_all().at(0), {Outcome::What::discarded}));
    EXPECT_THAT(states(), ElementsAre(failed));
    db().write([&](Tx& tx) { return retry(tx, system, made.id); });
    EXPECT_THAT(states(), ElementsAre(expected));
    finish_one();
    EXPECT_THAT(states(), ElementsAre(finished));
    auto page = db().read([&](Rx& rx) { return runs(rx, id, {}); });
    EXPECT_EQ(page.info.total, 1);
}

TEST_P(ClockworkTest, jitter_delays_the_job_and_not_the_nominal_time) {
    declare_work("0 * * * *", {.jitter_ms = 10 * minute_ms});
    later(hour_ms);
    auto made = job(*ledger().at(0).job_id);
    EXPECT_EQ(made.nominal, env().now());
    EXPECT_GE(made.run_at, env().now());
    EXPECT_LE(made.run_at.ms, env().now().ms + 10 * minute_ms);
}

TEST_P(ClockworkTest, the_lead_changes_hands_and_fences_the_former_leader) {
    Leadership a(db(), env(), "a"), b(db(), env(), "b");
    auto fenced = [&](const Leadership& lead) {
        try {
            db().write([&](Tx& tx) { lead.fence(tx); });
            return false;
        } catch (const Error& e) {
            return e.code == "jobs.not_leader";
        }
    };
    EXPECT_TRUE(a.hold());
    EXPECT_FALSE(b.hold());
    EXPECT_FALSE(fenced(a));
    EXPECT_TRUE(fenced(b));
    env().advance(Leadership::ttl_ms / 2);
    EXPECT_TRUE(a.hold()) << "renewed";
    env().advance(Leadership::ttl_ms - Leadership::margin_ms);
    EXPECT_TRUE(fenced(a)) << "too close to the end to act";
    env().advance(Leadership::margin_ms);
    EXPECT_TRUE(b.hold());
    EXPECT_TRUE(fenced(a));
    EXPECT_FALSE(a.hold());
    b.release();
    EXPECT_TRUE(a.hold()) << "handed over at once";
    EXPECT_TRUE(fenced(b));
    EXPECT_EQ(db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT token FROM jobs_leader"); }), 3);
}

TEST_P(ClockworkTest, two_instances_run_a_schedule_once) {
    registry.on<Note>("work", [](Context& context, const Note&) { context.write([](Tx& tx) { effect(tx, "ran"); }); });
    declare_work("0 * * * *");
    auto options = quick;
    Runner a(db(), registry, options), b(db(), registry, options);
    a.start(), b.start();
    ASSERT_TRUE(eventually([&] { return a.stats().leader || b.stats().leader; }));
    EXPECT_NE(a.stats().leader, b.stats().leader);
    env().advance(hour_ms);
    EXPECT_TRUE(eventually([&] { return effects() == 1 && states() == std::vector{finished}; }));
    (a.stats().leader ? a : b).stop();
    ASSERT_TRUE(eventually([&] { return a.stats().leader || b.stats().leader; }));
    env().advance(hour_ms);
    EXPECT_TRUE(eventually([&] { return states() == std::vector(2, finished); }));
    EXPECT_EQ(effects(), 2);
}

TEST_P(ClockworkTest, finished_jobs_and_old_runs_are_pruned) {
    declare(registry);
    registry.on<Note>("work", [&](Context& context, const Note&) {
        auto path = store.new_path("csv");
        std::ofstream(path) << "a,b\r\n";
        context.result_file(path, "codes.csv", "text/csv");
    });
    auto id = add("work");
    Runner runner(db(), registry, quick);
    runner.start();
    ASSERT_TRUE(becomes(id, JobState::completed));
    const auto file = store.absolute(*job(id).result_file);
    EXPECT_TRUE(std::filesystem::exists(file));
    env().advance(15 * day_ms);
    auto prune = db().read([](Rx& rx) { return rx.one<Schedule>("WHERE name = 'jobs.prune'"); });
    ASSERT_TRUE(
        eventually([&] { return db().read([&](Rx& rx) { return rx.exists<Job>("schedule_id = ?", prune.id); }); }));
    env().advance(10 * minute_ms);  // its jitter
    EXPECT_TRUE(eventually([&] { return !db().read([&](Rx& rx) { return rx.find(id); }); }));
    EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(file); }));
    EXPECT_TRUE(db().read([&](Rx& rx) { return rx.exists<jobs::Run>("schedule_id = ?", prune.id); }));
}

}  // namespace
}  // namespace yuanliu::jobs
