// An Env whose clock stands still until a test moves it and whose random bytes repeat from a seed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <span>

#include "base/env.hpp"
#include "base/files.hpp"

namespace yuanliu {

// Thread-safe, as Env demands. With one thread the bytes depend on the seed and on what was asked before, nothing else.
class FakeEnv : public Env {
 public:
    static constexpr std::int64_t default_start_ms = 1'772'409'600'000;  // 2026-03-02T00:00:00Z, a Monday

    explicit FakeEnv(Time start = {default_start_ms}, std::uint64_t seed = 1) : wall_ms_(start.ms), bits_(seed) {}

    Time now() const override { return {wall_ms_.load()}; }
    std::int64_t monotonic_ms() const override { return monotonic_ms_.load(); }

    void random(std::span<unsigned char> out) override {
        const std::lock_guard lock(mutex_);
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (i % 8 == 0) word = bits_();
            out[i] = static_cast<unsigned char>(word >> (i % 8 * 8));
        }
    }

    Files& files() override { return *files_; }
    // Another disk, which outlives this object. Before it is in use.
    void use(Files& files) { files_ = &files; }

    // Time passes: both clocks move.
    void advance(std::int64_t ms) {
        wall_ms_ += ms;
        monotonic_ms_ += ms;
    }
    // Somebody sets the wall clock, forwards or back; the monotonic clock does not notice.
    void set(Time wall) { wall_ms_ = wall.ms; }

 private:
    std::atomic<std::int64_t> wall_ms_;
    std::atomic<std::int64_t> monotonic_ms_{1'000};
    std::mutex mutex_;
    std::mt19937_64 bits_;
    Files* files_ = &Files::real();
};

}  // namespace yuanliu
