// The floor's own jobs: what is finished is kept for a while, then pruned; files that nobody needs are swept.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/time.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/calendar.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu::jobs {
namespace {

constexpr std::int64_t finished_days = 14, dead_days = 90, ledger_days = 400;
constexpr int prune_at_once = 500;

struct Old {
    Id<Job> id;
    std::optional<std::string> result_file;
};
YL_RECORD(Old, "jobs_job", id, result_file)

// Removes one batch of jobs in this state that ended before; returns how many.
int prune_jobs(Context& context, JobState state, Time before) {
    auto old = context.write([&](Tx& tx) {
        auto rows = tx.all<Old>("WHERE state = ? AND finished_at < ? ORDER BY finished_at LIMIT ? @skip_locked", state,
                                before, prune_at_once);
        for (const auto& row : rows) tx.exec("DELETE FROM jobs_job WHERE id = ?", row.id);
        return rows;
    });
    // After the commit: a row must not point to a file that is gone. What a crash leaves here, the sweep takes later.
    for (const auto& row : old)
        if (row.result_file) ::unlink(context.db.parts().get<files::FileStore>().absolute(*row.result_file).c_str());
    return int(old.size());
}

int prune_runs(Context& context, Time before) {
    return context.write([&](Tx& tx) {
        return int(
            tx.exec("DELETE FROM jobs_run WHERE id IN (SELECT id FROM jobs_run WHERE created_at < ? ORDER BY "
                    "created_at LIMIT ?)",
                    before, prune_at_once));
    });
}

void prune(Context& context, const Nothing&) {
    const Time now = context.db.read([](Rx& rx) { return rx.now(); });
    Counts counts;
    auto all_of = [&](auto&& batch) {
        for (int n = prune_at_once; n == prune_at_once;) {
            context.check();
            n = batch();
            counts.seen += n, counts.done += n;
        }
    };
    all_of([&] { return prune_jobs(context, JobState::completed, {now.ms - finished_days * day_ms}); });
    all_of([&] { return prune_jobs(context, JobState::cancelled, {now.ms - finished_days * day_ms}); });
    all_of([&] { return prune_jobs(context, JobState::discarded, {now.ms - dead_days * day_ms}); });
    all_of([&] { return prune_runs(context, {now.ms - ledger_days * day_ms}); });
    context.counts(counts);
}

void sweep_files(Context& context, const Nothing&) {
    auto swept = context.db.parts().get<files::FileStore>().sweep(context.db);
    context.counts({swept.seen, swept.removed, swept.seen - swept.removed, 0});
}

void check_holidays(Context& context, const Nothing&) {
    const bool missing =
        context.db.read([](Rx& rx) { return holidays_missing(rx) && rx.exists<Schedule>("calendar = 'workdays'"); });
    if (missing)
        spdlog::warn(
            "the holidays of the coming year are not entered: schedules on working days will take every Monday"
            " to Friday for one; see PUT /api/holidays/{{year}}/");
    context.counts({1, missing ? 0 : 1, 0, missing ? 1 : 0});
}

}  // namespace

void declare(Registry& registry) {
    registry.on<Nothing>("jobs.prune", &prune);
    registry.on<Nothing>("files.sweep", &sweep_files);
    registry.on<Nothing>("jobs.check_holidays", &check_holidays);
    ScheduleOptions quietly{.jitter_ms = 10 * minute_ms, .priority = 8};
    registry.schedule("jobs.prune", "10 4 * * *", "jobs.prune", Nothing{}, quietly);
    registry.schedule("files.sweep", "40 4 * * *", "files.sweep", Nothing{}, quietly);
    registry.schedule("jobs.check_holidays", "0 9 * * *", "jobs.check_holidays", Nothing{},
                      {.missed = MissedPolicy::none});
}

}  // namespace yuanliu::jobs
