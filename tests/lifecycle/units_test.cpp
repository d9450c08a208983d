// Making, shipping, moving and listing units.
#include <fmt/format.h>

#include <future>
#include <set>

#include "lifecycle/app_test.hpp"
#include "platform/jobs/runner.hpp"

namespace yuanliu {
namespace {

class Units : public AppTest {};
YL_APP_TEST(Units);

TEST_P(Units, OwnCodesAreKeptAsTheyAre) {
    auto type = make_type();
    auto made = post(
        "/api/products/bulk_create/",
        fmt::format(R"({{"product_type_id":{},"qrcode_ids":["QR001","QR002","QR003"],"remark":"备注信息"}})", type));
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.at("data.created"), "3");
    auto unit = get("/api/products/get_by_qrcode/?qrcode_id=QR002");
    EXPECT_EQ(unit.status, 200) << unit.body;
    EXPECT_EQ(unit.at("data.qrcode_id"), "QR002");
    EXPECT_EQ(unit.at("data.status"), "in_stock");
    EXPECT_EQ(unit.at("data.remark"), "备注信息");
    EXPECT_EQ(unit.at("data.product_type"), "净化器");
}

TEST_P(Units, ALIstWithOneBadCodeMakesNothing) {
    auto type = make_type();
    make_units(type, {"A1", "A2"});
    auto refused = post("/api/products/bulk_create/",
                        fmt::format(R"({{"product_type_id":{},"qrcode_ids":["B1","A2","B2","B1"]}})", type));
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.at("error.code"), "units.codes_taken");
    EXPECT_EQ(refused.count("error.fields"), 2u) << refused.body;
    EXPECT_NE(refused.body.find("qrcode_ids[1]"), std::string::npos);
    EXPECT_NE(refused.body.find("qrcode_ids[3]"), std::string::npos);
    EXPECT_EQ(get("/api/products/get_by_qrcode/?qrcode_id=B1").status, 404);
    EXPECT_EQ(get("/api/products/").at("page.total"), "2");
}

TEST_P(Units, MintedCodesAreFoundHoweverTheyAreTyped) {
    auto type = make_type();
    auto made = post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":500}})", type));
    ASSERT_EQ(made.status, 201) << made.body;
    ASSERT_EQ(made.count("data.qrcode_ids"), 500u);
    std::set<std::string> all;
    for (int i = 0; i < 500; ++i) all.insert(made.at(fmt::format("data.qrcode_ids[{}]", i)));
    EXPECT_EQ(all.size(), 500u);
    auto code = *all.begin();
    std::string typed;
    for (std::size_t i = 0; i < code.size(); ++i)
        typed += (i && i % 4 == 0 ? "-" : "") + std::string(1, char(std::tolower(code[i])));
    EXPECT_EQ(get("/api/products/get_by_qrcode/?qrcode_id=" + typed).at("data.qrcode_id"), code);
}

