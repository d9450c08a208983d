// Activation, warranty, replacement, alerts and what the public sees.
#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "base/time.hpp"
#include "lifecycle/app_test.hpp"
#include "modules/units/units.hpp"

namespace yuanliu {
namespace {

class Activation : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        type_ = make_type("YL-1", 24);
        agent_ = make_user("agent1", 1, R"(,"territories":["广东省"])");
        make_units(type_, {"QR001", "QR002", "QR003"}, agent_);
    }
    std::string activate(std::string_view code, std::string_view more = R"("phone":"13900139000","name":"张三")") {
        return fmt::format(R"({{"qrcode_id":"{}",{}}})", code, more);
    }
    std::string type_, agent_;
};
YL_APP_TEST(Activation);

TEST_P(Activation, StartsTheWarranty) {
    as_nobody();
    auto done = post("/api/products/activate/", activate("QR001"));
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.at("data.status"), "activated");
    EXPECT_EQ(done.at("data.warranty_start"), "2026-03-02");
    EXPECT_EQ(done.at("data.warranty_end"), "2028-03-02");
    EXPECT_EQ(done.body.find("张三"), std::string::npos);
    EXPECT_EQ(done.body.find("139"), std::string::npos);
    auto warranty = post("/api/products/check_warranty/", R"({"qrcode_id":"QR001"})");
    EXPECT_EQ(warranty.at("data.in_warranty"), "true") << warranty.body;
    EXPECT_EQ(warranty.at("data.product_type"), "净化器");
    EXPECT_EQ(warranty.body.find("139"), std::string::npos);
    EXPECT_EQ(post("/api/products/check_warranty/", R"({"qrcode_id":"QR002"})").at("data.in_warranty"), "false");
    EXPECT_EQ(post("/api/products/check_warranty/", R"({"qrcode_id":"NOPE"})").status, 404);
}

TEST_P(Activation, RepeatsGiveTheSameAndStrangersAConflict) {
    as_nobody();
    auto first = post("/api/products/activate/", activate("QR001"));
    ASSERT_EQ(first.status, 200) << first.body;
    env().advance(60'000);
    auto again = post("/api/products/activate/", activate("QR001"));
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    auto stranger = post("/api/products/activate/", activate("QR001", R"("phone":"13900139001")"));
    EXPECT_EQ(stranger.status, 409);
    EXPECT_EQ(stranger.at("error.code"), "units.already_activated");
    EXPECT_EQ(post("/api/products/activate/", activate("QR001", R"("name":"无名")")).status, 409);
    EXPECT_EQ(post("/api/products/activate/", activate("QR002", R"("name":"无名")")).status, 422);
}

TEST_P(Activation, OfTwoPhonesOneWins) {
    as_nobody();
    constexpr int phones = 16;
    std::mutex mutex;
    std::condition_variable all;
    int won = 0, lost = 0, other = 0;
    for (int i = 0; i < phones; ++i)
        ask_later("POST", "/api/products/activate/", activate("QR001", fmt::format(R"("phone":"139001390{:02}")", i)),
                  [&](Reply reply) {
                      std::lock_guard guard(mutex);
                      (reply.status == 200 ? won : reply.status == 409 ? lost : other) += 1;
                      all.notify_one();
                  });
    std::unique_lock guard(mutex);
    all.wait(guard, [&] { return won + lost + other == phones; });
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, phones - 1);
    EXPECT_EQ(app().db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT count(*) FROM units_activation"); }),
              1);
}

TEST_P(Activation, OneKeyOneEffectOneAnswer) {
    as_nobody();
    http::Headers key{{"idempotency-key", "abc-1"}};
    auto first = ask("POST", "/api/products/activate/", activate("QR001"), key);
    ASSERT_EQ(first.status, 200) << first.body;
    auto again = ask("POST", "/api/products/activate/", activate("QR001"), key);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Idempotent-Replay"), "true");
    auto other_body = ask("POST", "/api/products/activate/", activate("QR002"), key);
    EXPECT_EQ(other_body.status, 422);
    EXPECT_EQ(other_body.at("error.code"), "idempotency.body_differs");
    // A refusal is not kept: the same key may try again.
    http::Headers second{{"idempotency-key", "abc-2"}};
    EXPECT_EQ(ask("POST", "/api/products/activate/", activate("QR002", R"("name":"x")"), second).status, 422);
    EXPECT_EQ(ask("POST", "/api/products/activate/", activate("QR002"), second).status, 200);
}

