#include "platform/jobs/context.hpp"

#include <chrono>
#include <optional>

#include "platform/files/files.hpp"
#include "platform/jobs/hand.hpp"

namespace yuanliu::jobs {
namespace {

using Steady = std::chrono::steady_clock;

// Whether the step that begins on this thread may write its job's progress: about twice a second, and never two steps
// running. Whoever waits for the row, to cancel the job, has to begin again when he finds it changed; after a step that
// only held it he gets it.
bool may_say(const InHand& job) {
    struct Said {
        const InHand* job = nullptr;
        bool by_last_step = false;
        Steady::time_point at;
    };
    thread_local Said said;
    if (said.job != &job) said = {&job, false, {}};
    const auto now = Steady::now();
    said.by_last_step = !said.by_last_step && now - said.at >= std::chrono::milliseconds(500);
    if (said.by_last_step) said.at = now;
    return said.by_last_step;
}

}  // namespace

Context::Context(Database& database, InHand& job)
    : db(database), id(job.job.id), attempt(job.job.attempt), creator_id(job.job.creator_id), job_(job) {}

void Context::progress(std::int64_t done, std::int64_t total, std::string_view message) {
    const std::lock_guard guard(job_.mutex);
    job_.traces.done = done;
    job_.traces.total = total;
    job_.traces.message = message;
    job_.fresh = true;
}

Halt Context::halted() const {
    const auto why = job_.halt.load();
    if (why != Halt::none) job_.told = true;
    return why;
}

void Context::counts(const Counts& counts) {
    const std::lock_guard guard(job_.mutex);
    job_.traces.counts = counts;
}

void Context::result_json(std::string json) {
    const std::lock_guard guard(job_.mutex);
    job_.traces.result = std::move(json);
}

void Context::result_file(std::string_view path, std::string_view name, std::string_view type) {
    auto relative = db.parts().get<files::FileStore>().relative(path);
    const std::lock_guard guard(job_.mutex);
    job_.traces.file = std::move(relative);
    job_.traces.name = std::string(name);
    job_.traces.type = std::string(type);
}

void Context::fence(Tx& tx) const {
    if (job_.halt == Halt::lost || !holds(tx, id, attempt, true)) {
        job_.stop(Halt::lost);
        throw Interrupted{};
    }
    // A handler that writes one step after another has its row locked nearly all the time, and the pump, which leaves
    // locked rows alone, would never get to say how far it is. So a step that holds the row says what is not said yet.
    // `fresh` stays: should this transaction be rolled back, the pump or a later step says it.
    std::optional<Traces> unsaid;
    if (may_say(job_)) {
        const std::lock_guard guard(job_.mutex);
        if (job_.fresh) unsaid = job_.traces;
    }
    if (unsaid) store_progress(tx, id, attempt, *unsaid);
}

void Context::finish(Tx& tx) {
    const std::lock_guard guard(job_.mutex);
    if (!settle(tx, id, attempt, Outcome{}, job_.traces)) throw internal("the lease was lost under its lock");
}

void Context::finished() { job_.settled = true; }

}  // namespace yuanliu::jobs
