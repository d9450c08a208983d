// What the console asks.
#include "platform/files/files.hpp"
#include "platform/jobs/service.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::jobs {
namespace {

constexpr std::string_view row_select =
    "SELECT j.id, j.kind, j.queue, j.priority, j.state,"
    " EXISTS (SELECT 1 FROM jobs_queue q WHERE q.name = j.queue AND q.paused) AS queue_paused,"
    " j.run_at, j.attempt, j.failed, j.max_attempts, j.progress_done, j.progress_total, j.progress_message,"
    " j.creator_id, j.created_at, j.started_at, j.finished_at FROM jobs_job j";

constexpr std::string_view view_select =
    "SELECT j.id, j.kind, j.args, j.queue, j.priority, j.state,"
    " EXISTS (SELECT 1 FROM jobs_queue q WHERE q.name = j.queue AND q.paused) AS queue_paused,"
    " j.cancel_requested, j.run_at, j.attempt, j.failed, j.max_attempts, j.errors, j.progress_done, j.progress_total,"
    " j.progress_message, j.counts, j.result, j.result_name, j.result_type, j.creator_id, j.source_job,"
    " j.schedule_id, j.nominal, j.created_at, j.started_at, j.finished_at FROM jobs_job j WHERE j.id = ?";

}  // namespace

Page<JobRow> list(Rx& rx, const Actor& actor, const JobFilter& filter, const PageQuery& page) {
    List list{std::string(row_select), "j.id"};
    list.count_from("FROM jobs_job j").where("j.state = ?", filter.state).where("j.kind = ?", filter.kind);
    if (!actor.may("jobs.read")) list.always("j.creator_id = ?", actor.user_id);
    list.sort({{"id", "j.id"}, {"run_at", "j.run_at"}, {"created_at", "j.created_at"}}, "-id");
    return list.page<JobRow>(rx, page);
}

JobView visible(Rx& rx, const Actor& actor, Id<Job> id) {
    auto job = rx.find<JobView>(view_select, id);
    const bool all = actor.may("jobs.read");
    if (!job || (!all && job->creator_id != actor.user_id))
        throw Error(Fault::not_found, "not_found", {{"what", "jobs_job"}});
    if (!all) {
        job->args = "null";
        for (auto& error : job->errors) error.text.clear();
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

Depth depth(Rx& rx) {
    Depth out;
    out.available = rx.value<std::int64_t>("SELECT count(*) FROM jobs_job WHERE state = 'available'");
    out.waiting = rx.value<std::int64_t>("SELECT count(*) FROM jobs_job WHERE state IN ('scheduled', 'retryable')");
    out.running = rx.value<std::int64_t>("SELECT count(*) FROM jobs_job WHERE state = 'running'");
    out.dead =
        rx.value<std::int64_t>("SELECT count(*) FROM jobs_job WHERE state = 'discarded' AND finished_at IS NOT NULL");
    return out;
}

}  // namespace yuanliu::jobs