TEST_P(Activation, AKeyHoldsForVerbsThatWorkBeforeTheirTransaction) {
    as_admin();
    const std::string body = R"({"username":"keyed","password":"correct horse 42","user_type":3})";
    http::Headers key{{"idempotency-key", "user-1"}};
    auto first = ask("POST", "/api/users/", body, key);
    ASSERT_EQ(first.status, 201) << first.body;
    auto again = ask("POST", "/api/users/", body, key);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Idempotent-Replay"), "true");
    EXPECT_EQ(ask("POST", "/api/users/", body, {{"idempotency-key", "user-2"}}).status, 422);      // the name is taken
    EXPECT_EQ(get("/api/operation-records/?action=identity.users.create").at("page.total"), "2");  // and the agent
}

TEST_P(Activation, AKeyOfAMachineIsToldOnce) {
    as_admin();
    const std::string body = R"({"name":"till","permissions":["units.read"]})";
    http::Headers key{{"idempotency-key", "key-1"}};
    auto first = ask("POST", "/api/api-keys/", body, key);
    ASSERT_EQ(first.status, 201) << first.body;
    auto again = ask("POST", "/api/api-keys/", body, key);
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.at("error.code"), "idempotency.told_once");
    EXPECT_EQ(again.body.find(first.at("data.key")), std::string::npos);
    EXPECT_EQ(get("/api/api-keys/").at("page.total"), "1");
}

TEST_P(Activation, OnlyTheVersionThatWasSeenIsChanged) {
    as_admin();
    auto seen = get("/api/users/" + agent_ + "/");
    http::Headers version{{"if-match", seen.header("ETag")}};
    EXPECT_EQ(ask("PUT", "/api/users/" + agent_ + "/", R"({"name":"Li"})", version).status, 200);
    auto late = ask("PUT", "/api/users/" + agent_ + "/", R"({"name":"Wu"})", version);
    EXPECT_EQ(late.status, 412) << late.body;
    EXPECT_EQ(late.at("error.code"), "version_differs");
    EXPECT_EQ(get("/api/users/" + agent_ + "/").at("data.name"), "Li");
}

TEST_P(Activation, OnlyShippedUnits) {
    make_units(type_, {"STOCK"});
    as_nobody();
    auto early = post("/api/products/activate/", activate("STOCK"));
    EXPECT_EQ(early.status, 409);
    EXPECT_EQ(early.at("error.code"), "units.not_shipped");
    EXPECT_EQ(post("/api/products/activate/", activate("UNKNOWN")).status, 404);
}

TEST_P(Activation, ByStaffForACustomer) {
    auto customer = make_user("customer1", 2, R"(,"phone":"13700137000")");
    auto other_agent = make_user("agent2", 1);
    auto body = activate("QR001", fmt::format(R"("customer_id":{})", customer));
    as_nobody();
    EXPECT_EQ(post("/api/products/activate/", body).status, 401);
    as(login("agent2", password));
    EXPECT_EQ(post("/api/products/activate/", body).status, 404);  // not his unit
    as(login("agent1", password));
    auto done = post("/api/products/activate/", body);
    EXPECT_EQ(done.status, 200) << done.body;
    as_admin();
    EXPECT_EQ(
        post("/api/products/activate/", activate("QR002", fmt::format(R"("customer_id":{})", other_agent))).status,
        422);
    EXPECT_EQ(get("/api/products/?customer_id=" + customer).at("page.total"), "1");
    as(login("customer1", password));
    EXPECT_EQ(get("/api/products/").at("page.total"), "1");
    auto mine = post("/api/products/check_warranty/", R"({"phone":"13700137000"})");
    EXPECT_EQ(mine.status, 200) << mine.body;
    EXPECT_EQ(mine.at("data[0].qrcode_id"), "QR001");
    EXPECT_EQ(post("/api/products/check_warranty/", R"({"phone":"13900139000"})").status, 403);
    as_nobody();
    EXPECT_EQ(post("/api/products/check_warranty/", R"({"phone":"13700137000"})").status, 401);
}

