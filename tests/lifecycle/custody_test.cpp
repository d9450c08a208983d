// Batches, shipments and scans: who made, sent and looked at what, and what of it the outside learns.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "lifecycle/app_test.hpp"
#include "modules/units/units.hpp"
#include "platform/jobs/runner.hpp"

namespace yuanliu {
namespace {

class Custody : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        type_ = make_type();
        agent_ = make_user("agent1", 1, R"(,"territories":["广东省"])");
    }
    std::string id_of(std::string_view code) {
        return get(fmt::format("/api/products/get_by_qrcode/?qrcode_id={}", code)).at("data.id");
    }
    // Scans are counted behind the answer.
    bool soon(const std::function<bool()>& holds) {
        for (int i = 0; i < 500; ++i) {
            if (holds()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }
    std::string scans_of(std::string_view code) {
        return get("/api/products/" + id_of(code) + "/scans/").at("data.scans");
    }
    std::string job_state(const std::string& job) { return get("/api/jobs/" + job + "/").at("data.state"); }
    std::vector<std::string> kinds() {
        return app().db().read(
            [](Rx& rx) { return rx.values<std::string>("SELECT kind FROM events_outbox ORDER BY id"); });
    }
    std::string type_, agent_;
};
YL_APP_TEST(Custody);

TEST_P(Custody, ABatchThatWasCancelledTellsWhatIsThereAndGoesOn) {
    auto made = post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":12000}})", type_));
    ASSERT_EQ(made.status, 202) << made.body;
    auto batch = made.at("data.batch_id"), job = made.at("data.job_id");
    EXPECT_EQ(get("/api/batches/" + batch + "/").at("data.made"), "0");
    ASSERT_EQ(post("/api/jobs/" + job + "/cancel/", "").status, 200);
    auto resumed = post("/api/batches/" + batch + "/resume/", "");
    ASSERT_EQ(resumed.status, 200) << resumed.body;
    EXPECT_NE(resumed.at("data.job_id"), job);
    // Asking twice does not make two jobs.
    EXPECT_EQ(post("/api/batches/" + batch + "/resume/", "").at("data.job_id"), resumed.at("data.job_id"));
    app().start_background();
    EXPECT_TRUE(soon([&] { return job_state(resumed.at("data.job_id")) == "completed"; }));
    app().stop_background();
    EXPECT_EQ(get("/api/batches/" + batch + "/").at("data.made"), "12000");
    EXPECT_EQ(app().db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT count(*) FROM units_unit"); }), 12000);
    EXPECT_EQ(post("/api/batches/" + batch + "/resume/", "").at("error.code"), "units.batch_complete");
    EXPECT_EQ(post("/api/batches/" + batch + "/close/", "").status, 409);

    // Every piece has been told of, and the pieces make the whole.
    const auto told = app().db().read([](Rx& rx) {
        return rx.values<std::string>("SELECT payload FROM events_outbox WHERE kind = 'units.created' ORDER BY id");
    });
    ASSERT_EQ(told.size(), 3u);
    std::int64_t sum = 0, last = 0;
    for (const auto& payload : told) {
        const Reply event{200, payload, {}};
        sum += std::stoll(event.at("count"));
        EXPECT_GT(std::stoll(event.at("first_id")), last);
        last = std::stoll(event.at("last_id"));
        EXPECT_EQ(app().db().read([&](Rx& rx) {
            return rx.value<std::int64_t>("SELECT count(*) FROM units_unit WHERE id >= ? AND id <= ?",
                                          std::stoll(event.at("first_id")), last);
        }),
                  std::stoll(event.at("count")));
    }
    EXPECT_EQ(sum, 12000);
}

TEST_P(Custody, ABatchCanBeLeftAtWhatItHas) {
    auto made = post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":12000}})", type_));
    auto batch = made.at("data.batch_id");
    auto closed = post("/api/batches/" + batch + "/close/", "");
    ASSERT_EQ(closed.status, 200) << closed.body;
    EXPECT_EQ(closed.at("data.count"), "0");
    app().start_background();  // the job finds nothing to make
    EXPECT_TRUE(soon([&] { return job_state(made.at("data.job_id")) == "completed"; }));
    app().stop_background();
    EXPECT_EQ(get("/api/products/").at("page.total"), "0");
    make_units(type_, {"B1", "B2"});
    auto small = get("/api/batches/").at("data[0].id");
    EXPECT_EQ(get("/api/batches/" + small + "/").at("data.made"), "2");
    EXPECT_EQ(post("/api/batches/" + small + "/close/", "").status, 409);
    EXPECT_EQ(post("/api/batches/999/close/", "").status, 404);
    for (const auto& invariant : app::all_invariants())
        EXPECT_TRUE(app().db().read([&](Rx& rx) { return rx.values<std::string>(invariant.sql); }).empty())
            << invariant.name;
}

