// What every answer has in common, and tokens that nobody should believe.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64.hpp"
#include "base/jwt.hpp"
#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const std::string secret = "Zk3vQ9xT1mB7nR5wL2pD8sF4hJ6gC0yA";

// One server for all: these tests ask, none of them hurts it.
class Edge : public ::testing::Test {
 protected:
    static void SetUpTestSuite() {
        scene_ = std::make_unique<Scene>(Backend::sqlite, Launch{.settings = {{"JWT_SECRET_KEY", secret}}});
    }
    static void TearDownTestSuite() {
        EXPECT_EQ(scene_->server().stop(), 0) << scene_->server().log();
        scene_.reset();
    }
    static inline std::unique_ptr<Scene> scene_;
    std::unique_ptr<Client> admin_ = scene_->admin();

    void expect_refused(std::string token, std::string_view what) {
        Client client(scene_->server().port(), std::move(token));
        for (const std::string path : {"/api/users/me/", "/api/products/"}) {
            const auto answer = client.get(path);
            EXPECT_EQ(answer.status, 401) << what << answer.body;
            EXPECT_EQ(answer.at("status"), "error") << what;
            EXPECT_FALSE(answer.at("error.code").empty()) << what;
            EXPECT_FALSE(answer.at("request_id").empty()) << what;
        }
        const auto write = client.post("/api/product-types/", R"({"name":"a","model":"b","warranty_months":1})");
        EXPECT_EQ(write.status, 401) << what << write.body;
    }
};

