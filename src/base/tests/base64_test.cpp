#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "kit/fake_env.hpp"

namespace yuanliu {
namespace {

struct Pair {
    std::string_view bytes, plain, url;
};
// The vectors of RFC 4648 section 10, and three that need the two last symbols.
constexpr Pair pairs[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xff", "/w==", "_w"},
    {"\xfb\xff", "+/8=", "-_8"},
    {"\xfb\xef\xbe", "++++", "----"},
};

TEST(Base64, KnownPairsBothWays) {
    for (const auto& pair : pairs) {
        EXPECT_EQ(base64_encode(pair.bytes), pair.plain);
        EXPECT_EQ(base64url_encode(pair.bytes), pair.url);
        EXPECT_EQ(base64_decode(pair.plain), pair.bytes);
        EXPECT_EQ(base64url_decode(pair.url), pair.bytes);
    }
}

TEST(Base64, EveryTextIsReadOneWayOnly) {
    for (const std::string_view bad : {"Z", "Zg=", "Zg", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v\n",
                                       " Zg==", "Z-8=", "====", "=", "Zg==Zg==", "Z=g="}) {
        EXPECT_EQ(base64_decode(bad), std::nullopt) << bad;
    }
    for (const std::string_view bad : {"Z", "Zg==", "Zh", "Zm9", "Zm9v ", "Zm9v\n", "+/8", "Zm\xe4", "ZmFvZ"}) {
        EXPECT_EQ(base64url_decode(bad), std::nullopt) << bad;
    }
    EXPECT_EQ(base64url_decode(std::string_view("Z\0", 2)), std::nullopt);
}

TEST(Base64, RandomBytesComeBack) {
    FakeEnv env({0}, 11);
    std::array<unsigned char, 97> bytes{};
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        env.random(bytes);
        const std::string_view view(reinterpret_cast<const char*>(bytes.data()), size);
        EXPECT_EQ(base64_decode(base64_encode(view)), view);
        EXPECT_EQ(base64url_decode(base64url_encode(view)), view);
        EXPECT_EQ(hex_decode(hex_encode(view)), view);
    }
}

TEST(Hex, ReadsBothCasesWritesLower) {
    EXPECT_EQ(hex_encode(std::string_view("\x00\x7f\xff", 3)), "007fff");
    EXPECT_EQ(hex_decode("00aAfF"), std::string("\x00\xaa\xff", 3));
    for (const std::string_view bad : {"0", "0g", " 0", "0x", "\xc3\xa9", "00 "})
        EXPECT_EQ(hex_decode(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace yuanliu