TEST_P(Activation, TheShelfRuleLimitsTheWarranty) {
    auto short_shelf = make_type("YL-S", 12, R"(,"shelf_months":3)");
    make_units(short_shelf, {"SH1", "SH2"}, agent_);
    as_nobody();
    env().advance(100 * day_ms);  // beyond three months: 2026-06-10
    auto late = post("/api/products/activate/", activate("SH1"));
    EXPECT_EQ(late.at("data.warranty_start"), "2026-06-10") << late.body;
    EXPECT_EQ(late.at("data.warranty_end"), "2027-06-02");  // shipped 2026-03-02 + 3 + 12 months
}

TEST(WarrantySpan, IsMonthEndSafe) {
    auto day = [](std::string_view text) { return Date{*parse_date(text)}; };
    auto end = [](Date start, int months, std::optional<Date> shipped, std::optional<int> shelf) {
        return units::last_day(units::warranty_span(start, months, shipped, shelf));
    };
    EXPECT_EQ(end(day("2023-01-31"), 1, {}, {}), day("2023-02-28"));
    EXPECT_EQ(end(day("2023-01-31"), 13, {}, {}), day("2024-02-29"));
    EXPECT_EQ(end(day("2024-02-29"), 12, {}, {}), day("2025-02-28"));
    EXPECT_EQ(end(day("2024-06-30"), 0, {}, {}), day("2024-06-30"));
    EXPECT_EQ(end(day("2024-06-30"), 12, day("2024-06-01"), 6), day("2025-06-30"));
    EXPECT_EQ(end(day("2025-06-30"), 12, day("2024-06-01"), 6), day("2025-12-01"));
    EXPECT_EQ(end(day("2024-06-30"), 12, day("2024-06-01"), 0), day("2025-06-01"));
}

TEST_P(Activation, OutsideTheTerritoryRaisesOneAlert) {
    as_nobody();
    ASSERT_EQ(post("/api/products/activate/",
                   activate("QR001", R"("phone":"13900139000","address":"广东省深圳市南山区科技园")"))
                  .status,
              200);
    ASSERT_EQ(post("/api/products/activate/",
                   activate("QR002", R"("phone":"13900139002","address":"北京市朝阳区建国路 93 号")"))
                  .status,
              200);
    ASSERT_EQ(
        post("/api/products/activate/", activate("QR003", R"("phone":"13900139003","address":"月球背面")")).status,
        200);
    as_admin();
    auto alerts = get("/api/alerts/");
    ASSERT_EQ(alerts.count("data"), 1u) << alerts.body;
    EXPECT_EQ(alerts.at("data[0].kind"), "diversion");
    EXPECT_EQ(alerts.at("data[0].qrcode_id"), "QR002");
    auto id = alerts.at("data[0].id");
    EXPECT_EQ(put("/api/alerts/" + id + "/", R"({"state":"confirmed","note":"已核实"})").at("data.state"), "confirmed");
    EXPECT_EQ(put("/api/alerts/" + id + "/", R"({"state":"dismissed"})").status, 409);
}

TEST_P(Activation, ManyPlacesRaiseACloneAlert) {
    auto id = get("/api/products/get_by_qrcode/?qrcode_id=QR001").at("data.id");
    for (int i = 0; i < 12; ++i)
        app().db().write([&](Tx& tx) {
            Actor somebody;
            somebody.ip = fmt::format("101.{}.3.4", i);
            units::note_scan(tx, somebody, Id<units::Unit>{std::stoll(id)});
        });
    auto alerts = get("/api/alerts/?kind=clone");
    ASSERT_EQ(alerts.count("data"), 1u) << alerts.body;
    EXPECT_EQ(alerts.at("data[0].state"), "open");

    // Looked into and dismissed: only what comes after counts again.
    auto scan = [&](int from) {
        app().db().write([&](Tx& tx) {
            Actor somebody;
            somebody.ip = fmt::format("102.{}.3.4", from);
            units::note_scan(tx, somebody, Id<units::Unit>{std::stoll(id)});
        });
    };
    ASSERT_EQ(put("/api/alerts/" + alerts.at("data[0].id") + "/", R"({"state":"dismissed"})").status, 200);
    env().advance(1000);
    for (int i = 0; i < 8; ++i) scan(i);
    EXPECT_EQ(get("/api/alerts/?kind=clone&state=open").count("data"), 0u);
    scan(8);
    EXPECT_EQ(get("/api/alerts/?kind=clone&state=open").count("data"), 1u);
}

