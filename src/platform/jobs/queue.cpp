#include "platform/jobs/queue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "platform/events/events.hpp"

namespace yuanliu::jobs {
namespace {

constexpr int settle_at_once = 64;  // completions a statement
constexpr int rescue_at_once = 100;

std::string marks(std::size_t n) {
    std::string out = "?";
    for (std::size_t i = 1; i < n; ++i) out += ", ?";
    return out;
}

// The number of parameters is rounded up to few values, so that few statements are prepared; 0 is no job's id.
std::size_t rounded(std::size_t n) {
    std::size_t size = 8;
    while (size < n) size *= 4;
    return size;
}

struct Candidate {
    Id<Job> id;
    int priority = 0;
    Time run_at;
};
YL_RECORD(Candidate, "jobs_job", id, priority, run_at)

// What settle() needs to know of the job.
struct Standing {
    std::string kind;
    int failed = 0, max_attempts = 1;
    bool cancel_requested = false;
    std::vector<JobError> errors;
    std::int64_t creator_id = 0;
    std::optional<Id<Schedule>> schedule_id;
    std::optional<Time> started_at;
    std::optional<std::string> worker;
};
YL_RECORD(Standing, "jobs_job", kind, failed, max_attempts, cancel_requested, errors, creator_id, schedule_id,
          started_at, worker)

struct Expired {
    Id<Job> id;
    int attempt = 0;
};
YL_RECORD(Expired, "jobs_job", id, attempt)

bool terminal(JobState state) {
    return state == JobState::completed || state == JobState::cancelled || state == JobState::discarded;
}

std::vector<Candidate> pick(Rx& rx, std::string_view condition, std::string_view order,
                            const std::vector<std::string>& kinds, int limit) {
    auto sql = fmt::format(
        "SELECT id, priority, run_at FROM jobs_job WHERE {} AND run_at <= ? AND kind IN ({}) AND queue NOT IN"
        " (SELECT name FROM jobs_queue WHERE paused) ORDER BY {} LIMIT ?",
        condition, marks(kinds.size()), order);
    auto params = rx.params();
    params.integer(rx.now().ms);
    for (const auto& kind : kinds) params.text(kind);
    params.integer(limit);
    std::vector<Candidate> out;
    rx.query(record_of<Candidate>(), sql, params, [&](StatementRow& row) {
        row.load(record_of<Candidate>(), &out.emplace_back());
        return true;
    });
    return out;
}

// Where a job goes after an attempt that did not complete it, and when it may be taken again.
struct Move {
    JobState state;
    Time run_at;
    int failed;
};
Move move_of(const Outcome& outcome, const Standing& standing, Tx& tx) {
    using enum Outcome::What;
    const Time now = tx.now();
    const bool again = outcome.what == failed || outcome.what == later || outcome.what == released;
    if (again && standing.cancel_requested) return {JobState::cancelled, now, standing.failed};
    switch (outcome.what) {
        case completed: return {JobState::completed, now, standing.failed};
        case cancelled: return {JobState::cancelled, now, standing.failed};
        case discarded: return {JobState::discarded, now, standing.failed + 1};
        case later: return {JobState::scheduled, {now.ms + outcome.delay_ms}, standing.failed};
        case released: return {JobState::available, now, standing.failed};
        case failed: break;
    }
    const int tries = standing.failed + 1;
    if (tries >= standing.max_attempts) return {JobState::discarded, now, tries};
    return {JobState::retryable, {now.ms + retry_delay_ms(tries, outcome.retry_cap_ms, tx.env())}, tries};
}

RunState run_state(JobState state) {
    return state == JobState::completed   ? RunState::finished
           : state == JobState::cancelled ? RunState::cancelled
                                          : RunState::failed;
}

std::string errors_json(std::vector<JobError> errors) {
    if (errors.size() > Job::errors_max) errors.erase(errors.begin(), errors.end() - Job::errors_max);
    return forms::list_text(type_of<std::vector<JobError>>(), &errors);
}

void write_traces(Tx& tx, Id<Job> id, const Traces& traces) {
    if (traces.done)
        tx.exec("UPDATE jobs_job SET progress_done = ?, progress_total = ?, progress_message = ? WHERE id = ?",
                *traces.done, traces.total.value_or(0), traces.message, id);
    if (traces.counts) tx.exec("UPDATE jobs_job SET counts = ? WHERE id = ?", to_json(*traces.counts), id);
    if (traces.result) tx.exec("UPDATE jobs_job SET result = ? WHERE id = ?", *traces.result, id);
    if (traces.file)
        tx.exec("UPDATE jobs_job SET result_file = ?, result_name = ?, result_type = ? WHERE id = ?", *traces.file,
                *traces.name, *traces.type, id);
}

}  // namespace

std::int64_t retry_delay_ms(int failed, std::int64_t cap_ms, Env& env) {
    const std::int64_t tries = std::clamp(failed, 1, 1000);
    const std::int64_t base = std::min(cap_ms, tries * tries * tries * tries * 1000);
    std::array<unsigned char, 2> bytes{};
    env.random(bytes);
    const std::int64_t share = (std::int64_t(bytes[0]) << 8 | bytes[1]) % 2001 - 1000;  // -1000 to 1000
    return base + base * share / 10'000;
}

std::vector<Id<Job>> candidates(Rx& rx, const std::vector<std::string>& kinds, int limit) {
    if (kinds.empty() || limit <= 0) return {};
    auto found = pick(rx, "state = 'available'", "priority, run_at, id", kinds, limit);
    auto due = pick(rx, "state IN ('scheduled', 'retryable')", "run_at, id", kinds, limit);
    found.insert(found.end(), due.begin(), due.end());
    std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
        return std::tie(a.priority, a.run_at, a.id) < std::tie(b.priority, b.run_at, b.id);
    });
    if (int(found.size()) > limit) found.resize(std::size_t(limit));
    std::vector<Id<Job>> ids;
    for (const auto& candidate : found) ids.push_back(candidate.id);
    return ids;
}

