// Whose requests are counted together.
#include <fmt/format.h>

#include "base/time.hpp"
#include "lifecycle/app_test.hpp"

namespace yuanliu {
namespace {

class RateLimitTest : public AppTest {
 protected:
    void configure(app::Config& config) const override { config.rate_limits = app::Switch::on; }
    int knock(const std::string& ip) { return ask_from(ip, "POST", "/api/products/activate/", "{}").status; }
};
YL_APP_TEST(RateLimitTest);

TEST_P(RateLimitTest, AnIpv6LineIsOneCaller) {
    as_nobody();
    int refused = 0;
    for (int i = 0; i < 40; ++i) refused += knock(fmt::format("2001:db8:1:2::{:x}:1", i)) == 429;
    EXPECT_EQ(refused, 20) << "twenty at once, from whatever address of the line";
    EXPECT_NE(knock("2001:db8:1:3::1"), 429) << "the neighbour";
    EXPECT_NE(knock("203.0.113.1"), 429);
    for (int i = 0; i < 19; ++i) EXPECT_NE(knock("203.0.113.1"), 429);
    EXPECT_EQ(knock("::ffff:203.0.113.1"), 429) << "the same address, spelled otherwise";
    EXPECT_NE(knock("203.0.113.2"), 429);
    env().advance(minute_ms);
    EXPECT_NE(knock("2001:db8:1:2::ffff"), 429);
}

}  // namespace
}  // namespace yuanliu
