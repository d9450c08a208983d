// The strict reader and the writer below all forms.
#include "platform/describe/json.hpp"

#include "forms.hpp"

namespace yuanliu::forms_test {
namespace {

std::string again(std::string_view json) {
    RawJson out;
    const auto document = JsonDocument::parse(json);
    Reader reader;
    forms::read_raw(out.value, document->root(), reader);
    return out.value;
}

TEST(Json, what_is_read_is_written_as_it_was) {
    for (const char* json :
         {"null", "true", "false", "0", "-0", "1.50", "1e400", "-12.5E-7", "9007199254740993", "18446744073709551615",
          "123456789012345678901234567890", "\"\"", "\"a\\\"b\\\\c\\n\\r\\t\"", "\"\\u0001\\u001f\"", "\"张三😀\"", "[]",
          "{}", "[1,[2,[3,{}]],[]]", R"({"a":{"b":[{"c":null}]},"":1,"d":"x"})"})
        EXPECT_EQ(again(json), json);
}

TEST(Json, escapes_become_characters) {
    EXPECT_EQ(again(R"("\u5f20\u4e09 \ud83d\ude00 \/ \b\f")"), "\"张三 😀 / \\u0008\\u000c\"");
    EXPECT_EQ(again(" \t\r\n[ 1 , 2 ] \n"), "[1,2]");
}

TEST(Json, what_is_not_json_is_refused_with_its_place) {
    struct Case {
        std::string json, code, offset;
    };
    const Case cases[] = {
        {"", "json.syntax", "0"},           {"   ", "json.syntax", "3"},
        {"{", "json.syntax", "1"},          {"[1,]", "json.syntax", "3"},
        {"{\"a\":1,}", "json.syntax", "7"}, {"{a:1}", "json.syntax", "1"},
        {"'a'", "json.syntax", "0"},        {"[1] 2", "json.syntax", "4"},
        {"[1] [", "json.syntax", "4"},      {"01", "json.syntax", "1"},
        {"+1", "json.syntax", "0"},         {".5", "json.syntax", "0"},
        {"5.", "json.syntax", "2"},         {"NaN", "json.syntax", "0"},
        {"Infinity", "json.syntax", "0"},   {"tru", "json.syntax", "3"},
        {"/* */ 1", "json.syntax", "0"},    {"\xef\xbb\xbf{}", "json.syntax", "0"},
        {"\"a\nb\"", "json.syntax", "2"},   {std::string("\"a\0b\"", 5), "json.syntax", "2"},
        {"\"\\x\"", "json.syntax", "2"},    {"\"\\u12g4\"", "json.syntax", "5"},
        {"\"abc", "json.syntax", "4"},
    };
    for (const auto& c : cases) {
        const Error e = refusal([&] { JsonDocument::parse(c.json); });
        EXPECT_EQ(e.fault, Fault::unreadable) << c.json;
        EXPECT_EQ(e.code, c.code) << c.json;
        ASSERT_FALSE(e.args.empty()) << c.json;
        EXPECT_EQ(e.args.back().first, "offset");
        EXPECT_EQ(e.args.back().second, c.offset) << c.json;
    }
}

TEST(Json, bytes_that_are_not_utf8_are_refused) {
    for (const char* bytes : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xe5\xbc", "\xc3("})
        EXPECT_EQ(refusal([&] { JsonDocument::parse("{\"a\":\"" + std::string(bytes) + "\"}"); }).code, "json.bad_utf8")
            << bytes;
    EXPECT_EQ(refusal([&] { JsonDocument::parse("{\"\xff\":1}"); }).code, "json.bad_utf8");
}

TEST(Json, half_a_surrogate_pair_is_refused) {
    for (const char* json : {R"("\ud83d")", R"("\ud83dx")", R"("\ude00")", R"("\ud83d\ud83d")", R"(["\ud83d\n"])"})
        EXPECT_EQ(refusal([&] { JsonDocument::parse(json); }).fault, Fault::unreadable) << json;
}

TEST(Json, a_key_said_twice_is_refused_with_its_path) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"a":1,"a":2})", "a"},
        {R"({"x":{"a":1,"b":2,"a":3}})", "x.a"},
        {R"({"lines":[{"n":1},{"n":1,"n":2}]})", "lines[1].n"},
        {R"([[{"k":1,"k":1}]])", "[0][0].k"},
        {R"({"a":1,"\u0061":2})", "a"},
        {R"({"a":[{"b":{"c":[1,{"d":0,"d":0}]}}]})", "a[0].b.c[1].d"},
    };
    for (const auto& [json, path] : cases) {
        const Error e = refusal([&] { JsonDocument::parse(json); });
        EXPECT_EQ(e.code, "json.duplicate_key") << json;
        ASSERT_EQ(e.fields.size(), 1u);
        EXPECT_EQ(e.fields[0].field, path);
        EXPECT_EQ(e.fields[0].code, "field.duplicate");
    }
    EXPECT_NO_THROW(JsonDocument::parse(R"({"a":{"a":1},"b":{"a":1},"A":0})"));
}

TEST(Json, depth_has_a_limit) {
    const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_NO_THROW(JsonDocument::parse(nested(32)));
    EXPECT_EQ(refusal([&] { JsonDocument::parse(nested(33)); }).code, "json.too_deep");
    EXPECT_EQ(refusal([&] { JsonDocument::parse(std::string(1'000'000, '[')); }).code, "json.too_deep");
    std::string objects;
    for (int i = 0; i < 33; ++i) objects += "{\"a\":";
    EXPECT_EQ(refusal([&] { JsonDocument::parse(objects); }).code, "json.too_deep");
}

TEST(Json, a_long_document_is_read_whole) {
    std::string json = "[";
    for (int i = 0; i < 50'000; ++i)
        json += (i ? "," : "") + std::string(R"({"k":"\u00e9v)") + std::to_string(i) + "\"}";
    json += "]";
    const auto document = JsonDocument::parse(json);
    std::size_t i = 0;
    for (auto [key, object] : document->root())
        for (auto [k, v] : object) ASSERT_EQ(v.text(), "év" + std::to_string(i++));
    EXPECT_EQ(i, 50'000u);
}

TEST(Json, the_writer_keeps_commas_right) {
    std::string out;
    JsonWriter w(out);
    w.begin_array().integer(1).begin_object().end_object().begin_object();
    w.key("a").null().key("b").begin_array().end_array().key("c").boolean(true).end_object();
    w.string("x").real(0.5).real(std::numeric_limits<double>::infinity()).raw("[2]").end_array();
    EXPECT_EQ(out, R"([1,{},{"a":null,"b":[],"c":true},"x",0.5,null,[2]])");
}

}  // namespace
}  // namespace yuanliu::forms_test
