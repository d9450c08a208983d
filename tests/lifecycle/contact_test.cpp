// One-time codes, and what a person finds and may do by having proved a phone number or an e-mail address.
#include <fmt/format.h>

#include "lifecycle/app_test.hpp"
#include "modules/units/scan_counter.hpp"

namespace yuanliu {
namespace {

class Contact : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        type_ = make_type();
        agent_ = make_user("agent1", 1, R"(,"territories":["广东省"])");
        make_units(type_, {"C1", "C2", "C3"}, agent_);
    }
    // Signs in by code; `who` is a member such as "phone":"…".
    std::string prove(std::string_view who) {
        env().advance(61'000);  // one code a minute
        auto asked = post("/api/login/code/request/", fmt::format("{{{}}}", who));
        EXPECT_EQ(asked.status, 200) << asked.body;
        auto in = post("/api/login/code/", fmt::format(R"({{{},"code":"{}"}})", who, last_code()));
        EXPECT_EQ(in.status, 200) << in.body;
        return in.at("data.access");
    }
    Reply activate(std::string_view code, std::string_view more) {
        return post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"{}"{}}})", code, more));
    }
    Reply warranties(std::string_view who) { return post("/api/products/check_warranty/", fmt::format("{{{}}}", who)); }
    std::string type_, agent_;
};
YL_APP_TEST(Contact);

TEST_P(Contact, TheEmailOfTheIssueFindsItsUnit) {
    as_nobody();
    ASSERT_EQ(activate("C1", R"(,"name":"张三","phone":"13900139000","email":"zhang@example.com")").status, 200);
    // Somebody who knows the number wrote his own mailbox beside it.
    ASSERT_EQ(activate("C2", R"(,"phone":"13900139000","email":"thief@example.com")").status, 200);

    as(prove(R"("email":"zhang@example.com")"));
    auto found = warranties(R"("email":"Zhang@example.com")");
    ASSERT_EQ(found.status, 200) << found.body;
    EXPECT_EQ(found.count("data"), 1u) << found.body;
    EXPECT_EQ(found.at("data[0].qrcode_id"), "C1");
    EXPECT_EQ(get("/api/products/").at("page.total"), "0") << "it owns nothing";
    EXPECT_EQ(warranties(R"("email":"thief@example.com")").status, 403);
    EXPECT_EQ(warranties(R"("phone":"13900139000")").status, 403);

    as_nobody();
    as(prove(R"("phone":"13900139000")"));
    EXPECT_EQ(warranties(R"("phone":"13900139000")").count("data"), 2u);
    EXPECT_EQ(get("/api/products/").at("page.total"), "2");

    as_admin();
    as(login("admin", password));
    EXPECT_EQ(warranties(R"("email":"thief@example.com")").at("data[0].qrcode_id"), "C2");
    // Handed on: it is no longer his who activated it.
    auto id = get("/api/products/get_by_qrcode/?qrcode_id=C1").at("data.id");
    ASSERT_EQ(post("/api/products/" + id + "/transfer/", R"({"phone":"13800138000"})").status, 200);
    as_nobody();
    as(prove(R"("email":"zhang@example.com")"));
    EXPECT_EQ(warranties(R"("email":"zhang@example.com")").count("data"), 0u);
}

