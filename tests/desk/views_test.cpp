// Saved views and preferences: one's own, and shared among staff.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "lifecycle/app_test.hpp"

namespace yuanliu {
namespace {

class Views : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        make_user("li", 3);
        make_user("wang", 3);
        make_user("huanan", 1);
        li_ = login("li", password), wang_ = login("wang", password), agent_ = login("huanan", password);
        as(li_);
    }
    std::string save(std::string_view name, std::string_view more = "") {
        auto made = post("/api/views/", fmt::format(R"({{"list":"products","name":"{}"{}}})", name, more));
        EXPECT_EQ(made.status, 201) << made.body;
        return made.at("data.id");
    }
    std::string li_, wang_, agent_;
};
YL_APP_TEST(Views);

TEST_P(Views, KeepWhatTheListLookedLike) {
    auto id = save("本月已激活", R"(,"query":"status=activated&ordering=-id","columns":["qrcode_id","status"])");
    auto mine = get("/api/views/?list=products");
    ASSERT_EQ(mine.count("data"), 1u) << mine.body;
    EXPECT_EQ(mine.at("data[0].id"), id);
    EXPECT_EQ(mine.at("data[0].query"), "status=activated&ordering=-id");
    EXPECT_EQ(mine.at("data[0].columns[1]"), "status");
    EXPECT_EQ(mine.at("data[0].mine"), "true");
    EXPECT_EQ(get("/api/views/?list=repairs").count("data"), 0u);

    auto changed = put("/api/views/" + id + "/", R"({"list":"products","name":"在库"})");
    EXPECT_EQ(changed.at("data.name"), "在库") << changed.body;
    EXPECT_EQ(changed.count("data.columns"), 0u);
    EXPECT_EQ(del("/api/views/" + id + "/").status, 200);
    EXPECT_EQ(get("/api/views/").count("data"), 0u);
}

TEST_P(Views, HaveOneNameEach) {
    save("一");
    auto again = post("/api/views/", R"({"list":"products","name":"一"})");
    EXPECT_EQ(again.status, 422);
    EXPECT_EQ(again.at("error.fields[0].code"), "desk.view_name_taken");
    EXPECT_EQ(post("/api/views/", R"({"list":"repairs","name":"一"})").status, 201);
    as(wang_);
    save("一");
}

TEST_P(Views, AreSharedAmongStaffAlone) {
    auto secret = save("私人"), open = save("共享", R"(,"shared":true)");
    as(wang_);
    auto seen = get("/api/views/?list=products");
    ASSERT_EQ(seen.count("data"), 1u) << seen.body;
    EXPECT_EQ(seen.at("data[0].id"), open);
    EXPECT_EQ(seen.at("data[0].mine"), "false");
    EXPECT_EQ(put("/api/views/" + open + "/", R"({"list":"products","name":"我的"})").status, 404);
    EXPECT_EQ(del("/api/views/" + secret + "/").status, 404);
    as(agent_);
    EXPECT_EQ(get("/api/views/").count("data"), 0u);
    EXPECT_EQ(post("/api/views/", R"({"list":"products","name":"我","shared":true})").status, 403);
    as_admin();
    EXPECT_EQ(del("/api/views/" + secret + "/").status, 404);
    EXPECT_EQ(del("/api/views/" + open + "/").status, 200);
}

TEST_P(Views, LookingForAPersonIsNotReadInTheDatabase) {
    save("找人", R"(,"query":"phone=13800138000")");
    auto stored = app().db().read([](Rx& rx) { return rx.value<std::string>("SELECT query FROM desk_view"); });
    EXPECT_EQ(stored.find("138"), std::string::npos) << stored;
}

TEST_P(Views, PreferencesAreKeptForOnePerson) {
    EXPECT_EQ(get("/api/preferences/theme/").body, R"({"status":"success","data":{"value":null}})");
    EXPECT_EQ(put("/api/preferences/theme/", R"({"value":"\"dark\""})").status, 200);
    EXPECT_EQ(put("/api/preferences/theme/", R"({"value":"{\"mode\":\"light\"}"})").status, 200);
    EXPECT_EQ(get("/api/preferences/theme/").at("data.value"), R"({"mode":"light"})");
    as(wang_);
    EXPECT_EQ(get("/api/preferences/theme/").body, R"({"status":"success","data":{"value":null}})");
    as(li_);
    auto broken = put("/api/preferences/theme/", R"({"value":"{dark"})");
    EXPECT_EQ(broken.status, 422);
    EXPECT_EQ(broken.at("error.fields[0].field"), "value");
    EXPECT_EQ(put("/api/preferences/theme/", R"({"value":null})").status, 200);
    EXPECT_EQ(get("/api/preferences/theme/").body, R"({"status":"success","data":{"value":null}})");
}

}  // namespace
}  // namespace yuanliu
