// Every kind of field, from JSON and back, and every refusal with its path.
#include "platform/describe/record.hpp"

#include <random>

#include "forms.hpp"

namespace yuanliu::forms_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view whole_body =
    R"({"yes":true,"whole":-9007199254740991,"small":2147483647,"bounded":5,"real":0.1,"id":12,"money":-99.05,)"
    R"("qty":2.5,"time":"2026-03-01T08:00:00.120Z","date":"2026-11-20","text":"张三","prose":"a\nb\tc","code":"A-1_.~",)"
    R"("email":"a@example.com","phone":"+8613800138000","color":"green","grade":7,"extra":{"k":"v","尺寸":"5"},)"
    R"("raw":{"z":1.50,"a":[null,true]},"sealed":"+8613900139000",)"
    R"("lines":[{"name":"x","qty":0.001},{"name":"y","qty":3}],"numbers":[1,2,3],)"
    R"("line":{"name":"n","qty":-1},"maybe":"2000-02-29"})";

TEST(Record, every_kind_is_read_and_written) {
    const All a = from_json<All>(whole_body);
    EXPECT_TRUE(a.yes);
    EXPECT_EQ(a.whole, -9007199254740991);
    EXPECT_EQ(a.small, 2147483647);
    EXPECT_EQ(a.bounded, 5);
    EXPECT_EQ(a.real, 0.1);
    EXPECT_EQ(a.id.value, 12);
    EXPECT_EQ(a.money.fen, -9905);
    EXPECT_EQ(a.qty.milli, 2500);
    EXPECT_EQ(a.time.ms, 1'772'352'000'120);
    EXPECT_EQ(a.date.days, 20'777);
    EXPECT_EQ(a.text.str(), "张三");
    EXPECT_EQ(a.prose.str(), "a\nb\tc");
    EXPECT_EQ(a.code.str(), "A-1_.~");
    EXPECT_EQ(a.email.str(), "a@example.com");
    EXPECT_EQ(a.phone.str(), "+8613800138000");
    EXPECT_EQ(a.color, Color::green);
    EXPECT_EQ(a.grade, Grade::high);
    EXPECT_EQ(a.extra.entries.at("尺寸"), "5");
    EXPECT_EQ(a.raw.str(), R"({"z":1.50,"a":[null,true]})");
    EXPECT_EQ(a.sealed.value.str(), "+8613900139000");
    ASSERT_EQ(a.lines.size(), 2u);
    EXPECT_EQ(a.lines[0].qty.milli, 1);
    EXPECT_THAT(a.numbers, ElementsAre(1, 2, 3));
    EXPECT_EQ(a.line.qty.milli, -1000);
    EXPECT_TRUE(a.maybe);
    EXPECT_EQ(to_json(a), whole_body);
}

TEST(Record, text_is_brought_into_its_normal_form) {
    const Any a =
        from_json<Any>(R"({"text":"\u3000 张三\u200b ","email":" Someone@Example.COM","phone":"138 0013 8000",)"
                       R"("prose":"  two\nlines \n","secret":"  keeps its blanks  "})");
    EXPECT_EQ(a.text->str(), "张三");
    EXPECT_THAT(a.email->str(), HasSubstr("@example.com"));
    EXPECT_EQ(a.phone->str(), "+8613800138000");
    EXPECT_EQ(a.prose->str(), "two\nlines");
    EXPECT_EQ(a.secret->str(), "  keeps its blanks  ");
}

TEST(Record, money_and_quantities_are_exact) {
    const std::pair<const char*, std::int64_t> money[] = {{"0", 0},
                                                          {"-0", 0},
                                                          {"99", 9900},
                                                          {"99.0", 9900},
                                                          {"99.10", 9910},
                                                          {"99.100", 9910},
                                                          {"0.01", 1},
                                                          {"-0.01", -1},
                                                          {"1.1", 110},
                                                          {"90071992547409.91", 9007199254740991},
                                                          {"-90071992547409.91", -9007199254740991}};
    for (const auto& [json, fen] : money) {
        EXPECT_EQ(from_json<Any>("{\"money\":" + std::string(json) + "}").money->fen, fen) << json;
    }
    const std::pair<std::int64_t, const char*> written[] = {
        {0, "0.00"}, {1, "0.01"}, {-1, "-0.01"}, {-105, "-1.05"}, {12'345'600, "123456.00"}};
    for (const auto& [fen, json] : written) {
        Any a;
        a.money = Money{fen};
        EXPECT_THAT(to_json(a), HasSubstr("\"money\":" + std::string(json) + ","));
    }
    const std::pair<std::int64_t, const char*> quantities[] = {{0, "0"},     {1, "0.001"},   {2'500, "2.5"},
                                                               {2'000, "2"}, {-10, "-0.01"}, {100'000, "100"}};
    for (const auto& [milli, json] : quantities) {
        Any a;
        a.qty = Qty{milli};
        EXPECT_THAT(to_json(a), HasSubstr("\"qty\":" + std::string(json) + ","));
        EXPECT_EQ(from_json<Any>("{\"qty\":" + std::string(json) + "}").qty->milli, milli);
    }
}

TEST(Record, secrets_and_fingerprints_are_not_told) {
    Any a;
    a.secret = Secret<8, 20>("open sesame");
    a.blind = Blind("0123456789012345678901");
    const std::string json = to_json(a);
    EXPECT_EQ(json.find("sesame"), json.npos);
    EXPECT_EQ(json.find("0123456789"), json.npos);
    EXPECT_EQ(json.find("secret"), json.npos);
}

TEST(Record, a_record_may_hold_its_own_kind) {
    const std::string json = R"({"n":1,"children":[{"n":2,"children":[]},{"n":3,"children":[{"n":4,"children":[]}]}]})";
    EXPECT_EQ(to_json(from_json<Tree>(json)), json);
}

struct Refused {
    std::string body;  // of an Any
    std::string field, code;
    Fault fault = Fault::invalid;
};
class RecordRefuses : public ::testing::TestWithParam<Refused> {};

TEST_P(RecordRefuses, with_path_and_code) {
    const auto& c = GetParam();
    const Error e = refusal([&] { from_json<Any>(c.body); });
    EXPECT_EQ(e.fault, c.fault) << c.body;
    ASSERT_EQ(e.fields.size(), 1u) << c.body << " " << e.code;
    EXPECT_EQ(e.fields[0].field, c.field) << c.body;
    EXPECT_EQ(e.fields[0].code, c.code) << c.body;
}

constexpr Fault shape = Fault::unreadable;
INSTANTIATE_TEST_SUITE_P(
    Table, RecordRefuses,
    ::testing::Values(
        Refused{R"([])", "", "field.wrong_type", shape}, Refused{R"(null)", "", "field.null", shape},
        Refused{R"({"nosuch":1})", "nosuch", "field.unknown", shape},
        Refused{R"({"line":{"name":"a","qty":1,"more":2}})", "line.more", "field.unknown", shape},
        Refused{R"({"line":{"name":"a"}})", "line.qty", "field.required", shape},
        Refused{R"({"lines":[{"name":"a","qty":1},{"qty":1}]})", "lines[1].name", "field.required", shape},
        Refused{R"({"lines":[{"name":"a","qty":1},null]})", "lines[1]", "field.null", shape},
        Refused{R"({"line":{"name":null,"qty":1}})", "line.name", "field.null", shape},
        Refused{R"({"lines":{}})", "lines", "field.wrong_type", shape},
        Refused{R"({"table":[[1,2],[3,"4"]]})", "table[1][1]", "field.wrong_type", shape},
        Refused{R"({"yes":1})", "yes", "field.wrong_type", shape},
        Refused{R"({"yes":"true"})", "yes", "field.wrong_type", shape},
        Refused{R"({"whole":"1"})", "whole", "field.wrong_type", shape},
        Refused{R"({"whole":9007199254740993})", "whole", "field.lossy_number", shape},
        Refused{R"({"whole":-9007199254740992})", "whole", "field.lossy_number", shape},
        Refused{R"({"whole":123456789012345678901234567890})", "whole", "field.lossy_number", shape},
        Refused{R"({"whole":1e2})", "whole", "field.not_integer", shape},
        Refused{R"({"whole":1.5})", "whole", "field.not_integer", shape},
        Refused{R"({"small":2147483648})", "small", "field.too_large"},
        Refused{R"({"small":-2147483649})", "small", "field.too_small"},
        Refused{R"({"bounded":0})", "bounded", "field.too_small"},
        Refused{R"({"bounded":6})", "bounded", "field.too_large"},
        Refused{R"({"real":"x"})", "real", "field.wrong_type", shape},
        Refused{R"({"real":1e400})", "real", "field.lossy_number", shape},
        Refused{R"({"id":0})", "id", "field.too_small"}, Refused{R"({"id":-3})", "id", "field.too_small"},
        Refused{R"({"money":1.005})", "money", "field.lossy_decimal", shape},
        Refused{R"({"money":1e2})", "money", "field.lossy_decimal", shape},
        Refused{R"({"money":"1.00"})", "money", "field.wrong_type", shape},
        Refused{R"({"money":90071992547409.92})", "money", "field.lossy_number", shape},
        Refused{R"({"qty":0.0001})", "qty", "field.lossy_decimal", shape},
        Refused{R"({"time":"2026-03-01"})", "time", "field.bad_time"},
        Refused{R"({"time":5})", "time", "field.wrong_type", shape},
        Refused{R"({"time":"2026-02-30T00:00:00Z"})", "time", "field.bad_time"},
        Refused{R"({"date":"2026-02-30"})", "date", "field.bad_date"},
        Refused{R"({"date":""})", "date", "field.bad_date"}, Refused{R"({"text":"x"})", "text", "field.too_short"},
        Refused{R"({"text":" "})", "text", "field.empty"},
        Refused{R"({"text":"12345678901"})", "text", "field.too_long"},
        Refused{R"({"text":"😀😀😀😀😀😀😀😀😀😀😀"})", "text", "field.too_long"},
        Refused{R"({"text":"a\nb"})", "text", "field.control_character"},
        Refused{R"({"text":"a\u202eb"})", "text", "field.control_character"},
        Refused{R"({"prose":"a\u0000b"})", "prose", "field.control_character"},
        Refused{R"({"code":"a b"})", "code", "field.bad_code"}, Refused{R"({"code":"张三"})", "code", "field.bad_code"},
        Refused{R"({"code":"a/b"})", "code", "field.bad_code"}, Refused{R"({"code":"a"})", "code", "field.too_short"},
        Refused{R"({"code":"123456789"})", "code", "field.too_long"},
        Refused{R"({"email":"nobody"})", "email", "field.bad_email"},
        Refused{R"({"email":""})", "email", "field.bad_email"},
        Refused{R"({"phone":"123"})", "phone", "field.bad_phone"},
        Refused{R"({"secret":"short"})", "secret", "field.too_short"},
        Refused{R"({"color":"blue"})", "color", "field.not_one_of"},
        Refused{R"({"color":0})", "color", "field.wrong_type", shape},
        Refused{R"({"grade":2})", "grade", "field.not_one_of"},
        Refused{R"({"grade":"high"})", "grade", "field.wrong_type", shape},
        Refused{R"({"blind":"x"})", "blind", "field.unknown", shape},
        Refused{R"({"extra":{"k":1}})", "extra.k", "field.wrong_type", shape},
        Refused{R"({"extra":{" ":"v"}})", "extra. ", "field.bad_key"},
        Refused{R"({"extra":{"a":"1"," a":"2"}})", "extra. a", "field.duplicate"},
        Refused{R"({"extra":[]})", "extra", "field.wrong_type", shape}));

TEST(Record, limits_name_themselves) {
    const auto args = [](const char* body) { return refusal([&] { from_json<Any>(body); }).fields.at(0).args; };
    using Args = Error::Args;
    EXPECT_EQ(args(R"({"text":"12345678901"})"), (Args{{"max", "10"}}));
    EXPECT_EQ(args(R"({"bounded":0})"), (Args{{"min", "1"}}));
    EXPECT_EQ(args(R"({"color":"blue"})"), (Args{{"allowed", "red, green"}}));
    EXPECT_EQ(args(R"({"grade":2})"), (Args{{"allowed", "1, 7"}}));
    EXPECT_EQ(args(R"({"whole":"1"})"), (Args{{"expected", "number"}, {"got", "string"}}));
}

TEST(Record, everything_wrong_is_told_at_once) {
    const Error e = refusal([&] {
        from_json<All>(
            R"({"yes":1,"whole":1.5,"nosuch":0,"text":"","lines":[{"name":"","qty":1},{"qty":"x"}],"color":"blue"})");
    });
    EXPECT_EQ(e.fault, Fault::unreadable);
    std::vector<std::string> told;
    for (const auto& p : e.fields) told.push_back(p.field + " " + p.code);
    EXPECT_THAT(told, ::testing::IsSupersetOf({"yes field.wrong_type", "whole field.not_integer",
                                               "nosuch field.unknown", "text field.empty", "lines[0].name field.empty",
                                               "lines[1].qty field.wrong_type", "lines[1].name field.required",
                                               "color field.not_one_of", "money field.required"}));
    EXPECT_THAT(told, ::testing::Not(::testing::Contains("maybe field.required")));
}

TEST(Record, a_dictionary_has_its_limits) {
    std::string many = "{\"extra\":{";
    for (int i = 0; i < 61; ++i) many += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":\"\"";
    EXPECT_EQ(refusal([&] { from_json<Any>(many + "}}"); }).fields.at(0).code, "field.too_many");
    EXPECT_EQ(refusal([&] { from_json<Any>("{\"extra\":{\"" + std::string(61, 'k') + "\":\"\"}}"); }).fields.at(0).code,
              "field.bad_key");
    EXPECT_EQ(
        refusal([&] { from_json<Any>("{\"extra\":{\"k\":\"" + std::string(501, 'v') + "\"}}"); }).fields.at(0).code,
        "field.too_long");
}

TEST(Record, query_parameters_are_text_and_read_as_what_they_mean) {
    Any a;
    decode_query(record_of<Any>(), &a,
                 {{"yes", "1"},
                  {"whole", "-5"},
                  {"money", "1.5"},
                  {"text", "张三"},
                  {"color", "green"},
                  {"grade", "7"},
                  {"date", "2026-01-31"},
                  {"real", "2.5"},
                  {"id", "3"}});
    EXPECT_TRUE(*a.yes);
    EXPECT_EQ(a.whole, -5);
    EXPECT_EQ(a.money->fen, 150);
    EXPECT_EQ(a.text->str(), "张三");
    EXPECT_EQ(a.color, Color::green);
    EXPECT_EQ(a.grade, Grade::high);
    EXPECT_TRUE(a.date);
    EXPECT_EQ(a.real, 2.5);
    EXPECT_EQ(a.id->value, 3);
    decode_query(record_of<Any>(), &a, {{"yes", "false"}});
    EXPECT_FALSE(*a.yes);
}

TEST(Record, bad_query_parameters_are_named) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"nosuch", "1", "field.unknown"},     {"yes", "maybe", "field.wrong_type"},
        {"whole", "", "field.not_integer"},   {"whole", "1x", "field.not_integer"},
        {"money", "abc", "field.wrong_type"}, {"id", "0", "field.too_small"},
        {"real", "x", "field.wrong_type"},    {"grade", "9", "field.not_one_of"},
        {"lines", "[]", "field.wrong_type"}};
    for (const auto& [key, value, code] : cases) {
        Any a;
        const Error e = refusal([&] { decode_query(record_of<Any>(), &a, {{key, value}}); });
        ASSERT_EQ(e.fields.size(), 1u) << key;
        EXPECT_EQ(e.fields[0].field, key);
        EXPECT_EQ(e.fields[0].code, code) << key << "=" << value;
    }
    Any a;
    EXPECT_EQ(refusal([&] {
                  decode_query(record_of<Any>(), &a, {{"id", "1"}, {"id", "2"}});
              })
                  .fields.at(0)
                  .code,
              "field.duplicate");
}

