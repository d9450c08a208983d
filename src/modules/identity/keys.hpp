// Random texts that stand for somebody: API keys and refresh tokens. Both hold at least 128 random bits, so that a
// plain digest of them is safe to store and quick to look up.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/env.hpp"

namespace yuanliu::identity {

// `bytes` random bytes.
std::string random_bytes(Env& env, std::size_t bytes);

// `yl_`, 8 characters to recognise it by, `_`, 32 secret characters.
struct NewKey {
    std::string prefix, key;
};
NewKey new_key(Env& env);
bool has_key_form(std::string_view key);
std::string key_hash_of(std::string_view key);

// 16 bytes that name the family and stay, 16 that are new with each refresh, as 43 characters of base64url.
struct RefreshToken {
    std::string family, secret;
    std::string text() const;
    std::string family_hash() const;
    std::string hash() const;  // of the whole
};
RefreshToken new_refresh_token(Env& env);
// The token that follows `old` in its family.
RefreshToken next_refresh_token(Env& env, const RefreshToken& old);
// Nothing for a text that cannot be one of ours.
std::optional<RefreshToken> read_refresh_token(std::string_view text);

}  // namespace yuanliu::identity
