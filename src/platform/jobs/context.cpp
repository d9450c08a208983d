#include "platform/jobs/context.hpp"

#include "platform/files/files.hpp"
#include "platform/jobs/hand.hpp"

namespace yuanliu::jobs {
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
    // A handler that writes one step after another has its row locked nearly all the time, and those who leave locked
    // rows alone, the pump and the beat, would never get to say how far it is nor to extend its lease. So a step that
    // holds the row does both. Should this transaction be rolled back, they or a later step do it.
    const auto due = job_.due_in_step();
    if (due.lease) renew(tx, id, attempt, job_.lease_ms);
    if (due.unsaid) store_progress(tx, id, attempt, *due.unsaid);
}

void Context::finish(Tx& tx) {
    const std::lock_guard guard(job_.mutex);
    if (!settle(tx, id, attempt, Outcome{}, job_.traces)) throw internal("the lease was lost under its lock");
}

void Context::finished() { job_.settled = true; }

}  // namespace yuanliu::jobs
