// Codes that callers bring themselves beside minted ones: stored, found, judged and moved as they are.
#include <fmt/format.h>

#include "base/unit_code.hpp"
#include "lifecycle/app_test.hpp"
#include "modules/units/rules.hpp"

namespace yuanliu {
namespace {

class Codes : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        type_ = make_type();
        agent_ = make_user("agent1", 1);
    }
    std::string id_of(std::string_view code) {
        return get(fmt::format("/api/products/get_by_qrcode/?qrcode_id={}", code)).at("data.id");
    }
    std::string verdict(std::string_view code) {
        const std::string begin = "<script type=\"application/json\" id=\"facts\">";
        auto page = get(fmt::format("/q/{}", code));
        auto from = page.body.find(begin) + begin.size();
        return Reply{200, page.body.substr(from, page.body.find("</script>", from) - from), {}}.at("verdict");
    }
    std::string type_, agent_;
    // 16 symbols with a right check symbol, which nobody here has minted.
    const std::string lookalike_ = "2026113000000039";
};
YL_APP_TEST(Codes);

TEST_P(Codes, ACodeOfOnesOwnThatLooksMintedIsGenuine) {
    ASSERT_EQ(CodeMint(std::string(64, 'k')).judge(lookalike_), CodeMint::Verdict::forged);
    EXPECT_EQ(verdict(lookalike_), "forged");
    make_units(type_, {lookalike_}, agent_);
    EXPECT_EQ(verdict(lookalike_), "genuine");
    as_nobody();
    auto body = fmt::format(R"({{"qrcode_id":"{}","phone":"13900139000"}})", lookalike_);
    ASSERT_EQ(post("/api/products/activate/", body).status, 200);
    auto page = get("/q/" + lookalike_);
    EXPECT_NE(page.body.find("正品验证通过"), std::string::npos) << page.body;
    EXPECT_EQ(verdict("2026113000000038"), "typo");
    EXPECT_EQ(verdict("QR-UNKNOWN"), "unknown");
}

TEST_P(Codes, CodesOfOnesOwnAreStoredAsSent) {
    const std::vector<std::string> sent = {"2026-1130-0000-0051", "abcd-efgh-0000-1111", "qr-7"};
    auto made = post("/api/products/bulk_create/",
                     fmt::format(R"({{"product_type_id":{},"qrcode_ids":{}}})", type_, quoted_list(sent)));
    ASSERT_EQ(made.status, 201) << made.body;
    for (std::size_t i = 0; i < sent.size(); ++i) {
        EXPECT_EQ(made.at(fmt::format("data.qrcode_ids[{}]", i)), sent[i]);
        EXPECT_EQ(get("/api/products/get_by_qrcode/?qrcode_id=" + sent[i]).at("data.qrcode_id"), sent[i]);
        EXPECT_EQ(get("/api/products/?search=" + sent[i]).at("page.total"), "1") << sent[i];
    }
    auto shipped = post("/api/products/bulk_shipping/",
                        fmt::format(R"({{"qrcode_ids":{},"agent_id":{}}})", quoted_list(sent), agent_));
    EXPECT_EQ(shipped.status, 200) << shipped.body;
    // A code without the hyphens is another code, and may be used as such.
    make_units(type_, {"2026113000000051"});
    EXPECT_NE(id_of("2026113000000051"), id_of("2026-1130-0000-0051"));
}

TEST_P(Codes, MintedCodesAreTheSameHoweverTheyAreTyped) {
    auto code = post("/api/products/", fmt::format(R"({{"product_type_id":{}}})", type_)).at("data.qrcode_id");
    auto typed = grouped_code(code);
    auto again = post("/api/products/", fmt::format(R"({{"product_type_id":{},"qrcode_id":"{}"}})", type_, typed));
    EXPECT_EQ(again.status, 409) << again.body;
    EXPECT_EQ(get("/api/products/?search=" + typed).at("data[0].qrcode_id"), code);
    auto twice = post("/api/products/bulk_shipping/",
                      fmt::format(R"({{"qrcode_ids":["{}","{}"],"agent_id":{}}})", code, typed, agent_));
    EXPECT_EQ(twice.status, 409);
    EXPECT_EQ(twice.at("error.fields[0].field"), "qrcode_ids[1]") << twice.body;
    EXPECT_EQ(twice.at("error.fields[0].code"), "units.code_repeated");
    auto unknown = post("/api/products/receive/", R"({"qrcode_ids":["NO1","NO1"]})");
    EXPECT_EQ(unknown.at("error.fields[0].code"), "units.unknown_code") << unknown.body;
    EXPECT_EQ(unknown.at("error.fields[1].code"), "units.code_repeated");
    EXPECT_EQ(
        post("/api/products/bulk_shipping/", fmt::format(R"({{"qrcode_ids":["{}"],"agent_id":{}}})", typed, agent_))
            .status,
        200);
}

