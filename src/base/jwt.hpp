// Access tokens: JSON Web Tokens signed with HMAC-SHA256 and with nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto.hpp"

namespace yuanliu {

// What a token says. In the token: sub, sid, use, iat, exp; times are UTC seconds since 1970.
struct Claims {
    std::int64_t user = 0;
    std::string session;  // lets a logout end the token before it expires
    std::string kind;     // what the token is for ("access"): one made for something else is refused
    std::int64_t issued_s = 0;
    std::int64_t expires_s = 0;
    bool operator==(const Claims&) const = default;
};

inline constexpr std::size_t jwt_key_size_min = 32;  // RFC 7518 3.2: as long as the digest
inline constexpr std::size_t jwt_size_max = 4096;

// One signing key. Immutable and thread-safe.
//
// The signature is checked first, over the bytes as they came, in constant time: no unsigned JSON is ever parsed, so
// there is nothing for `alg` confusion to confuse. libjwt then reads the token, except when it has exactly the shape
// this class writes, which a few lines read much faster (0.5 us instead of 7.5); the tests hold both to the same
// answers.
class JwtKey {
 public:
    // Throws internal for a key under 32 bytes, or one that is a PEM file: a public key is not a secret.
    explicit JwtKey(std::string_view key);
    ~JwtKey();
    JwtKey(const JwtKey&) = delete;
    JwtKey& operator=(const JwtKey&) = delete;

    // Throws internal when libjwt cannot make the token.
    std::string sign(const Claims& claims) const;

    // Throws unauthenticated: `token.expired` for a genuine token whose time is over (now_s >= exp, no leeway), and
    // `token.invalid` for everything else: another key, algorithm or kind, `none`, a missing or non-integer exp, nbf to
    // come, a critical header, text around the token, more than 4096 bytes, no positive user.
    Claims verify(std::string_view token, std::string_view kind, std::int64_t now_s) const;

    // The claims of any HS256 token as JSON, with the same checks of form, signature, exp (if `exp` is there) and nbf.
    // Throws as verify does.
    std::string verify_any(std::string_view token, std::int64_t now_s) const;

 private:
    std::string key_;
    HmacKey mac_;
};

}  // namespace yuanliu
