#include "platform/jobs/leader.hpp"

#include <spdlog/spdlog.h>

namespace yuanliu::jobs {
namespace {

constexpr std::string_view lease = "clock";

}  // namespace

bool Leadership::free() const {
    return db_.read([](Rx& rx) {
        return rx.maybe<std::int64_t>("SELECT id FROM jobs_leader WHERE name = ? AND expires_at <= ?", lease, rx.now())
            .has_value();
    });
}

// The token of the lease that is now ours; 0: somebody else has it.
std::int64_t Leadership::take(Tx& tx) const {
    const Time until{tx.now().ms + ttl_ms};
    if (token_ != 0 && tx.exec("UPDATE jobs_leader SET expires_at = ? WHERE name = ? AND holder = ? AND token = ?",
                               until, lease, holder_, token_) == 1)
        return token_;
    auto taken = tx.values<std::int64_t>(
        "UPDATE jobs_leader SET holder = ?, token = token + 1, expires_at = ? WHERE name = ? AND expires_at <= ?"
        " RETURNING token",
        holder_, until, lease, tx.now());
    return taken.empty() ? 0 : taken[0];
}

bool Leadership::hold() {
    const auto before = env_.monotonic_ms();  // the lease counts from before the request: its way there is in it
    if (token_ != 0 && before < renew_at_ms_) return true;
    if (token_ == 0 && !free()) return false;
    const auto token = db_.write([&](Tx& tx) { return take(tx); });
    if (token != token_ && token != 0) spdlog::info("this instance keeps the clock now (token {})", token);
    if (token == 0 && token_ != 0) spdlog::warn("another instance keeps the clock now");
    token_ = token;
    renew_at_ms_ = before + ttl_ms / 3;
    valid_until_ms_ = before + ttl_ms - margin_ms;
    return token_ != 0 && env_.monotonic_ms() < valid_until_ms_;
}

void Leadership::fence(Tx& tx) const {
    const bool ours =
        token_ != 0 && env_.monotonic_ms() < valid_until_ms_ &&
        tx.maybe<std::int64_t>("SELECT id FROM jobs_leader WHERE name = ? AND holder = ? AND token = ? @lock", lease,
                               holder_, token_);
    if (!ours) throw conflict("jobs.not_leader");
}

void Leadership::release() noexcept {
    if (token_ == 0) return;
    try {
        db_.write([&](Tx& tx) {
            tx.exec("UPDATE jobs_leader SET expires_at = ? WHERE name = ? AND holder = ? AND token = ?", Time{0}, lease,
                    holder_, token_);
        });
    } catch (const std::exception& e) {
        spdlog::warn("the clock could not be handed over, it will be free in {} s: {}", ttl_ms / 1000, e.what());
    }
    token_ = 0;
}

}  // namespace yuanliu::jobs
