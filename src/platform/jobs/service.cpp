// The queue's rules: adding, cancelling, trying again, pausing.
#include <fmt/format.h>

#include <set>

#include "platform/jobs/registry.hpp"
#include "platform/jobs/service.hpp"

namespace yuanliu::jobs {
namespace {

constexpr std::string_view live = "('scheduled', 'available', 'running', 'retryable')";

void ring(Tx& tx, Doorbell::Ring what) {
    auto& bell = tx.part<Registry>().bell();
    tx.after_commit([&bell, what] { bell.ring(what); });
}

void replace_waiting(Tx& tx, Id<Job> id, std::string_view args, const Options& o, bool later) {
    tx.exec(
        "UPDATE jobs_job SET args = ?, run_at = ?, state = ?, priority = ?"
        " WHERE id = ? AND state IN ('scheduled', 'available', 'retryable')",
        args, o.run_at.value_or(tx.now()), later ? JobState::scheduled : JobState::available, o.priority, id);
}

std::optional<Id<Job>> insert(Tx& tx, std::string_view kind, std::string_view args, const Options& o, bool later) {
    auto ids = tx.values<Id<Job>>(
        "INSERT INTO jobs_job (kind, args, queue, priority, state, run_at, attempt, failed, max_attempts, unique_key,"
        " cancel_requested, errors, progress_done, progress_total, progress_message, creator_id, source_job, "
        "schedule_id, nominal,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, FALSE, '[]', 0, 0, '', ?, ?, ?, ?, ?) ON CONFLICT DO "
        "NOTHING RETURNING id",
        kind, args, o.queue, o.priority, later ? JobState::scheduled : JobState::available, o.run_at.value_or(tx.now()),
        o.max_attempts, o.unique_key, o.creator_id, o.source_job, o.schedule_id, o.nominal, tx.now());
    return ids.empty() ? std::nullopt : std::optional(ids[0]);
}

// Makes the run of the ledger follow the job that tries it again.
void rebook(Tx& tx, Id<Job> from, Id<Job> to) {
    tx.exec("UPDATE jobs_run SET job_id = ?, state = 'expected', finished_at = NULL WHERE job_id = ?", to, from);
}

Id<Job> redrive(Tx& tx, const Job& dead) {
    if (auto known = tx.maybe<Id<Job>>(
            fmt::format("SELECT id FROM jobs_job WHERE source_job = ? AND state IN {} LIMIT 1", live), dead.id))
        return *known;
    if (tx.exists<Job>("source_job = ? AND state = 'completed'", dead.id)) throw conflict("jobs.not_retryable");
    Options options{.queue = dead.queue.value, .priority = dead.priority, .max_attempts = dead.max_attempts};
    options.unique_key = dead.unique_key;
    options.creator_id = dead.creator_id;
    options.source_job = dead.id;
    options.schedule_id = dead.schedule_id;
    options.nominal = dead.nominal;
    auto successor = enqueue_json(tx, dead.kind, dead.args.value, options);
    rebook(tx, dead.id, successor);
    return successor;
}

bool is_dead(const Job& job) { return job.state == JobState::discarded && !job.handled_at; }

// It alarms no longer.
void mark_handled(Tx& tx, Job& dead) {
    dead.handled_at = tx.now();
    tx.update(dead);
}

Id<Job> try_again(Tx& tx, Job& dead) {
    const auto successor = redrive(tx, dead);
    if (is_dead(dead)) mark_handled(tx, dead);
    return successor;
}

// Does it for each dead letter of these; skips what is none, or was handled by somebody else meanwhile.
template <class F>
Handled handle_each(Tx& tx, const JobIds& input, F&& handle) {
    if (input.ids.empty()) throw invalid_field("ids", "field.required");
    if (input.ids.size() > JobIds::ids_max)
        throw invalid_field("ids", "field.too_many", {{"max", std::to_string(JobIds::ids_max)}});
    // In the order of their ids, so that two people with the same selection do not wait for each other's rows.
    const std::set<Id<Job>> ids(input.ids.begin(), input.ids.end());
    Handled out;
    for (const auto id : ids) {
        auto job = tx.find_lock<Job>("WHERE id = ?", id);
        if (job && is_dead(*job))
            handle(*job), ++out.done;
        else
            ++out.skipped;
    }
    tx.note("done", std::to_string(out.done));
    return out;
}

Queue set_paused(Tx& tx, std::string_view name, bool paused) {
    auto queue = tx.find_lock<Queue>("WHERE name = ?", name);
    if (!queue)
        queue = tx.insert(Queue{{}, name, paused, tx.now()});
    else if (queue->paused != paused)
        queue->paused = paused, queue->updated_at = tx.now(), queue = tx.update(*queue);
    if (!paused) ring(tx, Doorbell::Ring::work);
    return *queue;
}

}  // namespace

Id<Job> enqueue_json(Tx& tx, std::string_view kind, std::string args, const Options& o) {
    if (o.priority < 1 || o.priority > 9 || o.max_attempts < 1 || kind.empty())
        throw internal(
            fmt::format("a job of kind '{}' with priority {} and {} attempts", kind, o.priority, o.max_attempts));
    const bool later = o.run_at && *o.run_at > tx.now();
    // The job with the same key may finish between two statements; then the key is free.
    for (int i = 0; i < 3; ++i) {
        if (auto id = insert(tx, kind, args, o, later)) {
            if (!later) ring(tx, Doorbell::Ring::work);
            tx.note("job_id", std::to_string(id->value));
            return *id;
        }
        auto known = tx.maybe<Id<Job>>(
            fmt::format("SELECT id FROM jobs_job WHERE unique_key = ? AND state IN {}", live), o.unique_key);
        if (!known) continue;
        if (o.replace) replace_waiting(tx, *known, args, o, later);
        return *known;
    }
    throw busy("a unique job came and went three times");
}

std::string bucket(std::string_view key, Time now, std::int64_t period_ms) {
    return fmt::format("{}@{}", key, now.ms / period_ms);
}

bool cancel_job(Tx& tx, Id<Job> id) {
    auto job = tx.lock(id);
    switch (job.state) {
        case JobState::completed:
        case JobState::cancelled:
        case JobState::discarded: return false;
        case JobState::running:
            job.cancel_requested = true;
            tx.update(job);
            ring(tx, Doorbell::Ring::cancel);
            return true;
        default: break;
    }
    job.state = JobState::cancelled;
    job.cancel_requested = true;
    job.finished_at = tx.now();
    tx.update(job);
    tx.exec("UPDATE jobs_run SET state = 'cancelled', finished_at = ? WHERE job_id = ?", tx.now(), id);
    return true;
}

JobView cancel(Tx& tx, const Actor& actor, Id<Job> id) {
    auto seen = visible(tx, actor, id);
    if (seen.creator_id != actor.user_id) actor.require("jobs.manage");
    if (!cancel_job(tx, id)) throw conflict("jobs.finished");
    return visible(tx, actor, id);
}

JobView retry(Tx& tx, const Actor& actor, Id<Job> id) {
    auto job = tx.lock(id);
    switch (job.state) {
        case JobState::discarded:
        case JobState::cancelled: return visible(tx, actor, try_again(tx, job));
        case JobState::scheduled:
        case JobState::retryable: break;
        default: throw conflict("jobs.not_retryable");
    }
    job.state = JobState::available;
    job.run_at = tx.now();
    tx.update(job);
    ring(tx, Doorbell::Ring::work);
    return visible(tx, actor, id);
}

JobView dismiss(Tx& tx, const Actor& actor, Id<Job> id) {
    auto job = tx.lock(id);
    if (!is_dead(job)) throw conflict("jobs.not_dead");
    mark_handled(tx, job);
    return visible(tx, actor, id);
}

Handled retry_many(Tx& tx, const JobIds& input) {
    return handle_each(tx, input, [&](Job& dead) { try_again(tx, dead); });
}

Handled dismiss_many(Tx& tx, const JobIds& input) {
    return handle_each(tx, input, [&](Job& dead) { mark_handled(tx, dead); });
}

Queue pause(Tx& tx, std::string_view queue) { return set_paused(tx, queue, true); }
Queue resume(Tx& tx, std::string_view queue) { return set_paused(tx, queue, false); }

}  // namespace yuanliu::jobs
