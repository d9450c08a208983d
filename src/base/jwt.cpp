#include "base/jwt.hpp"

#include <jwt.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace yuanliu {
namespace {

using Jwt = std::unique_ptr<jwt_t, decltype(&jwt_free)>;
using CText = std::unique_ptr<char, decltype(&std::free)>;

constexpr std::string_view usual_header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";  // {"alg":"HS256","typ":"JWT"}

Error refused(const char* why) { return unauthenticated("token.invalid").log(std::string("token: ") + why); }

struct Parts {
    std::string_view header, payload, signature, signed_text;
};

// The three parts of a token that was signed with this key. Throws unauthenticated for any other text.
Parts authentic_parts(std::string_view token, const HmacKey& key) {
    if (token.size() > jwt_size_max) throw refused("too long");
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == last) throw refused("not three parts");
    const Parts parts{token.substr(0, first), token.substr(first + 1, last - first - 1), token.substr(last + 1),
                      token.substr(0, last)};
    if (parts.payload.find('.') != std::string_view::npos) throw refused("not three parts");
    const Bytes32 mac = key.sign(parts.signed_text);
    if (!constant_time_equal(base64url_encode(view(mac)), parts.signature)) throw refused("signature");
    return parts;
}

// Reads exactly what JwtKey::sign writes: the keys in libjwt's (alphabetical) order, no space, no escape.
class UsualPayload {
 public:
    explicit UsualPayload(std::string_view json) : rest_(json) {}

    std::optional<Claims> read() {
        Claims claims;
        const bool usual = skip(R"({"exp":)") && number(claims.expires_s) && skip(R"(,"iat":)") &&
                           number(claims.issued_s) && skip(R"(,"sid":")") && text(claims.session) &&
                           skip(R"(,"sub":")") && number(claims.user) && skip(R"(","use":")") && text(claims.kind) &&
                           skip("}") && rest_.empty();
        return usual ? std::optional(std::move(claims)) : std::nullopt;
    }

 private:
    bool skip(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    bool number(std::int64_t& out) {
        if (rest_.starts_with('-')) return false;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
        const auto size = static_cast<std::size_t>(end - rest_.data());
        if (error != std::errc{} || (size > 1 && rest_.front() == '0')) return false;
        rest_.remove_prefix(size);
        return true;
    }
    bool text(std::string& out) {
        const auto end = rest_.find('"');
        if (end == std::string_view::npos) return false;
        const auto inner = rest_.substr(0, end);
        for (const char c : inner) {
            if (c == '\\' || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f)
                return false;
        }
        out = inner;
        rest_.remove_prefix(end + 1);
        return true;
    }

    std::string_view rest_;
};

// libjwt's reading of an authentic token.
Jwt decode(std::string_view token, const Parts& parts, const std::string& key) {
    for (const auto part : {parts.header, parts.payload}) {
        const auto json = base64url_decode(part);
        if (!json || !is_utf8(*json) || json->find('\0') != std::string::npos) throw refused("encoding");
    }
    jwt_t* raw = nullptr;
    const int failed = jwt_decode(&raw, std::string(token).c_str(), reinterpret_cast<const unsigned char*>(key.data()),
                                  static_cast<int>(key.size()));
    Jwt jwt(raw, &jwt_free);
    if (failed != 0) throw refused("not readable");
    if (jwt_get_alg(jwt.get()) != JWT_ALG_HS256) throw refused("algorithm");
    if (CText(jwt_get_headers_json(jwt.get(), "crit"), &std::free)) throw refused("critical header");
    if (const CText typ{jwt_get_headers_json(jwt.get(), "typ"), &std::free}) {
        const char* const name = jwt_get_header(jwt.get(), "typ");
        if (name == nullptr || lower_ascii(name) != "jwt") throw refused("typ");
    }
    return jwt;
}

// nullopt when the claim is not there. Throws for one that is not an integer; libjwt's own getter would call that 0.
std::optional<std::int64_t> whole_number(jwt_t* jwt, const char* name) {
    const CText json(jwt_get_grants_json(jwt, name), &std::free);
    if (!json) return std::nullopt;
    const std::string_view text = json.get();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) throw refused("a time is not a whole number");
    return value;
}

