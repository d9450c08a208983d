// One question to everything, answered with what the caller may see.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "lifecycle/app_test.hpp"

namespace yuanliu {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Search : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        type_ = make_type("YL-1200");
        make_user("lifang", 3, R"(,"name":"李芳")");
        south_ = make_user("huanan", 1, R"(,"name":"华南代理")");
        north_ = make_user("huabei", 1, R"(,"name":"华北代理")");
        make_units(type_, {"QR001", "QR002"}, south_);
        make_units(type_, {"QR003"}, north_);
        make_units(type_, {"QR004"});
    }
    // "kind title" of each hit.
    std::vector<std::string> hits(std::string_view q, std::string_view more = "") {
        auto reply = get(fmt::format("/api/search/?q={}{}", q, more));
        EXPECT_EQ(reply.status, 200) << reply.body;
        std::vector<std::string> out;
        for (std::size_t i = 0; i < reply.count("data"); ++i)
            out.push_back(reply.at(fmt::format("data[{}].kind", i)) + " " + reply.at(fmt::format("data[{}].title", i)));
        return out;
    }
    void activate(std::string_view code, std::string_view phone, std::string_view name) {
        auto done = post("/api/products/activate/",
                         fmt::format(R"({{"qrcode_id":"{}","phone":"{}","name":"{}"}})", code, phone, name));
        ASSERT_EQ(done.status, 200) << done.body;
    }
    std::string type_, south_, north_;
};
YL_APP_TEST(Search);

TEST_P(Search, FindsUnitsByTheBeginningOfTheirCode) {
    EXPECT_THAT(hits("QR00"), ElementsAre("unit QR001", "unit QR002", "unit QR003", "unit QR004"));
    EXPECT_THAT(hits("QR00", "&limit=2"), ElementsAre("unit QR001", "unit QR002"));
    EXPECT_THAT(hits("QR003"), ElementsAre("unit QR003"));
    EXPECT_THAT(hits("R00"), IsEmpty());
    EXPECT_THAT(hits("https%3A%2F%2Fexample.com%2Fq%2FQR002"), ElementsAre("unit QR002"));
    auto reply = get("/api/search/?q=QR001");
    EXPECT_EQ(reply.at("data[0].subtitle"), "净化器 · 已发货") << reply.body;
    EXPECT_EQ(reply.at("data[0].path"), "/products/" + reply.at("data[0].id"));
}

TEST_P(Search, FindsMintedCodesHoweverTheyAreTyped) {
    auto made = post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":1}})", type_));
    auto code = made.at("data.qrcode_ids[0]");
    ASSERT_EQ(code.size(), 16u) << made.body;
    std::string typed;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (i && i % 4 == 0) typed += '-';
        typed += char(std::tolower(code[i]));
    }
    EXPECT_THAT(hits(typed), ElementsAre("unit " + code));
}

TEST_P(Search, FindsTypesPeopleAndRepairs) {
    EXPECT_THAT(hits("1200"), ElementsAre("product_type 净化器"));
    EXPECT_THAT(hits("%E5%87%80%E5%8C%96"), ElementsAre("product_type 净化器"));
    EXPECT_THAT(hits("HUANAN"), ElementsAre("agent 华南代理"));
    EXPECT_THAT(hits("%E4%BB%A3%E7%90%86"), ElementsAre("agent 华南代理", "agent 华北代理"));
    EXPECT_THAT(hits("%E8%8A%B3"), ElementsAre("user 李芳"));
    activate("QR001", "13900139000", "张三丰");
    EXPECT_THAT(hits("%E5%BC%A0%E4%B8%89"), ElementsAre("customer 张三丰"));
    EXPECT_THAT(hits("%E4%B8%89%E4%B8%B0"), IsEmpty()) << "customers are found by the beginning of their name";
    EXPECT_THAT(hits("13900139000"), ElementsAre("customer 张三丰"));
    EXPECT_THAT(hits("1390013900"), IsEmpty()) << "a telephone number is found whole or not at all";
    auto opened = post("/api/repair-records/", R"({"qrcode_id":"QR001","reason":"不开机"})");
    ASSERT_EQ(opened.status, 201) << opened.body;
    auto number = opened.at("data.id");
    EXPECT_THAT(hits("QR001"), ElementsAre("unit QR001", "repair #" + number + " QR001"));
    EXPECT_THAT(hits("%23" + number), ElementsAre("repair #" + number + " QR001"));
}

TEST_P(Search, ShowsNobodyWhatIsNotHis) {
    activate("QR001", "13900139000", "张三");
    ASSERT_EQ(post("/api/repair-records/", R"({"qrcode_id":"QR001","reason":"不开机"})").status, 201);
    as(login("huabei", password));
    EXPECT_THAT(hits("QR00"), ElementsAre("unit QR003"));
    EXPECT_THAT(hits("13900139000"), IsEmpty());
    EXPECT_THAT(hits("huanan"), IsEmpty());
    as(login("huanan", password));
    EXPECT_THAT(hits("QR00"), ElementsAre("unit QR001", "unit QR002", "repair #1 QR001"));
    as_nobody();
    EXPECT_EQ(get("/api/search/?q=QR").status, 401);
}

TEST_P(Search, WildcardsStandForThemselves) {
    EXPECT_THAT(hits("%25"), IsEmpty());
    EXPECT_THAT(hits("_"), IsEmpty());
    EXPECT_EQ(get("/api/search/?q=%20").status, 422);
}

// What is typed at every keystroke must be looked up, not read through.
TEST_P(Search, GoesByIndexes) {
    if (!on_sqlite()) return;
    auto plan = [&](std::string_view sql) {
        return app().db().read([&](Rx& rx) {
            std::string text;
            rx.connection().run("EXPLAIN QUERY PLAN " + std::string(sql), rx.params(),
                                [&](StatementRow& row) { return text += std::string(row.text(3)) + "\n", true; });
            return text;
        });
    };
    for (std::string_view sql :
         {"SELECT id FROM units_unit WHERE code >= 'A' AND code < 'B' ORDER BY code LIMIT 5",
          "SELECT id FROM units_unit WHERE code >= 'A' AND code < 'B' AND agent_id = 5 ORDER BY code LIMIT 5",
          "SELECT id FROM units_unit WHERE code >= 'A' AND code < 'B' AND customer_id = 5 ORDER BY code LIMIT 5",
          "SELECT id FROM identity_user WHERE user_type = 2 AND name >= 'A' AND name < 'B' ORDER BY name LIMIT 5",
          "SELECT id FROM repair_ticket WHERE unit_code >= 'A' AND unit_code < 'B' ORDER BY unit_code, id DESC"}) {
        EXPECT_NE(plan(sql).find("SEARCH"), std::string::npos) << sql << "\n" << plan(sql);
        EXPECT_EQ(plan(sql).find("SCAN"), std::string::npos) << sql << "\n" << plan(sql);
    }
}

}  // namespace
}  // namespace yuanliu