TEST_P(Custody, ShipmentsAreReadByStaffAndTheirAgent) {
    make_units(type_, {"S1", "S2", "S3"});
    auto other = make_user("agent2", 1);
    auto shipped = post("/api/products/bulk_shipping/",
                        fmt::format(R"({{"qrcode_ids":["S1","S2"],"agent_id":{},"remark":"加急"}})", agent_));
    ASSERT_EQ(shipped.status, 200) << shipped.body;
    ASSERT_EQ(
        post("/api/products/bulk_shipping/", fmt::format(R"({{"qrcode_ids":["S3"],"agent_id":{}}})", other)).status,
        200);
    auto id = shipped.at("data.shipment_id");
    auto one = get("/api/shipments/" + id + "/");
    EXPECT_EQ(one.at("data.remark"), "加急") << one.body;
    EXPECT_EQ(one.at("data.count"), "2");
    EXPECT_EQ(one.at("data.agent"), "agent1");
    EXPECT_EQ(one.at("data.creator"), "admin");
    EXPECT_EQ(get("/api/shipments/").at("page.total"), "2");
    EXPECT_EQ(get("/api/shipments/?agent_id=" + agent_).at("data[0].id"), id);
    as(login("agent1", password));
    EXPECT_EQ(get("/api/shipments/").at("page.total"), "1");
    auto his = get("/api/shipments/" + id + "/");
    EXPECT_EQ(his.status, 200);
    EXPECT_EQ(his.at("data.remark"), "") << his.body;
    EXPECT_EQ(his.at("data.creator"), "");
    as(login("agent2", password));
    EXPECT_EQ(get("/api/shipments/" + id + "/").status, 404);
}

TEST_P(Custody, WhatConcernsTheHouseAloneStaysInIt) {
    auto made = post("/api/products/bulk_create/",
                     fmt::format(R"({{"product_type_id":{},"qrcode_ids":["R1"],"remark":"次品返工"}})", type_));
    ASSERT_EQ(made.status, 201);
    ASSERT_EQ(
        post("/api/products/bulk_shipping/", fmt::format(R"({{"qrcode_ids":["R1"],"agent_id":{}}})", agent_)).status,
        200);
    auto customer = make_user("customer1", 2, R"(,"phone":"13700137000")");
    ASSERT_EQ(post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"R1","customer_id":{}}})", customer)).status,
              200);
    auto id = id_of("R1");
    ASSERT_EQ(post("/api/products/" + id + "/extend_warranty/", R"({"months":6,"reason":"客户投诉补偿"})").status, 200);
    EXPECT_EQ(get("/api/products/" + id + "/").at("data.remark"), "次品返工");
    EXPECT_NE(get("/api/products/" + id + "/timeline/").body.find("客户投诉补偿"), std::string::npos);
    for (const char* outsider : {"agent1", "customer1"}) {
        as(login(outsider, password));
        for (const std::string& path :
             {"/api/products/" + id + "/", std::string("/api/products/"), std::string("/api/products/?search=R1"),
              std::string("/api/products/get_by_qrcode/?qrcode_id=R1"), "/api/products/" + id + "/timeline/"}) {
            auto seen = get(path);
            ASSERT_EQ(seen.status, 200) << path;
            EXPECT_NE(seen.body.find(path.find("timeline") == std::string::npos ? "R1" : "activated"),
                      std::string::npos)
                << path;
            EXPECT_EQ(seen.body.find("次品返工"), std::string::npos) << outsider << " " << path;
            EXPECT_EQ(seen.body.find("客户投诉补偿"), std::string::npos) << outsider << " " << path;
        }
        EXPECT_EQ(get("/api/products/" + id + "/").at("data.batch_id"), "");
        EXPECT_EQ(get("/api/products/" + id + "/timeline/").at("data[3].detail.to"), "2028-09-02");
    }
}