TEST_P(Codes, NoTextBreaksTheSearch) {
    make_units(type_, {"QR1", "QR2"});
    // Each ends in the byte 0xBF, after which no character of the same length begins.
    for (std::string text : {"%E5%AF%BF", "QR%E5%AF%BF", "%C3%BF", "%F0%9F%98%BF", "QR%25"}) {
        auto found = get("/api/products/?search=" + text);
        EXPECT_EQ(found.status, 200) << text << found.body;
        EXPECT_EQ(found.at("page.total"), "0") << text;
    }
    EXPECT_EQ(get("/api/products/?search=QR").at("page.total"), "2");
    EXPECT_EQ(get("/api/products/?search=~").at("page.total"), "0");
}

TEST_P(Codes, WhatWasEverOutOfTheHouseStays) {
    make_units(type_, {"N1", "N2"}, agent_);
    make_units(type_, {"N3", "N4"});
    auto other_type = make_type("YL-2");
    // N1 comes back unsold; N3 is handed out as a replacement for N2 and comes back.
    ASSERT_EQ(post("/api/products/activate/", R"({"qrcode_id":"N2","phone":"13900139000"})").status, 200);
    auto replaced = post("/api/products/" + id_of("N2") + "/replace/", R"({"new_qrcode_id":"N3","reason":"坏了"})");
    ASSERT_EQ(replaced.status, 200) << replaced.body;
    ASSERT_EQ(post("/api/products/take_back/", R"({"qrcode_ids":["N1","N3"]})").status, 200);
    ASSERT_EQ(post("/api/products/restock/", R"({"qrcode_ids":["N1","N3"]})").status, 200);
    for (const char* code : {"N1", "N3"}) {
        auto refused = del("/api/products/" + id_of(code) + "/");
        EXPECT_EQ(refused.status, 409) << code;
        EXPECT_EQ(refused.at("error.code"), "units.already_shipped") << refused.body;
        EXPECT_EQ(put("/api/products/" + id_of(code) + "/", fmt::format(R"({{"product_type_id":{}}})", other_type))
                      .at("error.code"),
                  "units.already_shipped");
        EXPECT_EQ(put("/api/products/" + id_of(code) + "/", R"({"remark":"旧"})").status, 200);
    }
    EXPECT_EQ(put("/api/products/" + id_of("N4") + "/", fmt::format(R"({{"product_type_id":{}}})", other_type)).status,
              200);
    EXPECT_EQ(del("/api/products/" + id_of("N4") + "/").status, 200);
}

TEST_P(Codes, TheRecordOfABulkMoveNamesItsUnits) {
    make_units(type_, {"M1", "M2", "M3"}, agent_);
    ASSERT_EQ(post("/api/products/take_back/", R"({"qrcode_ids":["M1","M2","M3"]})").status, 200);
    for (const char* action : {"units.products.bulk_shipping.create", "units.products.take_back.create"}) {
        auto records = get(fmt::format("/api/operation-records/?action={}", action));
        EXPECT_EQ(records.at("data[0].after.units"), "3") << records.body;
        EXPECT_EQ(records.count("data[0].after.unit_ids"), 3u) << records.body;
        EXPECT_EQ(records.at("data[0].after.unit_ids[2]"), id_of("M3")) << records.body;
    }
}

TEST(Network, IsThatOfTheAddressAndNotOfItsSpelling) {
    using units::network_of;
    EXPECT_EQ(network_of("203.0.113.9"), "203.0.113.0/24");
    EXPECT_EQ(network_of("::ffff:203.0.113.9"), "203.0.113.0/24");
    EXPECT_EQ(network_of("2001:db8:5:1::7"), "2001:db8:5::/48");
    EXPECT_EQ(network_of("2001:db8:5::7"), network_of("2001:0db8:0005:ffff:1:2:3:4"));
    EXPECT_EQ(network_of("2001:db8::7"), network_of("2001:db8:0:9::7"));
    EXPECT_NE(network_of("2001:db8:5::7"), network_of("2001:db8:6::7"));
    EXPECT_EQ(network_of("::1"), "::/48");
    EXPECT_EQ(network_of(""), "");
}

}  // namespace
}  // namespace yuanliu
