#include "platform/db/clock.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>

#include "platform/db/connection.hpp"

namespace yuanliu {
namespace {

constexpr std::int64_t gap_ms_max = 1'000;     // between wall and monotonic clock, since the last look
constexpr std::int64_t skew_told_ms = 10'000;  // between this machine and the server: worth a word to the operator

}  // namespace

Time DatabaseClock::now() const { return known_ ? Time{env_.monotonic_ms() + ahead_ms_} : env_.now(); }

bool DatabaseClock::is_due() {
    if (!wanted_) return false;
    const auto now = env_.monotonic_ms();
    auto next = next_look_ms_.load();
    const bool moved = known_ && std::abs(gap_ms() - gap_at_look_ms_) > gap_ms_max;
    if (known_ && now < next && !moved) return false;
    if (!next_look_ms_.compare_exchange_strong(next, now + look_every_ms)) return false;
    gap_at_look_ms_ = gap_ms();
    return true;
}

void DatabaseClock::look(Connection& connection) {
    std::int64_t server_ms = 0;
    const auto asked = env_.monotonic_ms();
    connection.run("SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)", SqlParams(nullptr),
                   [&](StatementRow& row) { return server_ms = row.integer(0), false; });
    const auto answered = env_.monotonic_ms();
    const auto ahead = server_ms - (asked + answered) / 2;
    // Within what the way there and back leaves open, nothing is known better than before: time does not jump about.
    const bool first = !known_;
    if (first || std::abs(ahead - ahead_ms_) > answered - asked + 1) ahead_ms_ = ahead;
    known_ = true;
    const auto skew = now().ms - env_.now().ms;
    if (first && std::abs(skew) > skew_told_ms)
        spdlog::warn("the clock of this machine is {} s {} PostgreSQL's, which counts", std::abs(skew) / 1000,
                     skew > 0 ? "behind" : "ahead of");
}

}  // namespace yuanliu
