#include "base/email.hpp"

#include <gtest/gtest.h>

#include <string>

namespace yuanliu {
namespace {

TEST(Email, Normalises) {
    struct Row {
        std::string_view text, normal;
    };
    constexpr Row rows[] = {
        {"zhang@example.com", "zhang@example.com"},
        {"  Zhang.San+shop@EXAMPLE.Com\n", "Zhang.San+shop@example.com"},
        {"o'brien_x-1@mail.example.co.uk", "o'brien_x-1@mail.example.co.uk"},
        {"123456@qq.com", "123456@qq.com"},
        {"a@xn--fsqu00a.xn--55qx5d", "a@xn--fsqu00a.xn--55qx5d"},
        {"a@例子.公司", "a@例子.公司"},
        {"a@Bücher.DE", "a@bücher.de"},
        {"a@1.cn", "a@1.cn"},
    };
    for (const auto& row : rows) EXPECT_EQ(normalise_email(row.text).value_or("none"), row.normal) << row.text;
    EXPECT_EQ(email_key("Zhang.San@example.com"), "zhang.san@example.com");
}

TEST(Email, Refuses) {
    for (const std::string_view bad : {"",
                                       "@",
                                       "a",
                                       "a@",
                                       "@example.com",
                                       "a@example",
                                       "a@@example.com",
                                       "a b@example.com",
                                       "a@exa mple.com",
                                       ".a@example.com",
                                       "a.@example.com",
                                       "a..b@example.com",
                                       "a@.example.com",
                                       "a@example..com",
                                       "a@example.com.",
                                       "a@-example.com",
                                       "a@example-.com",
                                       "a@exam_ple.com",
                                       "a@127.0.0.1",
                                       "a@[127.0.0.1]",
                                       "\"a b\"@example.com",
                                       "a(x)@example.com",
                                       "a@example.com\r\nBcc: b@example.com",
                                       "张三@example.com",
                                       "a@例子。公司",
                                       "a@例\u200b子.公司",
                                       "a@ｅxample.com",
                                       "a@\xff.com",
                                       "a,b@example.com",
                                       "<a@example.com>",
                                       "a;b@example.com",
                                       "a@b@example.com"}) {
        EXPECT_EQ(normalise_email(bad), std::nullopt) << bad;
    }
}

TEST(Email, Lengths) {
    const std::string label(63, 'd');
    EXPECT_TRUE(normalise_email(std::string(64, 'a') + "@example.com"));
    EXPECT_FALSE(normalise_email(std::string(65, 'a') + "@example.com"));
    EXPECT_TRUE(normalise_email("a@" + label + ".com"));
    EXPECT_FALSE(normalise_email("a@d" + label + ".com"));
    const std::string tail = label + "." + label + "." + label + ".";
    EXPECT_TRUE(normalise_email("a@" + tail + std::string(60, 'e')));   // 254 in all
    EXPECT_FALSE(normalise_email("a@" + tail + std::string(61, 'e')));  // 255
}

}  // namespace
}  // namespace yuanliu