TEST_P(Custody, ScansAreCountedWhenSomebodyLooks) {
    make_units(type_, {"Q1"}, agent_);
    EXPECT_EQ(scans_of("Q1"), "0");
    ask("HEAD", "/q/Q1");
    ask("GET", "/q/Q1", "", {{"sec-purpose", "prefetch;prerender"}});
    ask("GET", "/q/Q1", "", {{"purpose", "prefetch"}});
    get("/q/Q1");
    get("/q/Q1/");
    EXPECT_TRUE(soon([&] { return scans_of("Q1") == "2"; }));
    auto seen = get("/api/products/" + id_of("Q1") + "/scans/");
    EXPECT_EQ(seen.at("data.last_scanned_at"), "2026-03-02T00:00:00Z") << seen.body;
    EXPECT_EQ(seen.at("data.scans_in_an_hour"), "2");
    EXPECT_EQ(seen.at("data.networks_in_a_day"), "1");

    // The daily job sums up what is old; the count stays.
    env().advance(31LL * 24 * 3600 * 1000);
    as(login("admin", password));  // the old token is over
    app().db().write([](Tx& tx) { EXPECT_EQ(units::prune_scans(tx), 2); });
    app().db().write([](Tx& tx) { EXPECT_EQ(units::prune_scans(tx), 0); });
    get("/q/Q1");
    EXPECT_TRUE(soon([&] { return scans_of("Q1") == "3"; }));
    EXPECT_EQ(app().db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT count(*) FROM units_scan"); }), 1);
    make_user("agent2", 1);
    auto id = id_of("Q1");
    as(login("agent2", password));
    EXPECT_EQ(get("/api/products/" + id + "/scans/").status, 404);
}

TEST_P(Custody, TheSummaryTellsWhatCouldNotBeJudged) {
    make_units(type_, {"U1", "U2", "U3"}, agent_);
    make_units(type_, {"U4"}, make_user("anywhere", 1));
    auto customer = make_user("customer1", 2, R"(,"phone":"13700137000","address":"北京市朝阳区建国路 93 号")");
    auto activate = [&](std::string_view code, std::string_view more) {
        auto done = post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"{}",{}}})", code, more));
        EXPECT_EQ(done.status, 200) << done.body;
    };
    // The diverter names a customer and no address: the customer's own counts.
    activate("U1", fmt::format(R"("customer_id":{})", customer));
    activate("U2", R"("phone":"13900139000")");
    activate("U3", R"("phone":"13900139001","address":"广东省广州市天河区")");
    activate("U4", R"("phone":"13900139002")");
    auto alerts = get("/api/alerts/?kind=diversion");
    ASSERT_EQ(alerts.count("data"), 1u) << alerts.body;
    EXPECT_EQ(alerts.at("data[0].qrcode_id"), "U1");
    EXPECT_EQ(alerts.at("data[0].detail.activated_in"), "北京市");
    get("/q/QR-UNKNOWN");
    get("/q/QR-UNKNOWN");
    get("/q/2026113000000039");
    auto forged = [&] { return get("/api/alerts/summary/").at("data.refused[0].scans"); };
    EXPECT_TRUE(soon([&] { return get("/api/alerts/summary/").count("data.refused") == 2 && forged() == "1"; }));
    EXPECT_TRUE(soon([&] { return get("/api/alerts/summary/").at("data.refused[1].scans") == "2"; }));
    auto summary = get("/api/alerts/summary/");
    EXPECT_EQ(summary.at("data.refused[0].verdict"), "forged");
    EXPECT_EQ(summary.at("data.refused[1].verdict"), "unknown");
    EXPECT_EQ(summary.at("data.open_diversions"), "1");
    EXPECT_EQ(summary.at("data.open_clones"), "0");
    EXPECT_EQ(summary.at("data.region_unknown"), "1") << summary.body;
    EXPECT_EQ(summary.at("data.agents[0].agent"), "agent1");
}