TEST_P(Units, BadInputIsNamed) {
    auto type = make_type();
    struct Case {
        std::string body;
        int status;
        std::string field;
    };
    const Case cases[] = {
        {"{}", 400, "product_type_id"},
        {"{\"product_type_id\":1", 400, ""},
        {R"({"product_type_id":"1","count":1})", 400, "product_type_id"},
        {R"({"product_type_id":1,"count":1,"extra":2})", 400, "extra"},
        {R"({"product_type_id":1,"product_type_id":1,"count":1})", 400, "product_type_id"},
        {R"({"product_type_id":1,"count":0})", 422, "count"},
        {R"({"product_type_id":1,"count":1000001})", 422, "count"},
        {R"({"product_type_id":1,"count":1.5})", 400, "count"},
        {R"({"product_type_id":999,"count":1})", 422, "product_type_id"},
        {R"({"product_type_id":1})", 422, "qrcode_ids"},
        {R"({"product_type_id":1,"qrcode_ids":[]})", 422, "qrcode_ids"},
        {R"({"product_type_id":1,"count":1,"qrcode_ids":["A"]})", 422, "qrcode_ids"},
        {R"({"product_type_id":1,"qrcode_ids":["has space"]})", 422, "qrcode_ids[0]"},
        {R"({"product_type_id":1,"qrcode_ids":["<b>"]})", 422, "qrcode_ids[0]"},
        {R"({"product_type_id":1,"qrcode_ids":["'; DROP TABLE units_unit; --"]})", 422, "qrcode_ids[0]"},
        {R"({"product_type_id":1,"qrcode_ids":["😀"]})", 422, "qrcode_ids[0]"},
        {R"({"product_type_id":1,"qrcode_ids":[")" + std::string(65, 'x') + R"("]})", 422, "qrcode_ids[0]"},
        {R"({"product_type_id":1,"count":1,"remark":")" + std::string(501, 'x') + R"("})", 422, "remark"},
    };
    for (const auto& c : cases) {
        auto reply = post("/api/products/bulk_create/", c.body);
        EXPECT_EQ(reply.status, c.status) << c.body << "\n" << reply.body;
        EXPECT_EQ(reply.at("status"), "error");
        if (!c.field.empty()) EXPECT_EQ(reply.at("error.fields[0].field"), c.field) << c.body << "\n" << reply.body;
    }
    EXPECT_EQ(get("/api/products/").at("page.total"), "0");
    (void)type;
}

TEST_P(Units, HostileTextIsOnlyText) {
    auto type = make_type();
    std::string remark = R"(<script>alert('x')</script> \" OR 1=1; -- 😀 𠮷)";
    auto made =
        post("/api/products/", fmt::format(R"({{"product_type_id":{},"qrcode_id":"H1","remark":"{}"}})", type, remark));
    ASSERT_EQ(made.status, 201) << made.body;
    auto back = get("/api/products/get_by_qrcode/?qrcode_id=H1").at("data.remark");
    EXPECT_EQ(back, R"(<script>alert('x')</script> " OR 1=1; -- 😀 𠮷)");
}

TEST_P(Units, ShippingTakesTheWholeListOrNothing) {
    auto type = make_type();
    auto agent = make_user("agent1", 1);
    make_units(type, {"S1", "S2", "S3"});
    make_units(type, {"S4"}, agent);
    auto refused = post("/api/products/bulk_shipping/",
                        fmt::format(R"({{"qrcode_ids":["S1","S4","NOPE"],"agent_id":{}}})", agent));
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.count("error.fields"), 2u) << refused.body;
    EXPECT_EQ(get("/api/products/get_by_qrcode/?qrcode_id=S1").at("data.status"), "in_stock");
    auto no_agent = post("/api/products/bulk_shipping/", R"({"qrcode_ids":["S1"],"agent_id":1})");
    EXPECT_EQ(no_agent.status, 422);
    EXPECT_EQ(no_agent.at("error.fields[0].field"), "agent_id");
    auto shipped =
        post("/api/products/bulk_shipping/", fmt::format(R"({{"qrcode_ids":["S1","S2","S3"],"agent_id":{}}})", agent));
    EXPECT_EQ(shipped.status, 200) << shipped.body;
    EXPECT_EQ(shipped.at("data.shipped"), "3");
    auto unit = get("/api/products/get_by_qrcode/?qrcode_id=S3");
    EXPECT_EQ(unit.at("data.status"), "shipped");
    EXPECT_EQ(unit.at("data.agent"), "agent1");
    auto timeline = get("/api/products/" + unit.at("data.id") + "/timeline/");
    EXPECT_EQ(timeline.count("data"), 2u);
    EXPECT_EQ(timeline.at("data[1].kind"), "shipped");
}

