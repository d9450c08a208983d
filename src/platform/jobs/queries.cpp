// What the console asks.
#include <map>

#include "platform/files/files.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/jobs/service.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::jobs {
namespace {

constexpr std::string_view row_select =
    "SELECT j.id, j.kind, j.queue, j.priority, j.state,"
    " EXISTS (SELECT 1 FROM jobs_queue q WHERE q.name = j.queue AND q.paused) AS queue_paused,"
    " j.run_at, j.attempt, j.failed, j.max_attempts, j.progress_done, j.progress_total, j.progress_message,"
    " j.creator_id, j.created_at, j.started_at, j.finished_at, j.handled_at, NULL AS last_error FROM jobs_job j";

constexpr std::string_view view_select =
    "SELECT j.id, j.kind, j.args, j.queue, j.priority, j.state,"
    " EXISTS (SELECT 1 FROM jobs_queue q WHERE q.name = j.queue AND q.paused) AS queue_paused,"
    " j.cancel_requested, j.run_at, j.attempt, j.failed, j.max_attempts, j.errors, j.progress_done, j.progress_total,"
    " j.progress_message, j.counts, j.result, j.result_name, j.result_type, j.creator_id, j.source_job,"
    " (SELECT max(later.id) FROM jobs_job later WHERE later.source_job = j.id) AS successor,"
    " j.schedule_id, j.nominal, j.created_at, j.started_at, j.finished_at, j.handled_at, j.lease_until, j.worker"
    " FROM jobs_job j WHERE j.id = ?";

struct Failures {
    Id<Job> id;
    std::vector<JobError> errors;
};
YL_RECORD(Failures, "jobs_job", id, errors)

// What the operator alone may read of an error.
void hide(JobError& error) {
    error.text.clear();
    error.worker.reset();
}

// The latest error of those on one page that have failed.
void add_last_errors(Rx& rx, std::vector<JobRow>& rows, bool all) {
    for (auto& row : rows) {
        if (row.failed == 0) continue;
        auto found = rx.find<Failures>("WHERE id = ?", row.id);
        if (!found || found->errors.empty()) continue;
        row.last_error = std::move(found->errors.back());
        if (!all) hide(*row.last_error);
    }
}

struct QueueCount {
    std::string queue;
    std::int64_t jobs = 0;
    std::optional<Time> since;
};
YL_RECORD(QueueCount, "jobs_job", queue, jobs, since)

using Queues = std::map<std::string, QueueView>;

QueueView& queue_of(Queues& queues, const std::string& name) {
    auto& queue = queues[name];
    queue.name = name;
    return queue;
}

// Each condition is that of a partial index, so that what is finished costs nothing here either.
template <class F, class... A>
void count_queues(Rx& rx, Queues& queues, std::string_view condition, F&& add, const A&... args) {
    for (const auto& line :
         rx.all<QueueCount>("SELECT queue, count(*) AS jobs, min(run_at) AS since FROM jobs_job WHERE " +
                                std::string(condition) + " GROUP BY queue",
                            args...))
        add(queue_of(queues, line.queue), line);
}

void add_ready(QueueView& queue, const QueueCount& line) {
    queue.ready += line.jobs;
    if (line.since && (!queue.oldest_at || *line.since < *queue.oldest_at)) queue.oldest_at = line.since;
}

}  // namespace

Page<JobRow> list(Rx& rx, const Actor& actor, const JobFilter& filter, const PageQuery& page) {
    List list{std::string(row_select), "j.id"};
    list.count_from("FROM jobs_job j").where("j.state = ?", filter.state).where("j.kind = ?", filter.kind);
    list.where("j.queue = ?", filter.queue).where("j.creator_id = ?", filter.creator_id);
    if (filter.dead)
        list.always(*filter.dead ? "j.state = 'discarded' AND j.handled_at IS NULL"
                                 : "(j.state <> 'discarded' OR j.handled_at IS NOT NULL)");
    const bool all = actor.may("jobs.read");
    if (!all) list.always("j.creator_id = ?", actor.user_id);
    list.sort({{"id", "j.id"}, {"run_at", "j.run_at"}, {"created_at", "j.created_at"}}, "-id");
    auto found = list.page<JobRow>(rx, page);
    add_last_errors(rx, found.items, all);
    return found;
}