std::vector<Claimed> take(Tx& tx, const std::vector<Id<Job>>& ids, std::string_view worker, std::int64_t lease_ms) {
    if (ids.empty()) return {};
    const auto size = rounded(ids.size());
    // MATERIALIZED: PostgreSQL may otherwise run a locking subquery more than once.
    auto sql = fmt::format(
        "WITH waiting AS MATERIALIZED (SELECT id FROM jobs_job WHERE id IN ({}) AND run_at <= ?"
        " AND state IN ('available', 'scheduled', 'retryable') @skip_locked)"
        " UPDATE jobs_job SET state = 'running', attempt = attempt + 1, lease_until = ?, worker = ?, started_at = ?"
        " WHERE id IN (SELECT id FROM waiting) AND state IN ('available', 'scheduled', 'retryable')"
        " RETURNING id, kind, args, priority, run_at, attempt, creator_id, schedule_id",
        marks(size));
    auto params = tx.params();
    for (std::size_t i = 0; i < size; ++i) params.integer(i < ids.size() ? ids[i].value : 0);
    params.integer(tx.now().ms);
    params.integer(tx.now().ms + lease_ms);
    params.text(worker);
    params.integer(tx.now().ms);
    std::vector<Claimed> out;
    tx.query(record_of<Claimed>(), sql, params, [&](StatementRow& row) {
        row.load(record_of<Claimed>(), &out.emplace_back());
        return true;
    });
    std::sort(out.begin(), out.end(), [](const Claimed& a, const Claimed& b) {
        return std::tie(a.priority, a.run_at, a.id) < std::tie(b.priority, b.run_at, b.id);
    });
    for (const auto& job : out)
        if (job.schedule_id)
            tx.exec("UPDATE jobs_run SET state = 'started', started_at = ? WHERE job_id = ? AND state = 'expected'",
                    tx.now(), job.id);
    return out;
}

bool holds(Rx& rx, Id<Job> id, int attempt, bool hold) {
    return rx
        .maybe<std::int64_t>(fmt::format("SELECT id FROM jobs_job WHERE id = ? AND attempt = ? AND state = 'running'{}",
                                         hold ? " @lock" : ""),
                             id, attempt)
        .has_value();
}

