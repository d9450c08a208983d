// Everything that is not a pure function of its arguments: the clock, randomness and files, behind one replaceable
// face.
#pragma once

#include <cstdint>
#include <span>

namespace yuanliu {

// UTC milliseconds since 1970. JSON: RFC 3339. SQL: BIGINT.
struct Time {
    std::int64_t ms = 0;
    auto operator<=>(const Time&) const = default;
};

class Files;

// Thread-safe. Tests replace it with a FakeEnv whose clock stands still until moved.
class Env {
 public:
    virtual ~Env() = default;
    virtual Time now() const = 0;                       // wall clock: may jump
    virtual std::int64_t monotonic_ms() const = 0;      // never goes back; for deadlines and leases in this process
    virtual void random(std::span<unsigned char>) = 0;  // cryptographically secure bytes; throws Error(internal)
    virtual Files& files();                             // where this process writes; files.hpp

    static Env& real();
};

}  // namespace yuanliu
