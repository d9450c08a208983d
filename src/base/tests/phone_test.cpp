#include "base/phone.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace yuanliu {
namespace {

TEST(Phone, NormalisesToE164) {
    struct Row {
        std::string_view text, e164;
    };
    constexpr Row rows[] = {
        {"13800000000", "+8613800000000"},       {"+8613800000000", "+8613800000000"},
        {"  138 0000 0000 ", "+8613800000000"},  {"138-0000-0000", "+8613800000000"},
        {"+86 138 0000 0000", "+8613800000000"}, {"0086 13800000000", "+8613800000000"},
        {"8613800000000", "+8613800000000"},     {"１３８００００００００", "+8613800000000"},
        {"19400000000", "+8619400000000"},       {"194 0000 0000", "+8619400000000"},
        {"0755-26012345", "+8675526012345"},     {"(010) 6505 1234", "+861065051234"},
        {"+852 5123 4567", "+85251234567"},      {"+1 (650) 253-0000", "+16502530000"},
        {"+44 20 7031 3000", "+442070313000"},
    };
    for (const auto& row : rows) EXPECT_EQ(normalise_phone(row.text).value_or("none"), row.e164) << row.text;
}

TEST(Phone, RefusesWhatIsNoNumber) {
    for (const std::string_view bad :
         {"", " ", "abc", "1380000000", "138000000000", "12800000000", "110", "+", "+86", "+999 123456789",
          "13800000000 ext. 5", "0755-26012345转801", "13800000000;DROP TABLE", "\xff\xfe", "+1 555"}) {
        EXPECT_EQ(normalise_phone(bad), std::nullopt) << bad;
    }
    EXPECT_EQ(normalise_phone(std::string(10'000, '1')), std::nullopt);
}

TEST(Phone, NormalFormIsStable) {
    for (const std::string_view e164 : {"+8613800000000", "+85251234567", "+861065051234", "+16502530000"}) {
        EXPECT_EQ(normalise_phone(e164), e164);
        EXPECT_EQ(normalise_phone(display_phone(e164)), e164);
    }
}

TEST(Phone, DisplaysForPeople) {
    EXPECT_EQ(display_phone("+8613800001234"), "138 0000 1234");
    EXPECT_EQ(display_phone("+8675526012345"), "0755 2601 2345");
    EXPECT_EQ(display_phone("+85251234567"), "+852 5123 4567");
    EXPECT_EQ(display_phone("not a number"), "not a number");
    EXPECT_EQ(display_phone(""), "");
}

TEST(Phone, ManyThreadsShareTheLibrary) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([] {
            for (int i = 0; i < 100; ++i) EXPECT_EQ(normalise_phone("0755-26012345"), "+8675526012345");
        });
    }
}

}  // namespace
}  // namespace yuanliu