std::string sign(std::string_view header, std::string_view payload, const EVP_MD* digest, std::string_view key) {
    const auto text = base64url_encode(header) + "." + base64url_encode(payload);
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(digest, key.data(), int(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac,
         &size);
    return text + "." + base64url_encode({reinterpret_cast<const char*>(mac), size});
}

TEST_F(Edge, ForgedTokensAreRefused) {
    const auto good = admin_->token();
    const auto first = good.find('.'), last = good.rfind('.');
    const auto payload = base64url_decode(good.substr(first + 1, last - first - 1));
    ASSERT_TRUE(payload);
    const auto now_s = Env::real().now().ms / 1000;
    const JwtKey key(secret), wrong("another secret, as long as it has to be");
    const auto claims = key.verify(good, "access", now_s);  // the test holds the real key: this is a genuine one
    ASSERT_EQ(admin_->get("/api/users/me/").status, 200);

    auto changed = claims;
    changed.issued_s -= 7200, changed.expires_s = now_s - 1;
    expect_refused(key.sign(changed), "expired");
    EXPECT_EQ(Client(scene_->server().port(), key.sign(changed)).get("/api/users/me/").at("error.code"),
              "token.expired");
    expect_refused(wrong.sign(claims), "another key");
    changed = claims;
    changed.kind = "refresh";
    expect_refused(key.sign(changed), "another kind");
    changed = claims;
    changed.user = 999'999;
    expect_refused(key.sign(changed), "somebody else's session");
    changed = claims;
    changed.session = "999999";
    expect_refused(key.sign(changed), "a session that never was");

    const std::string hs256 = R"({"alg":"HS256","typ":"JWT"})";
    EXPECT_EQ(Client(scene_->server().port(), sign(hs256, *payload, EVP_sha256(), secret)).get("/api/users/me/").status,
              200)
        << "what follows is refused for what it changes, not for how it is made";
    expect_refused(sign(R"({"alg":"HS512","typ":"JWT"})", *payload, EVP_sha512(), secret), "HS512");
    expect_refused(sign(R"({"alg":"HS256","typ":"JWT","crit":["x"]})", *payload, EVP_sha256(), secret), "crit");
    expect_refused(sign(R"({"alg":"none","typ":"JWT"})", *payload, EVP_sha256(), secret), "none with a signature");
    for (const std::string none : {"none", "None", "NONE", "nOnE"})
        expect_refused(base64url_encode(fmt::format(R"({{"alg":"{}","typ":"JWT"}})", none)) + "." +
                           base64url_encode(*payload) + ".",
                       none);
    auto tampered = *payload;
    tampered.replace(tampered.find("\"exp\":") + 6, 1, "9");
    expect_refused(good.substr(0, first + 1) + base64url_encode(tampered) + good.substr(last), "another payload");
    expect_refused(good.substr(0, last + 1), "no signature");
    expect_refused(good + "A", "a longer signature");
    expect_refused("." + good, "text around it");
    for (const std::string junk : {"a", "..", "a.b.c", "null"}) expect_refused(junk, junk);
    expect_refused(std::string(5'000, 'a'), "endless");
}

TEST_F(Edge, AfterLogoutTheTokenIsDead) {
    Client client(scene_->server().port());
    ASSERT_TRUE(client.login("admin", scene_->password()));
    ASSERT_EQ(client.get("/api/users/me/").status, 200);
    const auto out = client.post("/api/logout/", "");
    EXPECT_LT(out.status, 300) << out.body;
    EXPECT_EQ(client.get("/api/users/me/").status, 401);
    EXPECT_EQ(admin_->get("/api/users/me/").status, 200) << "another log-in of the same person goes on";
}

TEST_F(Edge, TheTrailingSlashMakesNoDifference) {
    for (const std::string path : {"/api/users/me", "/api/products", "/api/product-types", "/api/users/agents"}) {
        const auto without = admin_->get(path), with = admin_->get(path + "/");
        EXPECT_EQ(without.status, 200) << path << without.body;
        EXPECT_EQ(with.status, 200) << path << with.body;
        EXPECT_EQ(without.body, with.body) << path;
    }
    const std::string body = R"({"name":"slash","model":"s","warranty_months":1})";
    EXPECT_EQ(admin_->post("/api/product-types", body).status, 201);
    EXPECT_EQ(admin_->post("/api/product-types/", body).status, admin_->post("/api/product-types", body).status);
}

TEST_F(Edge, EveryAnswerCarriesItsRequestId) {
    for (const std::string path : {"/api/users/me/", "/api/no/such/path/", "/health"}) {
        const auto named = admin_->ask("GET", path, "", {{"X-Request-Id", "trace-42.A_b"}});
        EXPECT_EQ(named.header("x-request-id"), "trace-42.A_b") << path;
        EXPECT_EQ(named.at("request_id"), named.status >= 400 ? "trace-42.A_b" : "") << path;
        const auto made = admin_->get(path), other = admin_->get(path);
        EXPECT_THAT(made.header("x-request-id"), MatchesRegex("[A-Za-z0-9._-]+")) << path;
        EXPECT_NE(made.header("x-request-id"), other.header("x-request-id"));
        const auto bad = admin_->ask("GET", path, "", {{"X-Request-Id", "<script>alert(1)</script>"}});
        EXPECT_THAT(bad.header("x-request-id"), MatchesRegex("[A-Za-z0-9._-]+")) << path;
    }
}

TEST_F(Edge, NobodyMayKeepAnAnswer) {
    const Answer answers[] = {
        admin_->get("/api/users/me/"),
        admin_->get("/api/products/"),
        admin_->get("/api/no/such/path/"),
        admin_->get("/api/products/999999/"),
        admin_->post("/api/login/", "{"),
        admin_->post("/api/products/check_warranty/", R"({"qrcode_id":"NONE"})"),
        Client(scene_->server().port()).get("/api/users/me/"),
        admin_->ask("PATCH", "/api/products/"),
    };
    for (const auto& answer : answers) {
        EXPECT_EQ(answer.header("cache-control"), "no-store") << answer.status << answer.body;
        EXPECT_THAT(answer.header("content-type"), HasSubstr("application/json"));
        EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    }
}

TEST_F(Edge, UnknownPathsAndWrongMethodsAreTold) {
    const auto unknown = admin_->get("/api/no/such/path/");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.at("status"), "error");
    EXPECT_EQ(unknown.at("error.code"), "path_not_found");
    const auto wrong = admin_->ask("DELETE", "/api/products/");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.at("status"), "error");
    EXPECT_THAT(wrong.header("allow"), HasSubstr("GET"));
    EXPECT_THAT(wrong.header("allow"), HasSubstr("POST"));
}

TEST_F(Edge, MessagesComeInTheCallersLanguage) {
    const auto chinese = admin_->get("/api/products/999999/");
    const auto english = admin_->ask("GET", "/api/products/999999/", "", {{"Accept-Language", "en-GB,en;q=0.9"}});
    EXPECT_NE(chinese.at("error.message"), english.at("error.message"));
    EXPECT_EQ(chinese.at("error.code"), english.at("error.code"));
    for (const char c : english.at("error.message")) EXPECT_GE(c, 0) << "not ASCII: " << english.body;
}

}  // namespace
}  // namespace yuanliu::trust
