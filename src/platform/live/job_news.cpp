#include "platform/live/job_news.hpp"

#include "platform/describe/json.hpp"
#include "platform/jobs/jobs.hpp"

namespace yuanliu::live {
namespace {

constexpr std::int64_t every_ms = 500;
// A job's end is committed this much later than the instant it bears, at most: no transaction takes longer.
constexpr std::int64_t overlap_ms = 20'000;

bool same(const jobs::Motion& a, const jobs::Motion& b) {
    return a.state == b.state && a.progress_done == b.progress_done && a.progress_total == b.progress_total &&
           a.progress_message == b.progress_message;
}

Message message_of(const jobs::Motion& job) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().key("type").string("job").key("id").integer(job.id.value).key("kind").string(job.kind);
    w.key("state").string(name_of(job.state)).key("progress");
    if (job.state == jobs::JobState::completed)
        w.integer(100);
    else if (job.progress_total > 0)
        w.integer(std::clamp<std::int64_t>(job.progress_done * 100 / job.progress_total, 0, 100));
    else
        w.null();
    w.key("progress_done").integer(job.progress_done).key("progress_total").integer(job.progress_total);
    w.key("progress_message").string(job.progress_message).end_object();
    return Message(std::move(out));
}

}  // namespace

void JobNews::greet(Rx& rx, std::int64_t user, Outbox& out) {
    for (const auto& job : jobs::in_motion(rx, rx.now(), {}))
        if (job.creator_id == user && job.state == jobs::JobState::running) out.to(user, message_of(job));
}

void JobNews::look(Rx& rx, const Audience& audience, bool afresh, Outbox& out) {
    const std::int64_t now_ms = rx.env().monotonic_ms();
    if (!afresh && now_ms - looked_ms_ < every_ms) return;
    looked_ms_ = now_ms;
    if (afresh) told_.clear(), looked_at_ = rx.now();
    std::vector<Id<jobs::Job>> known;
    for (const auto& [id, job] : told_)
        if (job.state == jobs::JobState::running) known.push_back(id);
    const Time since{looked_at_.ms - overlap_ms};
    std::map<Id<jobs::Job>, jobs::Motion> now;
    for (auto& job : jobs::in_motion(rx, since, known)) {
        if (!audience.has(job.creator_id)) continue;
        const auto before = told_.find(job.id);
        // The first look after a while remembers what it finds and tells what changes from then on.
        if (before == told_.end() ? !afresh : !same(before->second, job)) out.to(job.creator_id, message_of(job));
        now.insert_or_assign(job.id, std::move(job));
    }
    told_ = std::move(now);
    looked_at_ = rx.now();
}

}  // namespace yuanliu::live