TEST_P(Units, PrintedLabelsWaitUntilReceived) {
    auto type = make_type();
    auto agent = make_user("agent1", 1);
    auto made = post("/api/products/bulk_create/",
                     fmt::format(R"({{"product_type_id":{},"qrcode_ids":["P1"],"printed_only":true}})", type));
    ASSERT_EQ(made.status, 201) << made.body;
    auto early = post("/api/products/bulk_shipping/", fmt::format(R"({{"qrcode_ids":["P1"],"agent_id":{}}})", agent));
    EXPECT_EQ(early.status, 409);
    EXPECT_EQ(early.at("error.fields[0].code"), "units.wrong_state");
    EXPECT_EQ(post("/api/products/receive/", R"({"qrcode_ids":["P1"]})").status, 200);
    EXPECT_EQ(get("/api/products/get_by_qrcode/?qrcode_id=P1").at("data.status"), "in_stock");
    EXPECT_EQ(post("/api/products/receive/", R"({"qrcode_ids":["P1"]})").status, 409);
}

TEST_P(Units, EachSeesHisOwn) {
    auto type = make_type();
    auto one = make_user("agent1", 1), two = make_user("agent2", 1);
    make_units(type, {"O1"}, one);
    make_units(type, {"O2"}, two);
    auto id_of_two = get("/api/products/get_by_qrcode/?qrcode_id=O2").at("data.id");
    as(login("agent1", password));
    auto list = get("/api/products/");
    EXPECT_EQ(list.at("page.total"), "1");
    EXPECT_EQ(list.at("data[0].qrcode_id"), "O1");
    EXPECT_EQ(get("/api/products/" + id_of_two + "/").status, 404);
    EXPECT_EQ(get("/api/products/" + id_of_two + "/timeline/").status, 404);
    EXPECT_EQ(get("/api/products/get_by_qrcode/?qrcode_id=O2").status, 404);
    EXPECT_EQ(get("/api/products/?agent_id=" + two).at("page.total"), "0");
    EXPECT_EQ(post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":1}})", type)).status,
              403);
    EXPECT_EQ(del("/api/products/" + id_of_two + "/").status, 403);
    as_nobody();
    EXPECT_EQ(get("/api/products/").status, 401);
}

TEST_P(Units, TheListTakesSpansOfTime) {
    auto type = make_type();
    make_units(type, {"T1", "T2"}, make_user("agent1", 1));
    make_units(type, {"T3"});
    auto total = [&](const std::string& query) { return get("/api/products/?" + query).at("page.total"); };
    EXPECT_EQ(total("shipped_from=2000-01-01T00:00:00Z"), "2");
    EXPECT_EQ(total("shipped_to=2000-01-01T00:00:00Z"), "0");
    EXPECT_EQ(total("shipped_from=2000-01-01T00:00:00Z&shipped_to=2200-01-01T00:00:00Z&qrcode_id=T2"), "1");
    EXPECT_EQ(total("activated_from=2000-01-01T00:00:00Z"), "0");
    EXPECT_EQ(total("activated_to=2200-01-01T00:00:00Z"), "0");
}

TEST_P(Units, BatchesAreListedForStaffOnly) {
    auto type = make_type();
    auto made = post("/api/products/bulk_create/",
                     fmt::format(R"({{"product_type_id":{},"count":3,"remark":"三月 100%"}})", type));
    ASSERT_EQ(made.status, 201) << made.body;
    make_units(type, {"B1"});
    auto id = made.at("data.batch_id");
    auto found = get("/api/batches/?search=100%25");
    EXPECT_EQ(found.at("page.total"), "1") << found.body;
    EXPECT_EQ(found.at("data[0].id"), id);
    EXPECT_EQ(found.at("data[0].count"), "3");
    EXPECT_EQ(found.at("data[0].product_type"), "净化器");
    EXPECT_EQ(get("/api/batches/").at("data[1].id"), id) << "newest first";
    EXPECT_EQ(get("/api/batches/" + id + "/").at("data.remark"), "三月 100%");
    make_user("agent1", 1);
    as(login("agent1", password));
    EXPECT_EQ(get("/api/batches/").at("page.total"), "0");
    EXPECT_EQ(get("/api/batches/" + id + "/").status, 404);
}

