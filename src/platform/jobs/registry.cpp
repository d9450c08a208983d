#include "platform/jobs/registry.hpp"

#include "base/cron.hpp"

namespace yuanliu::jobs {

void Doorbell::ring(Ring what) {
    const std::lock_guard guard(mutex_);
    for (const auto& [id, listener] : listeners_) listener(what);
}

std::shared_ptr<void> Doorbell::listen(Listener listener) {
    const std::lock_guard guard(mutex_);
    const int id = next_++;
    listeners_.emplace(id, std::move(listener));
    return {static_cast<void*>(this), [this, id](void*) {
                const std::lock_guard inner(mutex_);
                listeners_.erase(id);
            }};
}

void Registry::add(std::string kind, Entry entry) {
    auto [at, fresh] = entries_.emplace(std::move(kind), std::move(entry));
    if (!fresh) throw internal("two handlers for jobs of kind " + at->first);
}

void Registry::add_schedule(std::string name, std::string cron, std::string kind, std::string args,
                            ScheduleOptions options) {
    for (const auto& known : schedules_)
        if (known.name.value == name) throw internal("two schedules named " + name);
    const Cron checked(cron);
    const Zone known_zone(options.zone);
    Schedule s;
    s.name = std::move(name);
    s.kind = std::move(kind);
    s.args = std::move(args);
    s.cron = s.declared_cron = std::move(cron);
    s.zone = s.declared_zone = std::move(options.zone);
    s.overlap = options.overlap;
    s.missed = options.missed;
    s.catch_up_ms = options.catch_up_ms;
    s.jitter_ms = options.jitter_ms;
    s.calendar = options.calendar;
    s.queue = std::move(options.queue);
    s.priority = options.priority;
    s.max_attempts = options.max_attempts;
    schedules_.push_back(std::move(s));
}

const Registry::Entry* Registry::find(std::string_view kind) const {
    auto found = entries_.find(kind);
    return found == entries_.end() ? nullptr : &found->second;
}

std::vector<std::string> Registry::kinds() const {
    std::vector<std::string> out;
    for (const auto& [kind, entry] : entries_) out.push_back(kind);
    return out;
}

}  // namespace yuanliu::jobs