TEST_P(Contact, TheSettingWantsConsumersToProveWhoTheyAre) {
    ASSERT_EQ(put("/api/settings/units.activation_code/", R"({"value":true})").status, 200);
    as_nobody();
    auto unproved = activate("C1", R"(,"phone":"13900139000","name":"张三")");
    EXPECT_EQ(unproved.status, 401);
    EXPECT_EQ(unproved.at("error.code"), "units.activation_code_needed") << unproved.body;
    EXPECT_NE(get("/q/C1").body.find("\"code_needed\":true"), std::string::npos);

    as(prove(R"("phone":"13900139000")"));
    auto done = activate("C1", R"(,"name":"张三","address":"广东省广州市天河区","phone":"13911139111")");
    ASSERT_EQ(done.status, 200) << done.body;
    auto me = get("/api/users/me/");
    EXPECT_EQ(me.at("data.name"), "张三");
    EXPECT_EQ(me.at("data.address"), "广东省广州市天河区");
    EXPECT_EQ(me.at("data.phone"), "+8613900139000");
    EXPECT_EQ(get("/api/products/").at("data[0].qrcode_id"), "C1") << "what he proved counts, not what he wrote";
    EXPECT_EQ(activate("C1", R"(,"name":"李四")").status, 200);
    EXPECT_EQ(get("/api/users/me/").at("data.name"), "张三") << "what is known stays";

    // People at work name whom they know.
    as(login("agent1", password));
    EXPECT_EQ(activate("C2", R"(,"phone":"13700137000")").status, 200);
    as_nobody();
    EXPECT_NE(get("/q/C2").body.find("\"code_needed\":true"), std::string::npos);
    as(login("admin", password));
    ASSERT_EQ(put("/api/settings/units.activation_code/", R"({"value":null})").status, 200);
    as_nobody();
    EXPECT_NE(get("/q/C3").body.find("\"code_needed\":false"), std::string::npos);
    EXPECT_EQ(activate("C3", R"(,"phone":"13700137001")").status, 200);
}

TEST_P(Contact, NobodyTriesOutWhoseUnitItIs) {
    as_nobody();
    const std::string owner = R"(,"phone":"13900139000")";
    ASSERT_EQ(activate("C1", owner).status, 200);
    for (int i = 0; i < units::ActivationGuard::refusals_max; ++i)
        EXPECT_EQ(activate("C1", fmt::format(R"(,"phone":"137001370{:02}")", i)).status, 409);
    auto stopped = activate("C1", owner);
    EXPECT_EQ(stopped.status, 429);
    EXPECT_EQ(stopped.at("error.code"), "units.too_many_activations") << stopped.body;
    EXPECT_NE(stopped.header("Retry-After"), "");
    EXPECT_EQ(activate("C2", R"(,"phone":"13700137000")").status, 200) << "other units are untouched";
    as_admin();
    EXPECT_EQ(activate("C1", owner).status, 200) << "people at work are not strangers";
    env().advance(units::ActivationGuard::window_ms);
    as_nobody();
    EXPECT_EQ(activate("C1", owner).status, 200);
}

TEST_P(Contact, TerritoriesAreRegionsAndNothingElse) {
    auto agent = [&](std::string_view territories) {
        return post("/api/users/",
                    fmt::format(R"({{"username":"agent9","password":"{}","user_type":1,"territories":{}}})", password,
                                territories));
    };
    auto refused = agent(R"(["广东省","华东大区"])");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.at("error.fields[0].field"), "territories[1]") << refused.body;
    EXPECT_EQ(refused.at("error.fields[0].code"), "identity.territory_unknown");
    EXPECT_EQ(agent(R"(["苏州市吴中区"])").status, 422);
    EXPECT_EQ(put("/api/users/" + agent_ + "/", R"({"territories":["江浙沪"]})").status, 422);
    EXPECT_EQ(put("/api/users/" + agent_ + "/", R"({"territories":["广东省深圳市"]})").status, 200);

    // The province alone does not tell whether it is the city.
    as_nobody();
    ASSERT_EQ(activate("C1", R"(,"phone":"13900139000","address":"广东省")").status, 200);
    ASSERT_EQ(activate("C2", R"(,"phone":"13900139001","address":"广东省广州市天河区")").status, 200);
    ASSERT_EQ(activate("C3", R"(,"phone":"13900139002","address":"广东省深圳市南山区")").status, 200);
    as_admin();
    auto alerts = get("/api/alerts/");
    ASSERT_EQ(alerts.count("data"), 1u) << alerts.body;
    EXPECT_EQ(alerts.at("data[0].qrcode_id"), "C2");
}

}  // namespace
}  // namespace yuanliu
