#include "platform/words/words.hpp"

#include <gtest/gtest.h>

namespace yuanliu {
namespace {

TEST(Words, says_a_choice_in_a_message) {
    Words words;
    words.add("a.tsv",
              "error.state\t状态为{state|units.status}\tis {state|units.status}\n"
              "choice.units.status.in_stock\t在库\tIn stock\n");
    EXPECT_EQ(words.message(Locale::zh, "state", {{"state", "in_stock"}}), "状态为在库");
    EXPECT_EQ(words.message(Locale::en, "state", {{"state", "in_stock"}}), "is In stock");
    EXPECT_EQ(words.message(Locale::en, "state", {{"state", "new"}}), "is new");
}

TEST(Words, fills_the_holes_of_a_message) {
    Words words;
    words.add("a.tsv", "# comment\nerror.short\t至少 {min} 个，{min}\tat least {min}, {min}\n");
    EXPECT_EQ(words.message(Locale::zh, "short", {{"min", "3"}}), "至少 3 个，3");
    EXPECT_EQ(words.message(Locale::en, "short", {{"min", "3"}}), "at least 3, 3");
}

TEST(Words, leaves_out_a_hole_without_a_value_and_survives_an_open_brace) {
    Words words;
    words.add("a.tsv", "error.a\t甲{x}乙\tA{x}B\nerror.b\t甲{x\tA{x\n");
    EXPECT_EQ(words.message(Locale::zh, "a", {}), "甲乙");
    EXPECT_EQ(words.message(Locale::en, "b", {{"x", "1"}}), "A");
}

TEST(Words, lets_an_unknown_code_speak_for_itself) {
    EXPECT_EQ(Words().message(Locale::en, "module.reason", {}), "module.reason");
}

TEST(Words, keeps_the_example) {
    Words words;
    words.add("a.tsv", "field.model\t型号\tModel\tYL-1\nfield.name\t名称\tName");
    ASSERT_NE(words.find("field.model"), nullptr);
    EXPECT_EQ(words.find("field.model")->example, "YL-1");
    EXPECT_EQ(words.find("field.name")->in(Locale::en), "Name");
    EXPECT_EQ(words.find("field.none"), nullptr);
    EXPECT_EQ(words.keys().size(), 2u);
}

std::string refusal_of(std::string_view text) {
    Words words;
    words.add("first.tsv", "field.id\t编号\tIdentifier\n");
    try {
        words.add("second.tsv", text);
    } catch (const Error& e) {
        return e.log_text;
    }
    return "taken";
}

TEST(Words, names_file_and_line_of_what_it_refuses) {
    EXPECT_EQ(refusal_of("field.a\t甲\tA\nfield.id\t编号\tId\n"), "second.tsv:2: field.id stands twice");
    EXPECT_EQ(refusal_of("field.b\t乙\n"), "second.tsv:1: expected key, Chinese, English");
    EXPECT_EQ(refusal_of("\nfield.b\t\tB\n"), "second.tsv:2: expected key, Chinese, English");
    EXPECT_EQ(refusal_of("\n# nothing\n"), "taken");
}

TEST(Words, picks_the_language_that_is_preferred) {
    EXPECT_EQ(locale_of(""), Locale::zh);
    EXPECT_EQ(locale_of("zh-CN,zh;q=0.9,en;q=0.8"), Locale::zh);
    EXPECT_EQ(locale_of("en-US,en;q=0.9,zh;q=0.1"), Locale::en);
    EXPECT_EQ(locale_of("fr,de"), Locale::zh);
    EXPECT_EQ(locale_of("en;q=0.3, zh-Hant;q=0.8"), Locale::zh);
    EXPECT_EQ(locale_of("zh;q=0.75,EN-gb;q=0.751"), Locale::en);
    EXPECT_EQ(locale_of("en;q=0"), Locale::zh);
    EXPECT_EQ(locale_of("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"), Locale::en);
    EXPECT_EQ(locale_of("enx,zhx;q=2"), Locale::zh) << "no languages of ours";
    EXPECT_EQ(locale_of(",;q=,en;q=0.x,;"), Locale::zh);
}

}  // namespace
}  // namespace yuanliu