// Whatever an object holds, writing and reading it gives the same again.
TEST(Record, round_trips) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 bits(seed);
    const auto below = [&](std::int64_t n) { return std::int64_t(bits() % std::uint64_t(n)); };
    const auto text = [&](int min, int max) {
        static constexpr const char* pieces[] = {"a",  "Z", "0", "\"", "\\", "/", "é",
                                                 "张", "😀", "<", "&",  "'",  "{", "%"};
        std::string out;
        for (auto n = min + below(max - min + 1); n > 0; --n) out += pieces[below(std::size(pieces))];
        return out;
    };
    const auto line = [&] { return Line{.name = text(1, 5), .qty = {below(1'000'000) - 500'000}}; };
    for (int round = 0; round < 2'000; ++round) {
        All a{.yes = below(2) == 1,
              .whole = below(2 * json_integer_max + 1) - json_integer_max,
              .small = int(below(1LL << 32) - (1LL << 31)),
              .bounded = 1 + below(5),
              .real = std::bit_cast<double>(bits()),
              .id = {1 + below(json_integer_max)},
              .money = {below(2 * json_integer_max + 1) - json_integer_max},
              .qty = {below(2 * json_integer_max + 1) - json_integer_max},
              .time = {below(4'000'000'000'000) - 1'000'000'000'000},
              .date = {int(below(100'000)) - 20'000},
              .text = text(1, 10),
              .prose = text(0, 20),
              .code = "code" + std::to_string(below(1000)),
              .email = "a" + std::to_string(below(1000)) + "@example.com",
              .phone = "+86138" + std::to_string(10'000'000 + below(80'000'000)),
              .color = below(2) ? Color::red : Color::green,
              .grade = below(2) ? Grade::low : Grade::high,
              .raw = R"({"any":[1.0,"x"]})",
              .line = line()};
        if (!std::isfinite(a.real)) a.real = 0.5;
        a.sealed = a.phone;
        for (auto n = below(4); n > 0; --n) a.lines.push_back(line());
        for (auto n = below(4); n > 0; --n) a.numbers.push_back(below(100));
        for (auto n = below(4); n > 0; --n) a.extra.entries["k" + std::to_string(n)] = text(0, 9);
        if (below(2)) a.maybe = Date{int(below(10'000))};
        const std::string json = to_json(a);
        All b;
        ASSERT_NO_THROW(b = from_json<All>(json)) << json;
        ASSERT_EQ(to_json(b), json);
        ASSERT_EQ(b.real, a.real);
    }
}

}  // namespace
}  // namespace yuanliu::forms_test