TEST_P(Units, CursorsWalkTheWholeListOnce) {
    auto type = make_type();
    std::vector<std::string> codes;
    for (int i = 0; i < 57; ++i) codes.push_back(fmt::format("W{:03}", i));
    make_units(type, codes);
    for (std::string ordering : {"-id", "id", "qrcode_id", "-qrcode_id"}) {
        std::vector<std::string> seen;
        std::string cursor;
        for (int guard = 0; guard < 20; ++guard) {
            auto page =
                get("/api/products/?page_size=10&ordering=" + ordering + (cursor.empty() ? "" : "&cursor=" + cursor));
            ASSERT_EQ(page.status, 200) << page.body;
            for (std::size_t i = 0; i < page.count("data"); ++i)
                seen.push_back(page.at(fmt::format("data[{}].qrcode_id", i)));
            cursor = page.at("page.next");
            if (cursor.empty()) break;
        }
        auto expected = codes;
        if (ordering.front() == '-') std::reverse(expected.begin(), expected.end());
        EXPECT_EQ(seen, expected) << ordering;
    }
    EXPECT_EQ(get("/api/products/?page=3&page_size=10").at("data[0].qrcode_id"), "W036");
    EXPECT_EQ(get("/api/products/?ordering=remark").status, 422);
    EXPECT_EQ(get("/api/products/?cursor=rubbish").status, 422);
    EXPECT_EQ(get("/api/products/?search=W05").at("page.total"), "7");
    EXPECT_EQ(get("/api/products/?status=shipped").at("page.total"), "0");
    EXPECT_EQ(get("/api/products/?status=nonsense").status, 422);
    EXPECT_EQ(get("/api/products/?nonsense=1").status, 400);
}

TEST_P(Units, ALargeBatchIsAJob) {
    auto type = make_type();
    auto made = post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":12000}})", type));
    ASSERT_EQ(made.status, 202) << made.body;
    auto job = made.at("data.job_id");
    ASSERT_FALSE(job.empty());
    app().start_background();
    std::string state;
    for (int i = 0; i < 600 && state != "completed"; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        state = get("/api/jobs/" + job + "/").at("data.state");
    }
    app().stop_background();
    EXPECT_EQ(state, "completed");
    auto count =
        app().db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT count(DISTINCT code) FROM units_unit"); });
    EXPECT_EQ(count, 12000);
    for (const auto& invariant : app::all_invariants())
        EXPECT_TRUE(app().db().read([&](Rx& rx) { return rx.values<std::string>(invariant.sql); }).empty())
            << invariant.name;
}

TEST_P(Units, LabelsCanBePrintedAndDownloaded) {
    auto type = make_type();
    make_units(type, {"L1", "L2", "L3"});
    app().start_background();
    for (std::string format : {"pdf", "zip", "csv"}) {
        auto job = post("/api/labels/", fmt::format(R"({{"qrcode_ids":["L1","L2","L3"],"format":"{}"}})", format));
        ASSERT_EQ(job.status, 202) << job.body;
        std::string state;
        for (int i = 0; i < 600 && state != "completed" && state != "discarded"; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            state = get("/api/jobs/" + job.at("data.job_id") + "/").at("data.state");
        }
        EXPECT_EQ(state, "completed") << format;
        EXPECT_EQ(get("/api/jobs/" + job.at("data.job_id") + "/download/").status, 200);
    }
    app().stop_background();
    EXPECT_EQ(post("/api/labels/", R"({"qrcode_ids":["L1"],"format":"pdf","layout":"nothing"})").status, 422);
    EXPECT_EQ(post("/api/labels/", R"({"qrcode_ids":["L9"],"format":"pdf"})").status, 409);
}

