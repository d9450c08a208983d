// The server is killed, stopped or held in the middle of its work.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <random>

#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Crash : public ::testing::TestWithParam<Backend> {};
INSTANTIATE_TEST_SUITE_P(Both, Crash, ::testing::Values(Backend::sqlite, Backend::postgres), backend_name);

TEST_P(Crash, KilledUnderLoadItKeepsWhatItAcknowledged) {
    const int cycles = is_long() ? 50 : 3;
    const auto seed = scene_seed();
    SCOPED_TRACE(fmt::format("YL_SEED={}", seed));
    std::mt19937 random(seed);
    Scene scene(GetParam());
    std::size_t acked = 0, unknown = 0;
    for (int cycle = 0; cycle < cycles; ++cycle) {
        SCOPED_TRACE(fmt::format("cycle {}", cycle));
        auto admin = scene.admin();
        Workload load(*admin, scene.server().port(), fmt::format("k{}", cycle), seed + std::uint32_t(cycle) * 100, 500);
        load.start(8);
        ASSERT_TRUE(load.wait_for_more(20, 20'000)) << scene.server().log();
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
        scene.server().crash();
        load.stop();
        scene.expect_sound();  // as it lies there, with all that nobody has been told of yet
        scene.start();
        auto again = scene.admin();
        EXPECT_THAT(load.verify(*again), IsEmpty());
        scene.expect_sound();
        acked += load.count(Fate::acked);
        unknown += load.count(Fate::unknown);
        if (HasFailure()) return;
    }
    // A kill that never hit anything under way would prove nothing.
    EXPECT_GT(unknown, 0u);
    EXPECT_GT(acked, std::size_t(cycles) * 20);
}

TEST(Checker, NoticesWhatIsMissingAndWhatIsDoneTwice) {
    Scene scene(Backend::sqlite);
    auto admin = scene.admin();
    Workload load(*admin, scene.server().port(), "c", scene_seed(), 50);
    load.start(4);
    ASSERT_TRUE(load.wait_for_more(60, 20'000)) << scene.server().log();
    load.stop();
    EXPECT_THAT(load.verify(*admin), IsEmpty());
    ASSERT_EQ(scene.server().stop(), 0) << scene.server().log();
    // As if a crash had lost one unit, half of an activation, and the answers already given.
    run_sql("sqlite://" + scene.data() + "/yuanliu.db",
            "UPDATE units_unit SET code = code || '-lost' WHERE id = (SELECT min(id) FROM units_unit WHERE code LIKE "
            "'c-C%');"
            "UPDATE units_unit SET status = 'shipped' WHERE code = 'c-S0'; DELETE FROM api_idempotency");
    EXPECT_EQ(scene.verb({"check"}).code, 2);
    scene.start();
    auto again = scene.admin();
    const auto complaints = load.verify(*again);
    EXPECT_THAT(complaints, Contains(HasSubstr("is there 0 times")));
    EXPECT_THAT(complaints, Contains(HasSubstr("c-S0 is not activated")));
    EXPECT_THAT(complaints, Contains(HasSubstr("done anew")));
}

TEST_P(Crash, AskedToStopUnderLoadItFinishesWhatItTook) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    Workload load(*admin, scene.server().port(), "t", scene_seed(), 500);
    load.start(8);
    ASSERT_TRUE(load.wait_for_more(20, 20'000)) << scene.server().log();
    // Clients that say nothing, or not all they have to say, must not hold it up (once: it waits for them a while).
    const int silent = dial(scene.server().port()), half = dial(scene.server().port());
    if (GetParam() == Backend::sqlite)
        send_all(half, "POST /api/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"user");
    scene.server().signal(SIGTERM);
    const auto code = scene.server().wait(10'000);
    ASSERT_TRUE(code) << "it still runs after ten seconds";
    EXPECT_EQ(*code, 0) << scene.server().log();
    load.stop();
    ::close(silent), ::close(half);
    scene.start();
    auto again = scene.admin();
    EXPECT_THAT(load.verify(*again), IsEmpty());
    scene.expect_sound();
}

TEST_P(Crash, HeldForAWhileItGoesOn) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    Workload load(*admin, scene.server().port(), "h", scene_seed(), 500);
    load.start(4);
    ASSERT_TRUE(load.wait_for_more(20, 20'000)) << scene.server().log();
    scene.server().signal(SIGSTOP);
    std::this_thread::sleep_for(std::chrono::seconds(3));
    scene.server().signal(SIGCONT);
    EXPECT_TRUE(load.wait_for_more(20, 10'000)) << scene.server().log();
    load.stop();
    EXPECT_EQ(load.count(Fate::unknown), 0u) << "a pause is no reason to drop anybody";
    EXPECT_THAT(load.verify(*admin), IsEmpty());
    scene.expect_sound();
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

}  // namespace
}  // namespace yuanliu::trust
