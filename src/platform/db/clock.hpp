// The clock behind Rx::now(); a part of every Database, put in by the Database itself.
//
// On SQLite it is the clock of the process. On PostgreSQL it is the server's, since several instances whose machines
// disagree would take leases for expired that are not, and what one wrote would be due for another too early or too
// late. Between two looks at the server it goes on by the machine's monotonic clock, so that asking costs nothing and a
// wall clock that is wrong, or set meanwhile, does not show. An Env that is not the machine's own (tests) keeps its own
// time until follow_server() is called.
#pragma once

#include <atomic>

#include "base/env.hpp"
#include "base/types.hpp"

namespace yuanliu {

class Connection;

// Thread-safe.
class DatabaseClock {
 public:
    static constexpr std::int64_t look_every_ms = 30'000;

    explicit DatabaseClock(Env& env) : env_(env), wanted_(&env == &Env::real()) {}
    DatabaseClock(const DatabaseClock&) = delete;

    Time now() const;

    // PostgreSQL: from the next transaction on the time is the server's, whatever the Env says.
    void follow_server() { wanted_ = true; }
    // True for one caller when it is time to look at the server: after a while, and when the machine's clocks have
    // moved apart (one was set, or the machine slept).
    bool is_due();
    // Asks the server, outside of a transaction. Throws what the connection throws.
    void look(Connection& connection);

 private:
    std::int64_t gap_ms() const { return env_.now().ms - env_.monotonic_ms(); }

    Env& env_;
    std::atomic<bool> wanted_, known_{false};
    std::atomic<std::int64_t> ahead_ms_{0};  // the server's clock is so far ahead of our monotonic one
    std::atomic<std::int64_t> next_look_ms_{0}, gap_at_look_ms_{0};
};

}  // namespace yuanliu
