#include "base/jwt.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "kit/fake_env.hpp"

namespace yuanliu {
namespace {

constexpr std::string_view secret = "TEST-ONLY-hs256-secret-0123456789";
constexpr std::int64_t now_s = 1'767'312'000;
const Claims usual{.user = 42, .session = "c2Vzc2lvbg", .kind = "access", .issued_s = now_s, .expires_s = now_s + 900};
constexpr std::string_view usual_payload =
    R"({"exp":1767312900,"iat":1767312000,"sid":"c2Vzc2lvbg","sub":"42","use":"access"})";

// A token of any header and payload, correctly signed.
std::string token_of(std::string_view header, std::string_view payload, std::string_view key = secret) {
    const auto text = base64url_encode(header) + "." + base64url_encode(payload);
    return text + "." + base64url_encode(view(hmac_sha256(key, text)));
}
std::string token_of(std::string_view payload) { return token_of(R"({"alg":"HS256","typ":"JWT"})", payload); }

// The code of the refusal, or "" when the token is accepted.
std::string refusal(std::string_view token, std::int64_t at_s = now_s, std::string_view kind = "access",
                    std::string_view key = secret) {
    try {
        JwtKey(key).verify(token, kind, at_s);
        return "";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::unauthenticated);
        return error.code;
    }
}

TEST(Jwt, ReadsBackWhatItSigned) {
    const JwtKey key(secret);
    EXPECT_EQ(key.verify(key.sign(usual), "access", now_s), usual);
    for (const std::string session : {"", "a b", "quote\"back\\slash", "张三", "</script>", "\x01"}) {
        auto claims = usual;
        claims.session = session;
        EXPECT_EQ(key.verify(key.sign(claims), "access", now_s), claims) << session;
    }
    auto big = usual;
    big.user = INT64_MAX;
    big.expires_s = INT64_MAX;
    EXPECT_EQ(key.verify(key.sign(big), "access", now_s), big);
}

// The quick reader exists for exactly these bytes; if libjwt ever writes others, speed is lost and this test says so.
TEST(Jwt, WritesTheShapeThatIsReadQuickly) { EXPECT_EQ(JwtKey(secret).sign(usual), token_of(usual_payload)); }

// Spelled differently (spaces, order, no typ, a key id) the same claims go the long way round and mean the same.
TEST(Jwt, BothReadersAgree) {
    const JwtKey key(secret);
    for (const std::string_view payload :
         {usual_payload,
          std::string_view(R"({"sub":"42","sid":"c2Vzc2lvbg","use":"access","iat":1767312000,"exp":1767312900})"),
          std::string_view(
              R"({ "exp": 1767312900, "iat":1767312000,"sid":"c2Vzc2lvbg","sub":"42","use":"\u0061ccess" })")}) {
        for (const std::string_view header : {R"({"alg":"HS256","typ":"JWT"})", R"({"typ":"JWT","alg":"HS256"})",
                                              R"({"alg":"HS256"})", R"({"alg":"HS256","typ":"jwt","kid":"k1"})"}) {
            const auto token = token_of(header, payload);
            EXPECT_EQ(key.verify(token, "access", now_s), usual);
            EXPECT_EQ(key.verify(token, "access", now_s + 899), usual);
            EXPECT_EQ(refusal(token, now_s + 900), "token.expired");
            EXPECT_EQ(refusal(token, now_s, "refresh"), "token.invalid");
        }
    }
}

TEST(Jwt, RefusesOtherKeysAndAnyChangedByte) {
    const auto token = JwtKey(secret).sign(usual);
    EXPECT_EQ(refusal(token, now_s, "access", "another-secret-of-at-least-32-bytes"), "token.invalid");
    EXPECT_EQ(refusal(token, now_s + 900, "access", "another-secret-of-at-least-32-bytes"), "token.invalid");
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char c : {'A', 'B', '.', '\0', ' '}) {
            auto altered = token;
            altered[i] = c;
            EXPECT_EQ(refusal(altered), altered == token ? "" : "token.invalid") << i << c;
        }
    }
    for (std::size_t size = 0; size < token.size(); ++size) EXPECT_EQ(refusal(token.substr(0, size)), "token.invalid");
}

TEST(Jwt, RefusesGarbageAround) {
    const auto token = JwtKey(secret).sign(usual);
    for (const auto& bad :
         {" " + token, token + " ", token + "\n", token + ".", "." + token, token + "=", token + "." + token,
          "Bearer " + token, std::string("..."), std::string(".."), token + std::string(1, '\0')}) {
        EXPECT_EQ(refusal(bad), "token.invalid") << bad;
    }
    // The last symbol of a signature carries two unused bits: the same MAC must not be spelled in four ways.
    auto respelled = token;
    respelled.back() = respelled.back() == 'A' ? 'B' : static_cast<char>(respelled.back() + 1);
    EXPECT_EQ(refusal(respelled), "token.invalid");
    EXPECT_EQ(refusal(token_of(std::string(usual_payload) + std::string(jwt_size_max, ' '))), "token.invalid");
}

