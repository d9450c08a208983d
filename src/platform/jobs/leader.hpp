// One instance keeps the clock. The lease is a row; its token grows with every change of hands.
//
// The holder acts only while its own monotonic clock says that the lease has time to spare, and every transaction it
// makes checks the token: a process that slept through its lease (a suspended machine) can neither act nor store.
#pragma once

#include "platform/db/db.hpp"

namespace yuanliu::jobs {

// Used by one thread.
class Leadership {
 public:
    static constexpr std::int64_t ttl_ms = 30'000;
    static constexpr std::int64_t margin_ms = 5'000;

    Leadership(Database& db, Env& env, std::string holder) : db_(db), env_(env), holder_(std::move(holder)) {}

    // Renews the lease when a third of it has passed, or takes it when it is free. True: the caller is the leader now.
    bool hold();
    // Throws Error(conflict) `jobs.not_leader` when somebody else has taken over; locks the row until the end of `tx`.
    void fence(Tx& tx) const;
    // Lets the next one take over at once. Errors are left to time: the lease runs out.
    void release() noexcept;

 private:
    bool free() const;
    std::int64_t take(Tx& tx) const;

    Database& db_;
    Env& env_;
    const std::string holder_;
    std::int64_t token_ = 0;                             // 0: not the leader
    std::int64_t renew_at_ms_ = 0, valid_until_ms_ = 0;  // of the monotonic clock
};

}  // namespace yuanliu::jobs