TEST_P(Units, AShipmentListsWhatWentWithIt) {
    auto type = make_type();
    auto agent = make_user("agent1", 1), other = make_user("agent2", 1);
    make_units(type, {"W1", "W2", "W3", "W4"});
    auto ship = [&](std::string_view codes, std::string_view to) {
        return post("/api/products/bulk_shipping/", fmt::format(R"({{"qrcode_ids":{},"agent_id":{}}})", codes, to))
            .at("data.shipment_id");
    };
    // In one instant: the time alone does not tell them apart.
    const auto first = ship(R"(["W1","W2"])", agent), second = ship(R"(["W3"])", other);
    auto codes = [&](std::string_view shipment) {
        auto reply = get(fmt::format("/api/products/?shipment_id={}&ordering=qrcode_id", shipment));
        std::string out;
        for (std::size_t i = 0; i < reply.count("data"); ++i)
            out += reply.at(fmt::format("data[{}].qrcode_id", i)) + " ";
        EXPECT_EQ(reply.at("page.total"), std::to_string(reply.count("data")));
        return out;
    };
    EXPECT_EQ(codes(first), "W1 W2 ");
    EXPECT_EQ(codes(second), "W3 ");
    EXPECT_EQ(codes("999"), "");
    // One came back and went elsewhere: both shipments had it.
    env().advance(1000);
    ASSERT_EQ(post("/api/products/take_back/", R"({"qrcode_ids":["W1"]})").status, 200);
    ASSERT_EQ(post("/api/products/restock/", R"({"qrcode_ids":["W1"]})").status, 200);
    EXPECT_EQ(codes(ship(R"(["W1","W4"])", other)), "W1 W4 ");
    EXPECT_EQ(codes(first), "W1 W2 ");
    as(login("agent1", password));
    EXPECT_EQ(codes(first), "W2 ") << "an agent sees what he has";
    EXPECT_EQ(codes(second), "");
}

TEST_P(Units, ChangesAreGuardedByVersion) {
    auto type = make_type();
    make_units(type, {"V1"});
    auto id = get("/api/products/get_by_qrcode/?qrcode_id=V1").at("data.id");
    auto seen = get("/api/products/" + id + "/");
    auto etag = seen.header("ETag");
    ASSERT_FALSE(etag.empty());
    EXPECT_EQ(ask("GET", "/api/products/" + id + "/", "", {{"if-none-match", etag}}).status, 304);
    EXPECT_EQ(ask("PUT", "/api/products/" + id + "/", R"({"remark":"一"})", {{"if-match", etag}}).status, 200);
    auto stale = ask("PUT", "/api/products/" + id + "/", R"({"remark":"二"})", {{"if-match", etag}});
    EXPECT_EQ(stale.status, 412) << stale.body;
    EXPECT_EQ(get("/api/products/" + id + "/").at("data.remark"), "一");
}

TEST_P(Units, OnlyWhatWasNeverShippedCanGo) {
    auto type = make_type();
    auto agent = make_user("agent1", 1);
    make_units(type, {"D1"});
    make_units(type, {"D2"}, agent);
    auto stocked = get("/api/products/get_by_qrcode/?qrcode_id=D1").at("data.id");
    auto shipped = get("/api/products/get_by_qrcode/?qrcode_id=D2").at("data.id");
    EXPECT_EQ(del("/api/products/" + shipped + "/").status, 409);
    EXPECT_EQ(del("/api/products/" + stocked + "/").status, 200);
    EXPECT_EQ(get("/api/products/" + stocked + "/").status, 404);
    auto records = get("/api/operation-records/?action=units.products.delete");
    EXPECT_EQ(records.count("data"), 1u) << records.body;
    EXPECT_EQ(records.at("data[0].before.code"), "D1");
    EXPECT_EQ(del("/api/product-types/" + type + "/").status, 409);
}

}  // namespace
}  // namespace yuanliu
