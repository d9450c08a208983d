// Facts, told once they are true: a row in the outbox written with the fact itself, delivered afterwards, at least
// once.
//
// Handlers run in a transaction together with the mark of delivery, so what they do to rows happens exactly once; what
// they do elsewhere goes through a job. Events of one aggregate ("unit:17") arrive in order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "platform/db/db.hpp"

namespace yuanliu::events {

// What a handler may want to know besides the event.
struct Delivery {
    std::int64_t id;
    std::string aggregate;
    Time at;
};

class Bus {
 public:
    // Adds a handler of all events of type E. Before start().
    template <Described E>
    void on(void (*handler)(Tx&, const E&, const Delivery&)) {
        handlers_[std::string(record_of<E>().name)].push_back(
            [handler](Tx& tx, std::string_view payload, const Delivery& d) { handler(tx, from_json<E>(payload), d); });
    }
    bool wanted(std::string_view kind) const { return handlers_.contains(kind); }

    // Starts delivering in a thread of its own; stop() waits for the batch under way and leaves the rest for the next
    // start.
    void start(Database& db);
    void stop();
    ~Bus() { stop(); }
    // There may be something new.
    void wake();

    // Delivers what is due now, in this thread; returns how many. For tests and the command line.
    int drain(Database& db);

 private:
    using Handler = std::function<void(Tx&, std::string_view, const Delivery&)>;
    void loop(Database& db);
    std::optional<int> deliver(Database& db);
    static void put_off(Database& db, std::int64_t id, std::string_view why);

    std::map<std::string, std::vector<Handler>, std::less<>> handlers_;
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool awake_ = false;
    std::atomic<bool> stopping_ = false;
};

void emit_json(Tx& tx, std::string_view kind, std::string aggregate, std::string payload);

// Writes the event into the outbox of this transaction. Needs the Bus as a part of the database.
template <Described E>
void emit(Tx& tx, const E& event, std::string aggregate) {
    emit_json(tx, record_of<E>().name, std::move(aggregate), to_json(event));
}

// Undelivered events, for /metrics.
std::int64_t pending(Rx& rx);

// Forgets events that were delivered long ago, at most 500; returns how many: again until there are none.
inline constexpr std::int64_t keep_ms = 90LL * 24 * 3600 * 1000;
std::int64_t prune(Tx& tx);

}  // namespace yuanliu::events