// Each of these carries a right signature, so only the check in question can refuse it.
TEST(Jwt, RefusesSignedTokensThatSayTheWrongThing) {
    for (const std::string_view header :
         {R"({"alg":"none","typ":"JWT"})", R"({"alg":"HS512","typ":"JWT"})", R"({"alg":"RS256","typ":"JWT"})",
          R"({"alg":"hs256x"})", R"({"typ":"JWT"})", R"({"alg":5})", R"({})", R"([])", "", "x",
          R"({"alg":"HS256","typ":"refresh+jwt"})", R"({"alg":"HS256","typ":7})",
          R"({"alg":"HS256","crit":["exp"],"exp":1})", R"({"alg":"HS256")"}) {
        EXPECT_EQ(refusal(token_of(header, usual_payload)), "token.invalid") << header;
    }
    for (const std::string_view payload :
         {R"({"iat":1767312000,"sid":"s","sub":"42","use":"access"})",
          R"({"exp":"1767312900","iat":1767312000,"sid":"s","sub":"42","use":"access"})",
          R"({"exp":1767312900.5,"iat":1767312000,"sid":"s","sub":"42","use":"access"})",
          R"({"exp":null,"iat":1767312000,"sid":"s","sub":"42","use":"access"})",
          R"({"exp":99999999999999999999,"iat":1767312000,"sid":"s","sub":"42","use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"nbf":1767312001,"sid":"s","sub":"42","use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"nbf":"1","sid":"s","sub":"42","use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"sid":"s","sub":"42"})",
          R"({"exp":1767312900,"iat":1767312000,"sid":"s","sub":"42","use":"refresh"})",
          R"({"exp":1767312900,"iat":1767312000,"sid":"s","sub":"0","use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"sid":"s","sub":"-1","use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"sid":"s","sub":"42x","use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"sid":"s","sub":"","use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"sid":"s","sub":42,"use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"sub":"42","use":"access"})",
          R"({"exp":1767312900,"iat":1767312000,"sid":"s","sub":"42","use":"access"}})",
          R"(["exp"])",
          "",
          "42",
          "\xff"}) {
        EXPECT_EQ(refusal(token_of(payload)), "token.invalid") << payload;
    }
    EXPECT_EQ(refusal(token_of(R"({"exp":1767312000,"iat":1,"sid":"s","sub":"42","use":"access"})")), "token.expired");
    EXPECT_EQ(refusal(token_of(R"({"exp":-5,"iat":1,"sid":"s","sub":"42","use":"access"})")), "token.expired");
}

TEST(Jwt, RefusesWeakKeys) {
    EXPECT_THROW(JwtKey(""), Error);
    EXPECT_THROW(JwtKey(std::string(31, 'k')), Error);
    EXPECT_NO_THROW(JwtKey(std::string(32, 'k')));
    EXPECT_THROW(JwtKey("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----\n"),
                 Error);
}

TEST(Jwt, RandomTextIsRefusedAndHarmsNothing) {
    FakeEnv env({0}, 2026);
    const auto token = JwtKey(secret).sign(usual);
    for (int i = 0; i < 3000; ++i) {
        auto altered = token;
        std::array<unsigned char, 8> dice{};
        env.random(dice);
        for (int k = 0; k <= dice[0] % 3; ++k) {
            altered[(dice[1 + k] * 256u + dice[4 + k]) % altered.size()] = static_cast<char>(dice[5 + k % 3]);
        }
        EXPECT_EQ(refusal(altered), altered == token ? "" : "token.invalid");
    }
}

TEST(Jwt, TokensOfOtherPeoplesCode) {
    std::ifstream file(YL_BASE_TEST_DATA "/jwt-hs256.json");
    std::stringstream text;
    text << file.rdbuf();
    const auto vectors = boost::json::parse(text.str()).as_object();
    ASSERT_GE(vectors.at("cases").as_array().size(), 13u);
    for (const auto& entry : vectors.at("cases").as_array()) {
        const auto& row = entry.as_object();
        SCOPED_TRACE(std::string(row.at("name").as_string()));
        const auto* const own_key = row.if_contains("secret_base64url");
        const JwtKey key(own_key ? base64url_decode(own_key->as_string()).value()
                                 : std::string(vectors.at("secret").as_string()));
        const std::string token(row.at("token").as_string());
        const auto at_s = row.at("now_unix").as_int64();
        if (row.at("expect").as_string() == "accept") {
            EXPECT_EQ(boost::json::parse(key.verify_any(token, at_s)), row.at("expected_claims"));
        } else {
            EXPECT_THROW(key.verify_any(token, at_s), Error);
        }
        EXPECT_THROW(key.verify(token, "access", at_s), Error);  // none of them was made for us
    }
}

}  // namespace
}  // namespace yuanliu