TEST_P(Activation, ThePublicPageCarriesItsFactsForThePhoneApp) {
    post("/api/products/activate/", activate("QR001"));
    as_nobody();
    auto page = get("/q/QR001");
    const std::string begin = "<script type=\"application/json\" id=\"facts\">";
    auto from = page.body.find(begin);
    ASSERT_NE(from, std::string::npos) << page.body;
    from += begin.size();
    Reply facts{200, page.body.substr(from, page.body.find("</script>", from) - from), {}};
    EXPECT_EQ(facts.at("code"), "QR001");
    EXPECT_EQ(facts.at("verdict"), "genuine");
    EXPECT_EQ(facts.at("unit.status"), "activated");
    EXPECT_EQ(facts.at("unit.in_warranty"), "true");
    auto policy = page.header("Content-Security-Policy");
    EXPECT_NE(policy.find("script-src 'self'"), std::string::npos) << policy;
    EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos);
    EXPECT_EQ(page.body.find("<style"), std::string::npos);
}

TEST_P(Activation, ThePublicPageTellsGenuineFromForged) {
    auto made = post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":1}})", type_));
    auto code = made.at("data.qrcode_ids[0]");
    as_nobody();
    auto genuine = get("/q/" + code);
    EXPECT_EQ(genuine.status, 200);
    EXPECT_NE(genuine.body.find("尚未出售"), std::string::npos);
    post("/api/products/activate/", activate("QR001"));
    auto active = get("/q/QR001/");
    EXPECT_NE(active.body.find("正品验证通过"), std::string::npos);
    EXPECT_EQ(active.body.find("139"), std::string::npos);
    EXPECT_NE(ask("GET", "/q/QR001", "", {{"accept-language", "en"}}).body.find("Genuine product"), std::string::npos);
    auto typo = code;
    typo[3] = typo[3] == '7' ? '8' : '7';
    EXPECT_NE(get("/q/" + typo).body.find("编码有误"), std::string::npos);
    EXPECT_NE(get("/q/NOTHING").body.find("查无此编码"), std::string::npos);
    auto hostile = get("/q/%3C%2Fscript%3E%3Cscript%3E");
    EXPECT_EQ(hostile.status, 200);
    EXPECT_EQ(hostile.body.find("<script>"), std::string::npos);
}

TEST_P(Activation, ExtensionTransferAndReplacementKeepHistory) {
    as_nobody();
    post("/api/products/activate/", activate("QR001"));
    as_admin();
    auto unit = get("/api/products/get_by_qrcode/?qrcode_id=QR001");
    auto id = unit.at("data.id");
    EXPECT_EQ(
        post("/api/products/" + id + "/extend_warranty/", R"({"months":6,"reason":"补偿"})").at("data.warranty_end"),
        "2028-09-02");
    auto moved =
        post("/api/products/" + id + "/transfer/", R"({"phone":"13800138000","name":"李四","reason":"二手转让"})");
    EXPECT_EQ(moved.status, 200) << moved.body;
    EXPECT_NE(moved.at("data.customer_id"), unit.at("data.customer_id"));
    make_units(type_, {"FRESH"});
    auto fresh = post("/api/products/" + id + "/replace/", R"({"new_qrcode_id":"FRESH","reason":"两次返修"})");
    ASSERT_EQ(fresh.status, 200) << fresh.body;
    EXPECT_EQ(fresh.at("data.status"), "activated");
    EXPECT_EQ(fresh.at("data.warranty_end"), "2028-09-02");
    EXPECT_EQ(get("/api/products/" + id + "/").at("data.status"), "replaced");
    auto timeline = get("/api/products/" + id + "/timeline/");
    EXPECT_EQ(timeline.at("data[3].kind"), "warranty_extended") << timeline.body;
    EXPECT_EQ(timeline.at("data[4].kind"), "transferred");
    EXPECT_EQ(timeline.at("data[5].kind"), "replaced");
    EXPECT_EQ(post("/api/products/" + id + "/extend_warranty/", R"({"months":6,"reason":"x"})").status, 409);
    for (const auto& invariant : app::all_invariants())
        EXPECT_TRUE(app().db().read([&](Rx& rx) { return rx.values<std::string>(invariant.sql); }).empty())
            << invariant.name;
}

