// Lists as files: what the caller would see, in his words, by his clock.
#include <fstream>

#include "base/time.hpp"
#include "desk/desk_kit.hpp"

namespace yuanliu {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Exports : public DeskTest {
 protected:
    void SetUp() override {
        DeskTest::SetUp();
        type_ = make_type("YL-1");
        south_ = make_user("huanan", 1, R"(,"territories":["广东省","浙江省杭州市"])");
        make_units(type_, {"QR001", "QR002"}, south_);
        make_units(type_, {"QR003"});
    }
    Reply ask_for(std::string_view route, std::string_view more = "", http::Headers headers = {}) {
        return ask("POST", "/api/exports/", fmt::format(R"({{"route":"{}"{}}})", route, more), std::move(headers));
    }
    // The rows of the file.
    std::vector<std::string> exported(std::string_view route, std::string_view more = "", http::Headers headers = {}) {
        auto started = ask_for(route, more, std::move(headers));
        EXPECT_EQ(started.status, 202) << started.body;
        auto job = started.at("data.job_id");
        EXPECT_EQ(finished(job), "completed") << value("SELECT errors FROM jobs_job WHERE id = " + job);
        return rows_of(result_of(job));
    }
    std::string type_, south_;
};
YL_APP_TEST(Exports);

TEST_P(Exports, GiveTheListInWordsAndLocalTime) {
    EXPECT_THAT(
        exported("units.products.list", R"(,"query":"ordering=qrcode_id&page=2&page_size=1",)"
                                        R"("columns":["qrcode_id","product_type","status","agent","shipped_at"])"),
        ElementsAre("产品编码|产品类型名称|状态|代理商的用户名|发货时间",
                    "QR001|净化器|已发货|huanan|2026-03-02 08:00:00", "QR002|净化器|已发货|huanan|2026-03-02 08:00:00",
                    "QR003|净化器|在库"));
    EXPECT_THAT(
        exported("units.products.list", R"(,"format":"csv","columns":["status","qrcode_id"],"query":"status=in_stock")",
                 {{"accept-language", "en"}}),
        ElementsAre("Status|Code of the product", "In stock|QR003"));
}

TEST_P(Exports, GiveEveryFieldUnlessSomeAreChosen) {
    auto all = exported("units.products.list");
    EXPECT_EQ(all.size(), 4u);
    EXPECT_THAT(all[0], HasSubstr("备注"));
    EXPECT_THAT(exported("identity.users.list",
                         R"(,"query":"user_type=1","columns":["username","user_type","territories","active"])"),
                ElementsAre("用户名|账号类型|代理商的销售区域|是否启用", "huanan|代理商|广东省、浙江省杭州市|是"));
    EXPECT_THAT(exported("catalog.product_types.list", R"(,"columns":["id","warranty_months","specs"])").back(),
                type_ + "|24");
    // A list below a thing, which its path names.
    EXPECT_THAT(exported("units.products.timeline.list", R"(,"query":"id=1","columns":["kind","actor_name"])"),
                ElementsAre("类别|操作人", "入库|admin", "发货|admin"));
}

TEST_P(Exports, WalkPageAfterPage) {
    std::vector<std::string> codes;
    for (int i = 0; i < 1234; ++i) codes.push_back(fmt::format("W{:05}", i));
    make_units(type_, codes);
    auto rows = exported("units.products.list", R"(,"query":"search=W&ordering=qrcode_id","columns":["qrcode_id"])");
    rows.erase(rows.begin());
    EXPECT_EQ(rows, codes);
}

TEST_P(Exports, ShowNobodyWhatIsNotHis) {
    auto agent = login("huanan", password);
    as(agent);
    EXPECT_THAT(exported("units.products.list", R"(,"columns":["qrcode_id"],"query":"ordering=qrcode_id")"),
                ElementsAre("产品编码", "QR001", "QR002"));
    EXPECT_EQ(ask_for("units.alerts.list").status, 403);
    as_nobody();
    EXPECT_EQ(ask_for("units.products.list").status, 401);
    // Another's file is not his to fetch.
    as_admin();
    auto job = ask_for("units.products.list").at("data.job_id");
    EXPECT_EQ(finished(job), "completed");
    EXPECT_EQ(get("/api/jobs/" + job + "/download/").status, 200);
    EXPECT_THAT(get("/api/jobs/" + job + "/download/").header("Content-Disposition"),
                HasSubstr("products-20260302-0800.xlsx"));
    as(agent);
    EXPECT_EQ(get("/api/jobs/" + job + "/download/").status, 404);
}

TEST_P(Exports, EndWithTheRightThatTheyNeed) {
    app().stop_background();
    as(login("huanan", password));
    auto job = ask_for("units.products.list").at("data.job_id");
    as_admin();
    ASSERT_EQ(put("/api/users/" + south_ + "/", R"({"active":false})").status, 200);
    app().start_background();
    EXPECT_EQ(finished(job), "discarded");
    EXPECT_THAT(value("SELECT errors FROM jobs_job WHERE id = " + job), HasSubstr("forbidden"));
}

TEST_P(Exports, KeepAKeyToItsRights) {
    auto made = post("/api/api-keys/", R"({"name":"erp","permissions":["units.read"]})");
    http::Headers key{{"x-api-key", made.at("data.key")}};
    as_nobody();
    EXPECT_EQ(ask_for("units.alerts.list", "", key).status, 403);
    auto started = ask_for("units.products.list", R"(,"columns":["qrcode_id"])", key);
    ASSERT_EQ(started.status, 202) << started.body;
    EXPECT_EQ(finished(started.at("data.job_id")), "completed");
}

TEST_P(Exports, RefuseWhatIsNoList) {
    EXPECT_EQ(ask_for("units.products.create").at("error.fields[0].code"), "desk.unknown_list");
    EXPECT_EQ(ask_for("nothing").at("error.fields[0].field"), "route");
    EXPECT_EQ(ask_for("units.products.list", R"(,"columns":["qrcode_id","secret"])").at("error.fields[0].field"),
              "columns[1]");
    EXPECT_EQ(ask_for("units.products.list", R"(,"query":"status=lost")").status, 422);
    EXPECT_EQ(ask_for("units.products.list", R"(,"query":"stat=in_stock")").at("error.fields[0].code"),
              "field.unknown");
    EXPECT_EQ(ask_for("units.products.list", R"(,"query":"a=%zz")").status, 422);
    EXPECT_EQ(ask_for("units.products.timeline.list").at("error.fields[0].field"), "query.id");
}

TEST_P(Exports, LeaveNothingOfTheQuestionBehind) {
    auto job = ask_for("identity.users.list", R"(,"query":"phone=13800138000")").at("data.job_id");
    EXPECT_EQ(finished(job), "completed");
    EXPECT_EQ(number("SELECT count(*) FROM desk_export"), 0);
    EXPECT_EQ(value("SELECT args FROM jobs_job WHERE id = " + job).find("138"), std::string::npos);
    app().stop_background();
    auto waiting = ask_for("identity.users.list", R"(,"query":"phone=13800138000")").at("data.job_id");
    EXPECT_EQ(value("SELECT query FROM desk_export").find("138"), std::string::npos);
    EXPECT_EQ(post("/api/jobs/" + waiting + "/cancel/", "{}").at("data.state"), "cancelled");
}

}  // namespace
}  // namespace yuanliu
