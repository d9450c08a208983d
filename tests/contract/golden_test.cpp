// The tools of these tests, so that a test that cannot fail is not among them.
#include "contract/golden.hpp"

#include <gtest/gtest.h>

#include "contract/errors.hpp"

namespace yuanliu::contract {
namespace {

TEST(Golden, indents_json) {
    EXPECT_EQ(indented(R"({"a":[1,{"b":"x,{\"y"}],"c":{},"d":[]})"),
              "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,{\\\"y\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}\n");
}

TEST(Golden, shows_what_differs) {
    EXPECT_EQ(difference("a\nb\nc\n", "a\nc\n"), "-2: b\n");
    EXPECT_EQ(difference("a\nc\n", "a\nb\nc\n"), "+2: b\n");
    EXPECT_EQ(difference("a\nb\nc\n", "a\nx\nc\n"), "-2: b\n+2: x\n");
    EXPECT_EQ(difference("a\n", ""), "-1: a\n");
    EXPECT_EQ(difference("a\n", "a\n"), "");
    EXPECT_EQ(difference("", "a\nb\nc\n", 2), "+1: a\n+2: b\n… and 1 more lines\n");
}

TEST(ErrorCodes, are_found_in_every_form) {
    auto found = error_codes(
        {tidy::make_file("src/modules/kit/a.cpp",
                         "throw not_found(\"kit.gone\");\n"
                         "throw Error(Fault::conflict, \"kit.taken\").with({{\"name\", \"kit.name_taken\"}});\n"
                         "throw invalid_field(path(a, b), ok ? \"kit.one\" : \"kit.two\", {{\"max\", \"3\"}});\n"
                         "throw too_many(wait(1, 2), \"kit.slowly\");\n"
                         "problems.push_back({path, \"field.odd\"});\n"
                         "// throw conflict(\"kit.comment\");\n"
                         "auto name = \"kit.permission\";\n"),
         tidy::make_file("src/modules/kit/tests/a.cpp", "throw conflict(\"kit.test\");\n")});
    std::string all;
    for (const auto& [code, faults] : found.faults) {
        all += code;
        for (const auto& fault : faults) all += "/" + fault;
        all += " ";
    }
    EXPECT_EQ(all,
              "field.odd kit.gone/not_found kit.name_taken/field kit.one/field kit.slowly/too_many kit.taken/conflict "
              "kit.two/field ");
    EXPECT_EQ(found.where.at("kit.taken"), "src/modules/kit/a.cpp:2");
    EXPECT_TRUE(found.literals.contains("kit.permission"));
}

}  // namespace
}  // namespace yuanliu::contract
