#include "modules/identity/throttle.hpp"

#include "base/time.hpp"

namespace yuanliu::identity {
namespace {

// User names, addresses and phone numbers are not kept in the clear here either.
Blind blind_of(const Rx& rx, std::string_view subject) { return rx.blind("identity.throttle", subject); }

struct Counter {
    std::int64_t attempts = 0;
    Time ends_at;
};
YL_RECORD(Counter, "identity_login_throttle", attempts, ends_at)

}  // namespace

void spend(Tx& tx, const Throttle& throttle, std::string_view subject) {
    const auto blind = blind_of(tx, subject);
    const Time now = tx.now(), end{now.ms + throttle.window_ms};
    tx.exec(
        "INSERT INTO identity_login_throttle (scope, subject_blind, attempts, ends_at) VALUES (?, ?, 1, ?)"
        " ON CONFLICT (scope, subject_blind) DO UPDATE SET"
        " attempts = CASE WHEN identity_login_throttle.ends_at <= ? THEN 1 ELSE identity_login_throttle.attempts + 1 "
        "END,"
        " ends_at = CASE WHEN identity_login_throttle.ends_at <= ? THEN ? ELSE identity_login_throttle.ends_at END",
        throttle.scope, blind, end, now, now, end);
    const auto counter = tx.one<Counter>("WHERE scope = ? AND subject_blind = ?", throttle.scope, blind);
    if (counter.attempts <= throttle.tries_max) return;
    throw too_many(static_cast<int>((counter.ends_at.ms - now.ms + second_ms - 1) / second_ms),
                   "identity.too_many_tries");
}

void give_back(Tx& tx, const Throttle& throttle, std::string_view subject) {
    tx.exec(
        "UPDATE identity_login_throttle SET attempts = attempts - 1 WHERE scope = ? AND subject_blind = ? AND attempts "
        "> 0",
        throttle.scope, blind_of(tx, subject));
}

void forget(Tx& tx, const Throttle& throttle, std::string_view subject) {
    tx.exec("DELETE FROM identity_login_throttle WHERE scope = ? AND subject_blind = ?", throttle.scope,
            blind_of(tx, subject));
}

std::int64_t drop_finished(Tx& tx, std::int64_t most) {
    return tx.exec(
        "DELETE FROM identity_login_throttle WHERE (scope, subject_blind) IN (SELECT scope, subject_blind"
        " FROM identity_login_throttle WHERE ends_at <= ? ORDER BY ends_at LIMIT ?)",
        tx.now(), most);
}

}  // namespace yuanliu::identity
