#include "base/env.hpp"

#include <sys/random.h>
#include <time.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.hpp"

namespace yuanliu {
namespace {

std::int64_t clock_ms(clockid_t id) {
    timespec at{};
    clock_gettime(id, &at);  // cannot fail for these two clocks
    return std::int64_t{at.tv_sec} * 1000 + at.tv_nsec / 1'000'000;
}

class RealEnv final : public Env {
 public:
    Time now() const override { return {clock_ms(CLOCK_REALTIME)}; }
    std::int64_t monotonic_ms() const override { return clock_ms(CLOCK_MONOTONIC); }

    // Straight from the kernel: nothing to seed, and nothing a fork could duplicate.
    void random(std::span<unsigned char> out) override {
        while (!out.empty()) {
            const ssize_t got = getrandom(out.data(), out.size(), 0);
            if (got < 0) {
                if (errno == EINTR) continue;
                throw internal(std::string("getrandom: ") + std::strerror(errno));
            }
            out = out.subspan(static_cast<std::size_t>(got));
        }
    }
};

}  // namespace

Env& Env::real() {
    static RealEnv env;
    return env;
}

}  // namespace yuanliu
