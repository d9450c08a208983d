// Which kinds of jobs this process can run, and which schedules its modules declare. Filled once at start.
//
//     registry.on<Mint>("units.mint", [](jobs::Context& context, const Mint& in) { … });
//     registry.schedule<Nothing>("backup.daily", "0 3 * * *", "backup.run", {});
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "platform/jobs/context.hpp"

namespace yuanliu::jobs {

// For jobs without arguments.
struct Nothing {};
YL_RECORD(Nothing, "jobs.nothing")

struct KindOptions {
    std::int64_t retry_cap_ms = 6 * 3600 * 1000;  // the longest wait between two tries
};

struct ScheduleOptions {
    std::string zone = "Asia/Shanghai";
    OverlapPolicy overlap = OverlapPolicy::skip;
    MissedPolicy missed = MissedPolicy::latest;
    std::int64_t catch_up_ms = 24 * 3600 * 1000;
    std::int64_t jitter_ms = 0;
    ScheduleCalendar calendar = ScheduleCalendar::everyday;
    std::string queue = "default";
    int priority = 5;
    int max_attempts = 5;
};

// Wakes the runners of this process when a transaction here gave them something to do. Thread-safe.
class Doorbell {
 public:
    enum class Ring { work, cancel };
    using Listener = std::function<void(Ring)>;

    void ring(Ring what);
    // Until the handle is destroyed. Listeners are called under the bell's lock: they only wake somebody.
    std::shared_ptr<void> listen(Listener listener);

 private:
    std::mutex mutex_;
    std::map<int, Listener> listeners_;
    int next_ = 0;
};

// A part of the Database. Immutable once the Runner has started, but for the bell.
class Registry {
 public:
    using Handler = std::function<void(Context&, std::string_view args)>;
    struct Entry {
        Handler handler;
        KindOptions options;
    };

    // Throws internal when the kind has a handler already.
    template <Described Args, class F>
    void on(std::string kind, F handler, KindOptions options = {}) {
        add(std::move(kind), {[handler = std::move(handler)](Context& context, std::string_view args) {
                                  handler(context, decode_args<Args>(args));
                              },
                              options});
    }
    // Throws internal when the name is taken; invalid `cron.invalid` or `zone.unknown`.
    template <Described Args>
    void schedule(std::string name, std::string cron, std::string kind, const Args& args,
                  ScheduleOptions options = {}) {
        add_schedule(std::move(name), std::move(cron), std::move(kind), to_json(args), std::move(options));
    }

    const Entry* find(std::string_view kind) const;
    std::vector<std::string> kinds() const;
    const std::vector<Schedule>& schedules() const { return schedules_; }
    Doorbell& bell() { return bell_; }

 private:
    // Arguments that do not fit are tried again: during an upgrade a newer process may have written them.
    template <Described Args>
    static Args decode_args(std::string_view json) {
        try {
            return from_json<Args>(json);
        } catch (const Error& e) {
            throw internal("the job's arguments cannot be read: " +
                           (e.fields.empty() ? e.code : e.fields[0].field + " " + e.fields[0].code));
        }
    }
    void add(std::string kind, Entry entry);
    void add_schedule(std::string name, std::string cron, std::string kind, std::string args, ScheduleOptions options);

    std::map<std::string, Entry, std::less<>> entries_;
    std::vector<Schedule> schedules_;
    Doorbell bell_;
};

}  // namespace yuanliu::jobs
