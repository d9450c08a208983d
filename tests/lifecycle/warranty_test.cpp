// How long a warranty lasts: begun, extended, run out, and none at all.
#include <fmt/format.h>

#include "base/time.hpp"
#include "lifecycle/app_test.hpp"

namespace yuanliu {
namespace {

class Warranty : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        agent_ = make_user("agent1", 1);
    }
    // A unit activated today, of a type with so many months; returns its id.
    std::string activated(std::string_view code, int months, std::string_view more = "") {
        make_units(make_type(fmt::format("YL-{}", code), months, more), {std::string(code)}, agent_);
        auto done = post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"{}","phone":"13900139000"}})", code));
        EXPECT_EQ(done.status, 200) << done.body;
        return get(fmt::format("/api/products/get_by_qrcode/?qrcode_id={}", code)).at("data.id");
    }
    Reply extend(const std::string& id, int months) {
        return post("/api/products/" + id + "/extend_warranty/",
                    fmt::format(R"({{"months":{},"reason":"x"}})", months));
    }
    Reply check(std::string_view code) {
        return post("/api/products/check_warranty/", fmt::format(R"({{"qrcode_id":"{}"}})", code));
    }
    // Advances the clock and signs in anew.
    void wait_days(int days) {
        env().advance(days * day_ms);
        as(login("admin", password));
    }
    std::string agent_;
};
YL_APP_TEST(Warranty);

TEST_P(Warranty, TwelveMonthsAreAYear) {
    activated("A", 12);
    EXPECT_EQ(check("A").at("data.warranty_end"), "2027-03-02");
    EXPECT_EQ(check("A").at("data.days_left"), "365");
    wait_days(365);
    EXPECT_EQ(check("A").at("data.in_warranty"), "true") << "the last day counts";
    EXPECT_EQ(check("A").at("data.days_left"), "0");
    wait_days(1);
    EXPECT_EQ(check("A").at("data.in_warranty"), "false");
}

TEST_P(Warranty, NoMonthsAreNoWarranty) {
    auto id = activated("Z", 0);
    EXPECT_EQ(check("Z").at("data.in_warranty"), "false");
    EXPECT_EQ(check("Z").at("data.days_left"), "0");
    EXPECT_EQ(extend(id, 1).at("data.warranty_end"), "2026-04-02");
    EXPECT_EQ(check("Z").at("data.in_warranty"), "true");
}

TEST_P(Warranty, ExtensionsDoNotDrift) {
    wait_days(29);  // 2026-03-31
    auto id = activated("D", 1);
    EXPECT_EQ(check("D").at("data.warranty_end"), "2026-04-30");
    EXPECT_EQ(extend(id, 1).at("data.warranty_end"), "2026-05-31");
    EXPECT_EQ(extend(id, 1).at("data.warranty_end"), "2026-06-30");
    EXPECT_EQ(extend(id, 8).at("data.warranty_end"), "2027-02-28");
    EXPECT_EQ(extend(id, 1).at("data.warranty_end"), "2027-03-31");
}

TEST_P(Warranty, ExtensionsHaveAnEnd) {
    auto id = activated("L", 24);
    for (int i = 0; i < 4; ++i) ASSERT_EQ(extend(id, 120).status, 200);
    EXPECT_EQ(extend(id, 96).at("data.warranty_end"), "2076-03-02");
    auto refused = extend(id, 1);
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.at("error.fields[0].field"), "months") << refused.body;
    EXPECT_EQ(refused.at("error.fields[0].code"), "units.warranty_too_long");
}

TEST_P(Warranty, WhatIsOverIsExtendedFromToday) {
    auto id = activated("O", 1);
    wait_days(100);  // 2026-06-10, over since 2 April
    EXPECT_EQ(extend(id, 2).at("data.warranty_end"), "2026-08-10");
    EXPECT_EQ(check("O").at("data.in_warranty"), "true");
}

TEST_P(Warranty, AUnitInRepairCanBeExtended) {
    auto id = activated("R", 12);
    auto ticket = post("/api/repair-records/", R"({"qrcode_id":"R","reason":"不转"})");
    ASSERT_EQ(ticket.status, 201) << ticket.body;
    ASSERT_EQ(get("/api/products/" + id + "/").at("data.status"), "in_repair");
    EXPECT_EQ(extend(id, 6).at("data.warranty_end"), "2027-09-02");
}

TEST_P(Warranty, AReplacementKeepsWhatWasGranted) {
    wait_days(29);  // 2026-03-31
    auto id = activated("P", 1);
    ASSERT_EQ(extend(id, 12).at("data.warranty_end"), "2027-04-30");
    make_units(get("/api/products/" + id + "/").at("data.product_type_id"), {"P2", "P3"});
    auto fresh = post("/api/products/" + id + "/replace/", R"({"new_qrcode_id":"P2","reason":"x"})");
    EXPECT_EQ(fresh.at("data.warranty_end"), "2027-04-30") << fresh.body;
    EXPECT_EQ(extend(fresh.at("data.id"), 1).at("data.warranty_end"), "2027-05-31");
    // At the very end the replacement has its least.
    wait_days(425);  // 2027-05-30
    auto last = post("/api/products/" + fresh.at("data.id") + "/replace/", R"({"new_qrcode_id":"P3","reason":"x"})");
    EXPECT_EQ(last.at("data.warranty_end"), "2027-08-28") << last.body;
    EXPECT_EQ(extend(last.at("data.id"), 1).at("data.warranty_end"), "2027-09-28");
}

TEST_P(Warranty, NoLimitOnTheShelfIsSaidByZero) {
    make_units(make_type("YL-N", 12, R"(,"shelf_months":0)"), {"N"}, agent_);
    make_units(make_type("YL-S", 12), {"S"}, agent_);
    wait_days(730);  // 2028-03-01: beyond the twelve months of the setting
    for (const char* code : {"N", "S"})
        ASSERT_EQ(
            post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"{}","phone":"13900139000"}})", code)).status,
            200);
    EXPECT_EQ(check("N").at("data.warranty_end"), "2029-03-01");
    EXPECT_EQ(check("S").at("data.warranty_end"), "2028-03-02");
}

}  // namespace
}  // namespace yuanliu
