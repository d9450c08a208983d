// Each check finds what it is for, and only that.
#include <gmock/gmock.h>

#include "scan.hpp"
#include "tree.hpp"

namespace yuanliu::tidy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view sample_rules = R"(
# comment
floor base
floor platform/db platform/words
floor modules/*
floor platform/http
floor app
limit file_lines 12
limit function_lines 4
limit line_columns 40
header boost/asio* src/platform/http/*.cpp
count boost/json* 1
ban HACK src !src/app/*
ban OFF_ src
table pg_* platform/db
word error. field.
)";

Complaints run(Complaints (*check)(const Tree&, const Rules&), Tree tree) {
    return check(tree, parse_rules(sample_rules));
}

TEST(Rules, refuse_what_is_no_rule) {
    EXPECT_THROW(parse_rules("flor base\n"), std::runtime_error);
    EXPECT_THROW(parse_rules("limit file_lines\n"), std::runtime_error);
    EXPECT_THROW(parse_rules("limit file_lines many\n"), std::runtime_error);
}

TEST(Tree, knows_whose_a_file_is) {
    EXPECT_EQ(library_of("src/base/text.cpp"), "base");
    EXPECT_EQ(library_of("src/platform/db/tests/db_test.cpp"), "platform/db");
    EXPECT_EQ(library_of("src/modules/units/api.cpp"), "modules/units");
    EXPECT_EQ(library_of("src/app/main.cpp"), "app");
    EXPECT_EQ(library_of("tests/kit/kit.cpp"), "");
}

TEST(Tree, reads_depends_over_several_lines) {
    Tree tree{
        make_file("src/platform/db/CMakeLists.txt", "yuanliu_library(db DEPENDS base\n  describe LIBS sqlite3\n)\n")};
    EXPECT_THAT(depends_of(tree, "platform/db"), ElementsAre("base", "describe"));
}

TEST(Floors, look_down_only) {
    EXPECT_THAT(
        run(check_floors, {make_file("src/platform/db/a.cpp", "#include \"modules/units/units.hpp\"\n")}),
        ElementsAre(
            "src/platform/db/a.cpp:1: platform/db must not include modules/units/units.hpp, which stands above it"));
    EXPECT_THAT(
        run(check_floors, {make_file("src/modules/units/a.cpp", "#include \"base/text.hpp\"\n#include <vector>\n")}),
        IsEmpty());
    EXPECT_THAT(run(check_floors, {make_file("src/modules/units/tests/a.cpp", "#include \"app/wiring.hpp\"\n")}),
                IsEmpty());
}

TEST(Floors, a_neighbour_must_be_declared) {
    Tree tree{make_file("src/modules/units/CMakeLists.txt", "yuanliu_module(units DEPENDS catalog)\n"),
              make_file("src/modules/units/a.cpp",
                        "#include \"modules/catalog/catalog.hpp\"\n#include \"modules/repair/repair.hpp\"\n")};
    EXPECT_THAT(run(check_floors, tree), ElementsAre("src/modules/units/a.cpp:2: modules/units includes "
                                                     "modules/repair/repair.hpp without repair in its DEPENDS"));
}

TEST(Floors, depends_run_in_no_circle) {
    Tree tree{make_file("src/modules/a/CMakeLists.txt", "yuanliu_module(a DEPENDS b)\n"),
              make_file("src/modules/b/CMakeLists.txt", "yuanliu_module(b DEPENDS c)\n"),
              make_file("src/modules/c/CMakeLists.txt", "yuanliu_module(c DEPENDS a)\n")};
    EXPECT_THAT(run(check_floors, tree), ElementsAre("a circle of DEPENDS: a b c"));
}

TEST(Floors, every_library_has_one) {
    EXPECT_THAT(run(check_floors, {make_file("src/platform/new/a.cpp", "")}),
                ElementsAre("src/platform/new/a.cpp: platform/new stands on no floor"));
}

TEST(Headers, stay_in_their_files) {
    const char* text = "#include <boost/asio/post.hpp>\n";
    EXPECT_THAT(run(check_headers, {make_file("src/platform/http/a.cpp", text)}), IsEmpty());
    EXPECT_THAT(run(check_headers, {make_file("src/platform/http/a.hpp", text)}),
                ElementsAre("src/platform/http/a.hpp:1: boost/asio/post.hpp belongs into other files only"));
    EXPECT_THAT(run(check_headers, {make_file("src/platform/http/tests/a.cpp", text)}).size(), 1u);
}

TEST(Headers, are_counted) {
    const char* text = "#include <boost/json.hpp>\n";
    EXPECT_THAT(run(check_headers, {make_file("src/base/a.cpp", text)}), IsEmpty());
    EXPECT_THAT(run(check_headers, {make_file("src/base/a.cpp", text), make_file("src/base/b.cpp", text)}).size(), 1u);
}

TEST(Sizes, count_characters_not_bytes) {
    EXPECT_THAT(run(check_sizes, {make_file("src/base/a.hpp", "// 源源源源源源源源源源源源源源源源源源源源\n")}),
                IsEmpty());
    EXPECT_THAT(run(check_sizes, {make_file("src/base/a.hpp", std::string(41, '/') + "\n")}),
                ElementsAre("src/base/a.hpp:1: 41 columns"));
}

TEST(Sizes, find_long_files) {
    std::string text;
    for (int i = 0; i < 13; ++i) text += "int a;\n";
    EXPECT_THAT(run(check_sizes, {make_file("src/base/a.hpp", text)}), ElementsAre("src/base/a.hpp: 13 lines"));
}

TEST(Sizes, find_long_functions) {
    EXPECT_THAT(
        run(check_sizes, {make_file("src/base/a.cpp", "namespace x {\nint f() {\n    a;\n    b;\n    c;\n}\n}\n")}),
        ElementsAre("src/base/a.cpp:2: a function of 5 lines"));
    EXPECT_THAT(run(check_sizes, {make_file("src/base/a.cpp", "int f(int a,\n      int b) {\n    a;\n\n}\n")}),
                ElementsAre("src/base/a.cpp:1: a function of 5 lines"));
    EXPECT_THAT(
        run(check_sizes, {make_file("src/base/a.cpp",
                                    "struct S {\n    int f() {\n        a;\n        b;\n        c;\n    }\n};\n")}),
        ElementsAre("src/base/a.cpp:2: a function of 5 lines"));
    EXPECT_THAT(run(check_sizes, {make_file("src/base/a.cpp",
                                            "namespace x {\nint f() {\n    a;\n}\n\nint g();\n\n}  // namespace x\n")}),
                IsEmpty());
    EXPECT_THAT(
        run(check_sizes, {make_file("src/base/a.cpp", "int f() {\n    for (;;) {\n        a;\n    }\n}\n")}).size(), 1u)
        << "a block of a long function is not complained of again";
}

TEST(Bans, know_words_from_their_parts) {
    EXPECT_THAT(run(check_bans, {make_file("src/base/a.cpp", "// HACK: why\n")}),
                ElementsAre("src/base/a.cpp:1: HACK"));
    EXPECT_THAT(run(check_bans, {make_file("src/base/a.cpp", "int HACKED, SHACK;\n")}), IsEmpty());
    EXPECT_THAT(run(check_bans, {make_file("src/base/a.cpp", "int HACKED = HACK;\n")}).size(), 1u);
    EXPECT_THAT(run(check_bans, {make_file("src/app/a.cpp", "HACK\n")}), IsEmpty());
    EXPECT_THAT(run(check_bans, {make_file("src/base/a.cpp", "TEST(OFF_x, y)\n")}).size(), 1u);
}

Complaints tables(std::string_view sql) {
    return run(check_tables,
               {make_file("src/modules/units/CMakeLists.txt", "yuanliu_module(units DEPENDS catalog)\n"),
                make_file("src/modules/catalog/migrations/0001_a.sql", "CREATE VIEW catalog_offer AS SELECT 1;\n"),
                make_file("src/modules/units/a.cpp", "auto sql = \"" + std::string(sql) + "\";\n")});
}
TEST(Tables, are_of_their_own_module) {
    EXPECT_THAT(tables("SELECT * FROM units_unit"), IsEmpty());
    EXPECT_THAT(tables("SELECT * FROM repair_ticket"),
                ElementsAre("src/modules/units/a.cpp:1: modules/units names repair_ticket, which is not its own"));
    EXPECT_THAT(
        tables("UPDATE units_unit u SET a = (SELECT 1 FROM units_a\\n\" // comment\n  \" JOIN repair_b)").size(), 1u);
}
TEST(Tables, published_views_may_be_read) {
    EXPECT_THAT(tables("SELECT * FROM catalog_offer"), IsEmpty());
    EXPECT_THAT(tables("SELECT * FROM catalog_type").size(), 1u);
}
TEST(Tables, so_may_those_of_the_floors_below) {
    auto read = [](const char* sql) {
        return run(check_tables,
                   {make_file("src/platform/events/migrations/0001_a.sql", "CREATE VIEW events_waiting AS SELECT 1;\n"),
                    make_file("src/modules/units/a.cpp", "auto sql = \"" + std::string(sql) + "\";\n")});
    };
    EXPECT_THAT(read("SELECT * FROM events_waiting"), IsEmpty());
    EXPECT_THAT(read("SELECT * FROM events_outbox").size(), 1u);
}
TEST(Tables, names_made_in_the_statement_are_no_tables) {
    EXPECT_THAT(tables("WITH hot AS (SELECT 1 FROM units_unit) SELECT * FROM hot"), IsEmpty());
    EXPECT_THAT(tables("WITH hot AS MATERIALIZED (SELECT 1 FROM units_unit) SELECT * FROM hot"), IsEmpty());
    EXPECT_THAT(tables("SELECT extract(epoch FROM clock_timestamp()) FROM c{}"), IsEmpty());
    EXPECT_THAT(tables("words FROM nowhere in particular").size(), 1u)
        << "lower-case names after FROM count, prose or not";
}

Complaints awaits(std::string_view code) {
    return run(check_coroutines, {make_file("src/platform/http/a.cpp", std::string(code))});
}
TEST(Coroutines, name_what_they_await) {
    EXPECT_THAT(awaits("auto x = co_await work(job);\n"), IsEmpty());
    EXPECT_THAT(awaits("if (co_await ready()) {\n    f({1});\n}\n"), IsEmpty());
    EXPECT_THAT(awaits("co_await list[i].done();\n"), IsEmpty());
    EXPECT_THAT(awaits("co_await on([] { return 1; });\n").size(), 1u) << "its braces are refused too";
    EXPECT_THAT(awaits("co_await on(\n    [this](int) { return 1; });\n"),
                ElementsAre("src/platform/http/a.cpp:1: a lambda with captures inside a co_await"));
    EXPECT_THAT(awaits("co_await write(Answer{200, text});\n").size(), 1u);
    EXPECT_THAT(awaits("co_await Sleep{5};\n").size(), 1u);
    EXPECT_THAT(awaits("// co_await Sleep{5};\nauto s = \"co_await f({1});\";\n"), IsEmpty());
}

Complaints words(std::string_view text) { return run(check_words, {make_file("src/platform/words/words.tsv", text)}); }
TEST(Words, are_whole) {
    EXPECT_THAT(words("# c\n\nerror.a\t甲 {n}\tA {n}\nfield.b\t乙\tB\t{\"x\":1}\n"), IsEmpty());
    EXPECT_THAT(words("error.a\t甲\n").size(), 1u);
    EXPECT_THAT(words("error.a\t甲\t\n"), ElementsAre("src/platform/words/words.tsv:1: error.a lacks a language"));
    EXPECT_THAT(words("error.a\t甲 {n}\tA {m}\n").size(), 1u);
    EXPECT_THAT(words("error.a\t甲 {n\tA {n\n").size(), 1u);
    EXPECT_THAT(words("error.a\t甲！\tA\n"), ElementsAre("src/platform/words/words.tsv:1: error.a shouts"));
    EXPECT_THAT(words("thing.a\t甲\tA\n").size(), 1u);
    EXPECT_THAT(words("field.a\t甲 \tA\n").size(), 1u);
    EXPECT_THAT(words("field.a\t甲\tA\nfield.a\t乙\tB\n"),
                ElementsAre("src/platform/words/words.tsv:2: field.a stands in src/platform/words/words.tsv already"));
}

TEST(Migrations, count_from_one_without_gaps) {
    auto file = [](const char* name) { return make_file(std::string("src/modules/units/migrations/") + name, ""); };
    EXPECT_THAT(run(check_migrations, {file("0001_a.sql"), file("0002_b.sql")}), IsEmpty());
    EXPECT_THAT(run(check_migrations, {file("0001_a.sql"), file("0003_b.sql")}),
                ElementsAre("src/modules/units/migrations/0003_b.sql: the next number is 2"));
    EXPECT_THAT(run(check_migrations, {file("1_a.sql")}).size(), 1u);
}

TEST(Scan, tells_code_from_literals) {
    auto s = scan(make_file("a.cpp", "f(\"a\\\"b\" /* x */\n  \"c\", 1'000, '\"', R\"y(d)\")y\"); // \"e\"\n"));
    ASSERT_EQ(s.literals.size(), 2u);
    EXPECT_EQ(s.literals[0].text, "a\\\"bc");
    EXPECT_EQ(s.literals[1].text, "d)\"");
    EXPECT_EQ(s.code.find('x'), std::string::npos);
    EXPECT_NE(s.code.find("1'000"), std::string::npos);
}

}  // namespace
}  // namespace yuanliu::tidy