std::string text_claim(jwt_t* jwt, const char* name) {
    const char* const value = jwt_get_grant(jwt, name);
    if (value == nullptr) throw refused("a claim is missing");
    return value;
}

void check_expiry(std::int64_t expires_s, std::int64_t now_s) {
    if (now_s >= expires_s) throw unauthenticated("token.expired");
}

void check_times(jwt_t* jwt, std::int64_t now_s) {
    const auto not_before_s = whole_number(jwt, "nbf");
    const auto expires_s = whole_number(jwt, "exp");
    if (not_before_s && now_s < *not_before_s) throw refused("not yet valid");
    if (expires_s) check_expiry(*expires_s, now_s);
}

Claims slow_claims(jwt_t* jwt) {
    Claims claims;
    const auto expires_s = whole_number(jwt, "exp");
    if (!expires_s) throw refused("no expiry");
    claims.expires_s = *expires_s;
    claims.issued_s = whole_number(jwt, "iat").value_or(0);
    claims.session = text_claim(jwt, "sid");
    claims.kind = text_claim(jwt, "use");
    const std::string user = text_claim(jwt, "sub");
    const auto [end, error] = std::from_chars(user.data(), user.data() + user.size(), claims.user);
    if (error != std::errc{} || end != user.data() + user.size()) throw refused("subject");
    return claims;
}

std::string checked_key(std::string_view key) {
    if (key.size() < jwt_key_size_min) throw internal("a token key needs at least 32 bytes");
    if (key.find("-----BEGIN ") != std::string_view::npos)
        throw internal("a token key must be a secret, not a PEM file");
    return std::string(key);
}

}  // namespace

JwtKey::JwtKey(std::string_view key) : key_(checked_key(key)), mac_(key_) {}

JwtKey::~JwtKey() { wipe(key_.data(), key_.size()); }

std::string JwtKey::sign(const Claims& claims) const {
    jwt_t* raw = nullptr;
    if (jwt_new(&raw) != 0) throw internal("libjwt: no memory");
    const Jwt jwt(raw, &jwt_free);
    const bool made =
        jwt_add_grant(raw, "sub", std::to_string(claims.user).c_str()) == 0 &&
        jwt_add_grant(raw, "sid", claims.session.c_str()) == 0 && jwt_add_grant(raw, "use", claims.kind.c_str()) == 0 &&
        jwt_add_grant_int(raw, "iat", claims.issued_s) == 0 && jwt_add_grant_int(raw, "exp", claims.expires_s) == 0 &&
        jwt_set_alg(raw, JWT_ALG_HS256, reinterpret_cast<const unsigned char*>(key_.data()),
                    static_cast<int>(key_.size())) == 0;
    const CText token(made ? jwt_encode_str(raw) : nullptr, &std::free);
    if (!token) throw internal("libjwt: a token could not be made");
    return token.get();
}

Claims JwtKey::verify(std::string_view token, std::string_view kind, std::int64_t now_s) const {
    const Parts parts = authentic_parts(token, mac_);
    std::optional<Claims> claims;
    if (parts.header == usual_header) {
        const auto json = base64url_decode(parts.payload);
        if (json) claims = UsualPayload(*json).read();
    }
    if (claims) {
        check_expiry(claims->expires_s, now_s);
    } else {
        const Jwt jwt = decode(token, parts, key_);
        check_times(jwt.get(), now_s);
        claims = slow_claims(jwt.get());
    }
    if (claims->kind != kind) throw refused("made for another purpose");
    if (claims->user <= 0) throw refused("subject");
    return std::move(*claims);
}

std::string JwtKey::verify_any(std::string_view token, std::int64_t now_s) const {
    const Parts parts = authentic_parts(token, mac_);
    const Jwt jwt = decode(token, parts, key_);
    check_times(jwt.get(), now_s);
    const CText json(jwt_get_grants_json(jwt.get(), nullptr), &std::free);
    if (!json) throw refused("not readable");
    return json.get();
}

}  // namespace yuanliu
