#include "base/text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/utf8.hpp"

namespace yuanliu {
namespace {

std::string csv(std::string_view text) {
    std::string out;
    append_csv_cell(out, text);
    return out;
}

void put(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
    } else if (c < 0x10000) {
        out += {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
                static_cast<char>(0x80 | (c & 63))};
    } else {
        out += {static_cast<char>(0xf0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)),
                static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    }
}

TEST(Utf8, EveryCodePointIsReadBackAndSurrogatesAreNot) {
    for (std::uint32_t c = 0; c <= 0x10ffff; ++c) {
        std::string text;
        put(text, c);
        const bool surrogate = c >= 0xd800 && c <= 0xdfff;
        const auto read = first_code_point(text);
        ASSERT_EQ(read.size, surrogate ? 0 : text.size()) << c;
        ASSERT_EQ(read.value, surrogate ? 0 : c);
        ASSERT_EQ(is_utf8(text), !surrogate);
    }
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
    for (const std::string_view bad :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x20", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe4\xb8",
          "\xe4\xb8\x20", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xff", "a\xfe", "\xf0\x9f\x98"}) {
        EXPECT_FALSE(is_utf8(bad));
    }
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
    EXPECT_TRUE(is_utf8("源流 ünï 😀"));
}

TEST(Text, CountsAndClipsCodePoints) {
    EXPECT_EQ(count_code_points(""), 0u);
    EXPECT_EQ(count_code_points("a张😀"), 3u);
    EXPECT_EQ(clip("a张😀b", 0), "");
    EXPECT_EQ(clip("a张😀b", 1), "a");
    EXPECT_EQ(clip("a张😀b", 2), "a张");
    EXPECT_EQ(clip("a张😀b", 3), "a张😀");
    EXPECT_EQ(clip("a张😀b", 4), "a张😀b");
    EXPECT_EQ(clip("a张😀b", 99), "a张😀b");
}

TEST(Text, TrimsUnicodeSpace) {
    EXPECT_EQ(trim("  a b \t\r\n"), "a b");
    EXPECT_EQ(trim("\u3000\u00a0张 三\u2003\u200b\ufeff"), "张 三");
    EXPECT_EQ(trim("\u3000 \u0085"), "");
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim("\u2014a\u2014"), "\u2014a\u2014");
}

TEST(Text, FindsControlCharacters) {
    EXPECT_FALSE(has_control("张三 a-b 😀"));
    for (const std::string_view bad : {"a\nb", "\t", "\x7f", "\x1b[0m", "\u0085", "\u202e", "\u2066"})
        EXPECT_TRUE(has_control(bad));
    EXPECT_TRUE(has_control(std::string_view("a\0", 2)));
    EXPECT_FALSE(has_control("one\r\n\ttwo", Lines::allowed));
    EXPECT_TRUE(has_control("one\n\x01", Lines::allowed));
}

TEST(Text, LowersAsciiOnly) { EXPECT_EQ(lower_ascii("AbZ[@É张"), "abz[@É张"); }

TEST(Text, EscapesHtml) {
    EXPECT_EQ(escape_html("<a href=\"x\" id='y'>R&D 张</a>"),
              "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;R&amp;D 张&lt;/a&gt;");
}

TEST(Csv, QuotesAsRfc4180Does) {
    EXPECT_EQ(csv(""), "");
    EXPECT_EQ(csv("plain 文字"), "plain 文字");
    EXPECT_EQ(csv("a,b"), "\"a,b\"");
    EXPECT_EQ(csv("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(csv("two\r\nlines"), "\"two\r\nlines\"");
    EXPECT_EQ(csv(" edge"), "\" edge\"");
}

TEST(Csv, NeutralisesFormulas) {
    EXPECT_EQ(csv("=1+1"), "'=1+1");
    EXPECT_EQ(csv("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
    EXPECT_EQ(csv("+8613800000000"), "'+8613800000000");
    EXPECT_EQ(csv("-2+3"), "'-2+3");
    EXPECT_EQ(csv("-"), "'-");
    EXPECT_EQ(csv("@SUM(A1)"), "'@SUM(A1)");
    EXPECT_EQ(csv("\tx"), "\"'\tx\"");
    EXPECT_EQ(csv("\rx"), "\"'\rx\"");
    EXPECT_EQ(csv("＝1"), "'＝1");
    EXPECT_EQ(csv("-12.50"), "-12.50");
    EXPECT_EQ(csv("-1.2.3"), "'-1.2.3");
    EXPECT_EQ(csv("-.5"), "'-.5");
    EXPECT_EQ(csv("a=b"), "a=b");
}

TEST(NearestWord, SuggestsOneSmallMistakeAway) {
    constexpr std::string_view keys[] = {"listen", "database_url", "log_level", "data"};
    EXPECT_EQ(nearest_word("databse_url", keys), "database_url");
    EXPECT_EQ(nearest_word("lsiten", keys), "listen");
    EXPECT_EQ(nearest_word("LOG_LEVEL", keys), "log_level");
    EXPECT_EQ(nearest_word("date", keys), "data");
    EXPECT_EQ(nearest_word("data", keys), "data");
    EXPECT_EQ(nearest_word("colour", keys), std::nullopt);
    EXPECT_EQ(nearest_word("", keys), std::nullopt);
    EXPECT_EQ(nearest_word("x", {}), std::nullopt);
    constexpr std::string_view twins[] = {"abcx", "abcy", "abc"};
    EXPECT_EQ(nearest_word("abcz", twins), "abcx");
}

}  // namespace
}  // namespace yuanliu
