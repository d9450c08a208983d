// How many tries a subject has: counters in rows, so that every instance counts together and a restart forgets nothing.
#pragma once

#include <string_view>

#include "platform/db/db.hpp"

namespace yuanliu::identity {

// So many tries from the first of them on.
struct Throttle {
    std::string_view scope;
    int tries_max;
    std::int64_t window_ms;
};

// Every throttle of this module.
namespace throttles {
// A stranger's guesses must not lock a person out, nor a thousand addresses have ten guesses each: an account has few
// tries from one address, and more from all those together that it never logged in from.
inline constexpr Throttle login_pair{"login.pair", 10, 15 * 60'000};
inline constexpr Throttle login_strangers{"login.account", 50, 15 * 60'000};
inline constexpr Throttle confirm{"login.confirm", 10,
                                  15 * 60'000};  // one's own password, from wherever one is signed in
inline constexpr Throttle login_address{"login.address", 50, 15 * 60'000};
inline constexpr Throttle code_pause{"code.pause", 1, 60'000};         // one a minute to a person
inline constexpr Throttle code_target{"code.target", 5, 60 * 60'000};  // five an hour to a person
inline constexpr Throttle code_address{"code.address", 20, 60 * 60'000};
inline constexpr Throttle code_try{"code.try", 30, 15 * 60'000};  // wrong codes from an address
}  // namespace throttles

// Counts one try before it is made, so that many at once do not slip through together. Throws too_many with the seconds
// left when the subject has used its tries up; the count of that transaction is then undone with it.
void spend(Tx& tx, const Throttle& throttle, std::string_view subject);
// The try was no guess: takes it back.
void give_back(Tx& tx, const Throttle& throttle, std::string_view subject);
// Starts anew.
void forget(Tx& tx, const Throttle& throttle, std::string_view subject);
// Drops finished counters, at most so many; returns how many.
std::int64_t drop_finished(Tx& tx, std::int64_t most);

}  // namespace yuanliu::identity
