#include "base/address.hpp"

#include <gtest/gtest.h>

namespace yuanliu {
namespace {

TEST(AddressTest, BothFamiliesAreReadAndWritten) {
    EXPECT_EQ(parse_address("10.0.0.1")->text(), "10.0.0.1");
    EXPECT_EQ(parse_address("[2001:db8::1]")->text(), "2001:db8::1");
    EXPECT_EQ(parse_address("2001:0DB8:0:0:0:0:0:1")->text(), "2001:db8::1");
    EXPECT_EQ(parse_address("::ffff:10.0.0.1"), parse_address("10.0.0.1"));
    for (const char* bad : {"", "10.0.0", "10.0.0.256", "unknown", "::1/64", "10.0.0.1:80", "[::1", "fe80::1%eth0"})
        EXPECT_FALSE(parse_address(bad)) << bad;
}

TEST(AddressTest, AnIpv6LineCountsAsOne) {
    EXPECT_EQ(line_of("203.0.113.7"), "203.0.113.7");
    EXPECT_NE(line_of("203.0.113.7"), line_of("203.0.113.8"));
    EXPECT_EQ(line_of("::ffff:203.0.113.7"), "203.0.113.7");
    EXPECT_EQ(line_of("2001:db8:1:2::9"), "2001:db8:1:2::/64");
    EXPECT_EQ(line_of("2001:db8::1"), line_of("2001:db8::ffff:2"));
    EXPECT_NE(line_of("2001:db8:0:1::1"), line_of("2001:db8:0:2::1"));
    EXPECT_EQ(line_of("unix:"), "unix:");
}

}  // namespace
}  // namespace yuanliu