bool settle(Tx& tx, Id<Job> id, int attempt, const Outcome& outcome, const Traces& traces) {
    auto standing = tx.find<Standing>("WHERE id = ? AND attempt = ? AND state = 'running' @lock", id, attempt);
    if (!standing) return false;
    const auto move = move_of(outcome, *standing, tx);
    if (outcome.error) {
        auto error = *outcome.error;
        error.at = tx.now(), error.attempt = attempt;
        error.started_at = standing->started_at, error.worker = standing->worker;
        standing->errors.push_back(std::move(error));
        tx.exec("UPDATE jobs_job SET errors = ? WHERE id = ?", errors_json(std::move(standing->errors)), id);
    }
    write_traces(tx, id, traces);
    const bool over = terminal(move.state);
    tx.exec(
        "UPDATE jobs_job SET state = ?, run_at = ?, failed = ?, lease_until = NULL, worker = NULL, finished_at = ?"
        " WHERE id = ?",
        move.state, move.run_at, move.failed, over ? std::optional(tx.now()) : std::nullopt, id);
    if (over && (standing->creator_id != 0 || move.state == JobState::discarded))
        events::emit(tx, Ended{id, standing->kind, move.state, standing->creator_id, traces.file.has_value()},
                     "job:" + std::to_string(id.value));
    if (over && standing->schedule_id)
        tx.exec("UPDATE jobs_run SET state = ?, finished_at = ?, counts = ? WHERE job_id = ?", run_state(move.state),
                tx.now(), traces.counts, id);
    return true;
}

std::int64_t settle_completed(Tx& tx, const std::vector<std::pair<Id<Job>, int>>& jobs) {
    static const std::string sql = [] {
        std::string text =
            "UPDATE jobs_job SET state = 'completed', lease_until = NULL, worker = NULL, finished_at = ?"
            " WHERE state = 'running' AND creator_id = 0 AND schedule_id IS NULL AND (";
        for (int i = 0; i < settle_at_once; ++i) text += i ? " OR id = ? AND attempt = ?" : "id = ? AND attempt = ?";
        return text + ")";
    }();
    std::int64_t accepted = 0;
    for (std::size_t at = 0; at < jobs.size(); at += settle_at_once) {
        auto params = tx.params();
        params.integer(tx.now().ms);
        for (std::size_t i = at; i < at + settle_at_once; ++i) {
            params.integer(i < jobs.size() ? jobs[i].first.value : 0);
            params.integer(i < jobs.size() ? jobs[i].second : 0);
        }
        accepted += tx.exec_params(sql, params);
    }
    return accepted;
}

// A job whose last step is a long transaction holds its own row meanwhile. Whoever waited for it would let the leases
// of all other jobs run out; nobody can take it either, so it is left alone.
static bool is_free(Tx& tx, Id<Job> id) {
    return tx.maybe<std::int64_t>("SELECT id FROM jobs_job WHERE id = ? @skip_locked", id).has_value();
}

bool renew(Tx& tx, Id<Job> id, int attempt, std::int64_t lease_ms) {
    if (!is_free(tx, id)) return tx.exists<Job>("id = ? AND attempt = ? AND state = 'running'", id, attempt);
    return tx.exec("UPDATE jobs_job SET lease_until = ? WHERE id = ? AND attempt = ? AND state = 'running'",
                   Time{tx.now().ms + lease_ms}, id, attempt) == 1;
}

void store_progress(Tx& tx, Id<Job> id, int attempt, const Traces& traces) {
    if (!is_free(tx, id)) return;
    tx.exec(
        "UPDATE jobs_job SET progress_done = ?, progress_total = ?, progress_message = ?"
        " WHERE id = ? AND attempt = ? AND state = 'running'",
        traces.done.value_or(0), traces.total.value_or(0), traces.message, id, attempt);
}

std::vector<Id<Job>> cancel_requests(Rx& rx, std::string_view worker) {
    return rx.values<Id<Job>>("SELECT id FROM jobs_job WHERE state = 'running' AND cancel_requested AND worker = ?",
                              worker);
}

static int try_again(Tx& tx, const std::vector<Expired>& left) {
    Outcome outcome{Outcome::What::failed, 0};
    outcome.error = JobError{};
    outcome.error->code = "jobs.lease_expired", outcome.error->text = "the worker stopped without a word";
    int rescued = 0;
    for (const auto& job : left) rescued += settle(tx, job.id, job.attempt, outcome, {});
    return rescued;
}

int rescue(Tx& tx) {
    return try_again(
        tx, tx.all<Expired>("WHERE state = 'running' AND lease_until < ? ORDER BY lease_until LIMIT ? @skip_locked",
                            tx.now(), rescue_at_once));
}

int rescue_all(Tx& tx) { return try_again(tx, tx.all<Expired>("WHERE state = 'running' ORDER BY lease_until")); }

}  // namespace yuanliu::jobs
