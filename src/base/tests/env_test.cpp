#include "base/env.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <set>
#include <vector>

#include "kit/fake_env.hpp"

namespace yuanliu {
namespace {

TEST(RealEnv, TellsTheSystemTime) {
    using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
    const auto before = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    const auto told = Env::real().now().ms;
    const auto after = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    EXPECT_LE(before, told);
    EXPECT_LE(told, after);
}

TEST(RealEnv, MonotonicClockNeverGoesBack) {
    auto last = Env::real().monotonic_ms();
    for (int i = 0; i < 1000; ++i) {
        const auto next = Env::real().monotonic_ms();
        ASSERT_LE(last, next);
        last = next;
    }
}

TEST(RealEnv, RandomFillsEveryByte) {
    // One system call promises at most 256 bytes in one piece: 1 MiB needs the loop.
    std::vector<unsigned char> big(1 << 20, 0);
    Env::real().random(big);
    std::array<int, 256> seen{};
    for (const auto byte : big) ++seen[byte];
    for (const int count : seen) {  // mean 4096, standard deviation 64: ten of them away means broken
        EXPECT_GT(count, 4096 - 640);
        EXPECT_LT(count, 4096 + 640);
    }
    std::set<std::array<unsigned char, 16>> distinct;
    for (int i = 0; i < 1000; ++i) {
        std::array<unsigned char, 16> id{};
        Env::real().random(id);
        distinct.insert(id);
    }
    EXPECT_EQ(distinct.size(), 1000u);
}

TEST(FakeEnv, ClockStandsStillUntilMoved) {
    FakeEnv env;
    const auto wall = env.now();
    const auto monotonic = env.monotonic_ms();
    EXPECT_EQ(env.now(), wall);
    env.advance(1500);
    EXPECT_EQ(env.now().ms, wall.ms + 1500);
    EXPECT_EQ(env.monotonic_ms(), monotonic + 1500);
    env.set({5});
    EXPECT_EQ(env.now().ms, 5);
    EXPECT_EQ(env.monotonic_ms(), monotonic + 1500);
}

TEST(FakeEnv, RandomRepeatsFromItsSeed) {
    std::array<unsigned char, 21> one{}, same{}, other{};
    FakeEnv({0}, 7).random(one);
    FakeEnv({0}, 7).random(same);
    FakeEnv({0}, 8).random(other);
    EXPECT_EQ(one, same);
    EXPECT_NE(one, other);
}

}  // namespace
}  // namespace yuanliu
