// Tokens and keys that do not count: refused wherever they are shown, but where people who have none yet come in.
#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/jwt.hpp"
#include "base/time.hpp"
#include "lifecycle/app_test.hpp"

namespace yuanliu {
namespace {

// A path of the route; what its values are does not matter, for who asks is judged first.
std::string some_path(const Route& route) {
    auto path = route.path;
    for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
        path.replace(at, path.find('}') - at + 1, "1");
    return path;
}

class CredentialsTest : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        type_ = make_type();
        agent_ = make_user("zhang", 1);
        make_user("wang", 3);
        make_units(type_, {"QR001"}, agent_);
        staff_ = login("wang", password);
        as_nobody();
    }
    // What a stranger, a forger or somebody too late may show.
    std::vector<std::pair<std::string, http::Headers>> bad_ones() {
        const auto bearer = [](std::string token) { return http::Headers{{"authorization", "Bearer " + token}}; };
        auto body = staff_.substr(0, staff_.rfind('.'));
        auto claims = body.substr(body.find('.') + 1);
        auto tampered = staff_;
        tampered[tampered.size() / 2] = tampered[tampered.size() / 2] == 'A' ? 'B' : 'A';
        const auto now_s = env().now().ms / 1000;
        const Claims past{
            .user = 1, .session = "1", .kind = "access", .issued_s = now_s - 7200, .expires_s = now_s - 1};
        return {{"forged", bearer(tampered)},
                {"alg none", bearer(base64url_encode(R"({"alg":"none","typ":"JWT"})") + "." + claims + ".")},
                {"another's key", bearer(JwtKey(std::string(64, 'x')).sign({1, "1", "access", now_s, now_s + 600}))},
                {"expired", bearer(JwtKey(std::string(64, 'k')).sign(past))},
                {"nonsense", bearer("nonsense")},
                {"nothing after the scheme", {{"authorization", "Bearer"}}},
                {"unknown key", {{"x-api-key", "yl_" + std::string(43, 'A')}}},
                {"odd key", {{"x-api-key", "nonsense"}}}};
    }
    std::string recorded_operator(std::string_view action) {
        as(login("admin", password));
        auto records = get(fmt::format("/api/operation-records/?action={}", action));
        as_nobody();
        return records.at("data[0].operator_name");
    }

    std::string type_, agent_, staff_;
};
YL_APP_TEST(CredentialsTest);

TEST_P(CredentialsTest, BadOnesAreRefusedOnEveryRouteThatLooksAtThem) {
    std::size_t asked = 0;
    for (const auto& route : app().routes().all()) {
        for (const auto& [what, headers] : bad_ones()) {
            if (route->anonymous) continue;
            auto answer = ask(route->method, some_path(*route), "{}", headers);
            EXPECT_EQ(answer.status, 401) << what << " on " << route->method << " " << route->path << answer.body;
            EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
            ++asked;
        }
    }
    EXPECT_GT(asked, 500u);
}

TEST_P(CredentialsTest, OldOnesKeepNobodyOut) {
    auto both = ask("POST", "/api/login/", fmt::format(R"({{"username":"wang","password":"{}"}})", password));
    auto refresh = both.at("data.refresh");
    for (const auto& [what, headers] : bad_ones()) {
        EXPECT_EQ(ask("POST", "/api/login/", fmt::format(R"({{"username":"wang","password":"{}"}})", password), headers)
                      .status,
                  200)
            << what;
        auto next = ask("POST", "/api/token/refresh/", fmt::format(R"({{"refresh":"{}"}})", refresh), headers);
        EXPECT_EQ(next.status, 200) << what << next.body;
        refresh = next.at("data.refresh");
        EXPECT_EQ(ask("GET", "/q/QR001", "", headers).status, 200) << what;
        EXPECT_EQ(ask("GET", "/api/setup/", "", headers).status, 200) << what;
    }
    auto sent = ask("POST", "/api/login/code/request/", R"({"phone":"13800138000"})", bad_ones().front().second);
    EXPECT_EQ(sent.status, 200) << sent.body;
    auto tried =
        ask("POST", "/api/login/code/", R"({"phone":"13800138000","code":"000000"})", bad_ones().front().second);
    EXPECT_EQ(tried.at("error.code"), "identity.bad_code");
}

TEST_P(CredentialsTest, AnActivationOfStaffIsNeverRecordedAsTheirCustomers) {
    constexpr std::string_view activation = R"({"qrcode_id":"QR001","phone":"13800138000"})";
    as(staff_);
    env().advance(2 * hour_ms);
    auto late = post("/api/products/activate/", activation);
    EXPECT_EQ(late.status, 401) << late.body;
    EXPECT_EQ(late.at("error.code"), "token.expired");
    EXPECT_EQ(ask("GET", "/q/QR001").body.find("in_warranty\":true"), std::string::npos);
    as(login("wang", password));
    EXPECT_EQ(post("/api/products/activate/", activation).status, 200);
    EXPECT_EQ(recorded_operator("units.products.activate.create"), "wang");
}

TEST_P(CredentialsTest, AnEndedLogInIsRefusedOnPublicRoutesToo) {
    as(staff_);
    EXPECT_EQ(post("/api/products/check_warranty/", R"({"qrcode_id":"QR001"})").status, 200);
    EXPECT_EQ(post("/api/logout/", "").status, 200);
    auto after = post("/api/products/check_warranty/", R"({"qrcode_id":"QR001"})");
    EXPECT_EQ(after.status, 401);
    EXPECT_EQ(after.at("error.code"), "token.revoked");
    as_nobody();
    EXPECT_EQ(post("/api/products/check_warranty/", R"({"qrcode_id":"QR001"})").status, 200);
}

TEST_P(CredentialsTest, TheSchemeKnowsNoCase) {
    auto me = [&](const std::string& header) { return ask("GET", "/api/users/me/", "", {{"authorization", header}}); };
    for (const char* scheme : {"Bearer ", "bearer ", "BEARER ", "bEaReR  "})
        EXPECT_EQ(me(scheme + staff_).at("data.username"), "wang") << scheme;
    for (const char* other : {"Basic ", "Bearers ", "Bear ", ""}) EXPECT_EQ(me(other + staff_).status, 401) << other;
    // A proxy's own password in front of the server is not ours to judge.
    EXPECT_EQ(
        ask("POST", "/api/products/check_warranty/", R"({"qrcode_id":"QR001"})", {{"authorization", "Basic d2FuZzp4"}})
            .status,
        200);
}

}  // namespace
}  // namespace yuanliu