TEST_P(Custody, EveryFactIsTold) {
    make_units(type_, {"E1", "E2", "E3"}, agent_);
    make_units(type_, {"E4"});
    ASSERT_EQ(
        post("/api/products/activate/", R"({"qrcode_id":"E1","phone":"13900139000","address":"北京市朝阳区"})").status,
        200);
    auto id = id_of("E1");
    auto alert = get("/api/alerts/").at("data[0].id");
    struct Case {
        std::string method, path, body;
        std::vector<std::string> told;
    };
    const std::vector<Case> cases = {
        {"POST",
         "/api/products/" + id + "/transfer/",
         R"({"phone":"13800138000"})",
         {"identity.user_created", "units.transferred"}},
        {"POST",
         "/api/products/" + id + "/extend_warranty/",
         R"({"months":6,"reason":"x"})",
         {"units.warranty_extended"}},
        {"PUT", "/api/products/" + id + "/", R"({"remark":"二"})", {"units.changed"}},
        {"PUT", "/api/alerts/" + alert + "/", R"({"state":"dismissed"})", {"units.alert_decided"}},
        {"PUT",
         "/api/product-types/" + type_ + "/",
         R"({"name":"净化器","model":"YL-1","warranty_months":24})",
         {"catalog.product_type_changed"}},
        {"DELETE", "/api/products/" + id_of("E4") + "/", "", {"units.removed"}},
        {"DELETE", "/api/product-types/" + make_type("YL-9") + "/", "", {"catalog.product_type_removed"}},
        {"PUT", "/api/users/" + agent_ + "/", R"({"name":"华南"})", {"identity.user_changed"}},
        {"PUT",
         "/api/users/" + agent_ + "/",
         R"({"active":false})",
         {"identity.user_changed", "identity.user_disabled"}},
        {"PUT", "/api/users/" + agent_ + "/", R"({"active":true})", {"identity.user_changed", "identity.user_enabled"}},
        {"POST",
         "/api/products/take_back/",
         R"({"qrcode_ids":["E2","E3"]})",
         {"units.state_changed", "units.state_changed"}},
        {"POST",
         "/api/products/restock/",
         R"({"qrcode_ids":["E2","E3"]})",
         {"units.state_changed", "units.state_changed"}},
        {"POST",
         "/api/products/bulk_shipping/",
         fmt::format(R"({{"qrcode_ids":["E2","E3"],"agent_id":{}}})", agent_),
         {"units.state_changed", "units.state_changed", "units.shipped"}},
    };
    for (const auto& c : cases) {
        const auto before = kinds().size();
        auto reply = ask(c.method, c.path, c.body);
        ASSERT_EQ(reply.status, 200) << c.path << reply.body;
        auto after = kinds();
        EXPECT_EQ(std::vector<std::string>(after.begin() + std::ptrdiff_t(before), after.end()), c.told)
            << c.method << " " << c.path;
    }
}

TEST_P(Custody, ErrorsOfThePublicPageArePages) {
    for (const std::string& path : {std::string("/q"), std::string("/q/"), "/q/" + std::string(101, 'x')}) {
        auto page = get(path);
        EXPECT_GE(page.status, 400) << path;
        EXPECT_LT(page.status, 500) << path;
        EXPECT_NE(page.body.find("<!doctype html>"), std::string::npos) << path << page.body;
        EXPECT_NE(page.body.find("查无此编码"), std::string::npos) << path;
        EXPECT_NE(page.header("Content-Security-Policy"), "");
    }
    EXPECT_NE(get("/api/nothing/").body.find("\"status\":\"error\""), std::string::npos);
}

}  // namespace
}  // namespace yuanliu