JobView visible(Rx& rx, const Actor& actor, Id<Job> id) {
    auto job = rx.find<JobView>(view_select, id);
    const bool all = actor.may("jobs.read");
    if (!job || (!all && job->creator_id != actor.user_id))
        throw Error(Fault::not_found, "not_found", {{"what", "jobs_job"}});
    if (!all) {
        job->args = "null";
        job->worker.reset();
        for (auto& error : job->errors) hide(error);
    }
    return std::move(*job);
}

JobView view(Rx& rx, const Actor& actor, Id<Job> id) { return visible(rx, actor, id); }

Content download(Rx& rx, const Actor& actor, Id<Job> id) {
    visible(rx, actor, id);
    auto job = rx.one(id);
    if (!job.result_file) throw not_found("jobs.no_file");
    Content content;
    content.type = job.result_type.value_or(content.type);
    content.file = rx.part<files::FileStore>().absolute(*job.result_file);
    content.filename = job.result_name.value_or("result");
    content.headers = {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "private, no-store"}};
    return content;
}

std::vector<Motion> in_motion(Rx& rx, Time ended_since, const std::vector<Id<Job>>& known) {
    constexpr std::size_t known_max = 500;
    auto out = rx.all<Motion>("WHERE state = 'running' AND creator_id <> 0 ORDER BY id DESC LIMIT 500");
    auto ended = rx.all<Motion>(
        "WHERE state IN ('completed', 'cancelled', 'discarded') AND finished_at IS NOT NULL AND finished_at >= ?"
        " AND creator_id <> 0 ORDER BY finished_at DESC LIMIT 500",
        ended_since);
    out.insert(out.end(), ended.begin(), ended.end());
    std::vector<Id<Job>> missing;
    for (const auto id : known)
        if (missing.size() < known_max &&
            std::none_of(out.begin(), out.end(), [id](const Motion& motion) { return motion.id == id; }))
            missing.push_back(id);
    for (const auto id : missing)
        if (auto motion = rx.find<Motion>("WHERE id = ?", id)) out.push_back(std::move(*motion));
    return out;
}

std::vector<QueueView> queues(Rx& rx) {
    Queues found;
    queue_of(found, Options{}.queue);
    for (const auto& schedule : rx.part<Registry>().schedules()) queue_of(found, schedule.queue.value);
    for (const auto& row : rx.all<Queue>("ORDER BY name")) {
        auto& queue = queue_of(found, row.name.value);
        queue.paused = row.paused;
        if (row.paused) queue.paused_at = row.updated_at;
    }
    count_queues(rx, found, "state = 'available'", &add_ready);
    count_queues(rx, found, "state IN ('scheduled', 'retryable') AND run_at <= ?", &add_ready, rx.now());
    count_queues(
        rx, found, "state IN ('scheduled', 'retryable') AND run_at > ?",
        [](QueueView& queue, const QueueCount& line) { queue.later = line.jobs; }, rx.now());
    count_queues(rx, found, "state = 'running'",
                 [](QueueView& queue, const QueueCount& line) { queue.running = line.jobs; });
    count_queues(rx, found, "state = 'discarded' AND handled_at IS NULL",
                 [](QueueView& queue, const QueueCount& line) { queue.dead = line.jobs; });
    std::vector<QueueView> out;
    for (auto& [name, queue] : found) out.push_back(std::move(queue));
    return out;
}

Depth depth(Rx& rx) {
    Depth out;
    out.available = rx.value<std::int64_t>("SELECT count(*) FROM jobs_job WHERE state = 'available'");
    out.waiting = rx.value<std::int64_t>("SELECT count(*) FROM jobs_job WHERE state IN ('scheduled', 'retryable')");
    out.running = rx.value<std::int64_t>("SELECT count(*) FROM jobs_job WHERE state = 'running'");
    out.dead = rx.value<std::int64_t>("SELECT count(*) FROM jobs_job WHERE state = 'discarded' AND handled_at IS NULL");
    return out;
}

}  // namespace yuanliu::jobs