TEST_P(Activation, ATransferNamesWhatIsWrongWithTheNewOwner) {
    post("/api/products/activate/", activate("QR001"));
    auto id = get("/api/products/get_by_qrcode/?qrcode_id=QR001").at("data.id");
    for (const std::string& nobody : {std::string("99999"), agent_}) {
        auto refused = post("/api/products/" + id + "/transfer/", fmt::format(R"({{"customer_id":{}}})", nobody));
        EXPECT_EQ(refused.status, 422) << refused.body;
        EXPECT_EQ(refused.at("error.fields[0].field"), "customer_id");
        EXPECT_EQ(refused.at("error.fields[0].code"), "units.not_a_customer");
    }
    EXPECT_EQ(post("/api/products/99999/transfer/", fmt::format(R"({{"customer_id":{}}})", agent_)).status, 404);
}

TEST_P(Activation, AReplacementIsNotTakenFromAnotherAgent) {
    post("/api/products/activate/", activate("QR001"));
    make_units(type_, {"OTHERS"}, make_user("agent2", 1));
    auto id = get("/api/products/get_by_qrcode/?qrcode_id=QR001").at("data.id");
    auto replace = [&](std::string_view code) {
        return post("/api/products/" + id + "/replace/", fmt::format(R"({{"new_qrcode_id":"{}","reason":"x"}})", code));
    };
    auto refused = replace("OTHERS");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.at("error.code"), "units.replacement_elsewhere") << refused.body;
    EXPECT_EQ(get("/api/products/get_by_qrcode/?qrcode_id=OTHERS").at("data.agent"), "agent2");
    EXPECT_EQ(replace("QR002").status, 200);  // lies at the same agent's
}

TEST_P(Activation, ALookUpIsByCodeOrByPersonAndNotByBoth) {
    auto both = post("/api/products/check_warranty/", R"({"qrcode_id":"QR001","phone":"13900139000"})");
    EXPECT_EQ(both.status, 422);
    EXPECT_EQ(both.at("error.fields[0].code"), "units.code_or_person") << both.body;
}

TEST_P(Activation, WhatComesBackCanBeSoldAgain) {
    as_nobody();
    post("/api/products/activate/", activate("QR001"));
    as_admin();
    EXPECT_EQ(post("/api/products/take_back/", R"({"qrcode_ids":["QR001"]})").status, 200);
    auto back = get("/api/products/get_by_qrcode/?qrcode_id=QR001");
    EXPECT_EQ(back.at("data.status"), "returned");
    EXPECT_EQ(back.at("data.warranty_end"), "");
    EXPECT_EQ(post("/api/products/restock/", R"({"qrcode_ids":["QR001"]})").status, 200);
    EXPECT_EQ(
        post("/api/products/bulk_shipping/", fmt::format(R"({{"qrcode_ids":["QR001"],"agent_id":{}}})", agent_)).status,
        200);
    as_nobody();
    EXPECT_EQ(post("/api/products/activate/", activate("QR001", R"("phone":"13600136000")")).status, 200);
    for (const auto& invariant : app::all_invariants())
        EXPECT_TRUE(app().db().read([&](Rx& rx) { return rx.values<std::string>(invariant.sql); }).empty())
            << invariant.name;
}

TEST_P(Activation, FactsAreInTheOutboxAndTheOperationRecords) {
    as_nobody();
    post("/api/products/activate/", activate("QR001"));
    auto kinds =
        app().db().read([](Rx& rx) { return rx.values<std::string>("SELECT kind FROM events_outbox ORDER BY id"); });
    for (auto kind :
         {"units.created", "units.shipped", "units.activated", "catalog.product_type_created", "identity.user_created"})
        EXPECT_NE(std::find(kinds.begin(), kinds.end(), kind), kinds.end()) << kind;
    as_admin();
    auto records = get("/api/operation-records/?action=units.products.activate.create");
    ASSERT_EQ(records.count("data"), 1u) << records.body;
    EXPECT_EQ(records.at("data[0].subject"), "units_unit");
    EXPECT_EQ(records.body.find("13900139000"), std::string::npos) << "personal data in an operation record";
}

}  // namespace
}  // namespace yuanliu
