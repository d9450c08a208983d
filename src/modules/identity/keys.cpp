#include "modules/identity/keys.hpp"

#include "base/base64.hpp"
#include "base/crypto.hpp"

namespace yuanliu::identity {
namespace {

constexpr std::string_view key_start = "yl_";
constexpr std::size_t prefix_bytes = 6, key_bytes = 24;  // 8 and 32 characters
constexpr std::size_t key_size = key_start.size() + 8 + 1 + 32;
constexpr std::size_t half_bytes = 16;  // of a refresh token

std::string digest(std::string_view text) { return base64url_encode(view(sha256(text))); }

}  // namespace

std::string random_bytes(Env& env, std::size_t bytes) {
    std::string out(bytes, '\0');
    env.random({reinterpret_cast<unsigned char*>(out.data()), out.size()});
    return out;
}

NewKey new_key(Env& env) {
    NewKey made;
    made.prefix = std::string(key_start) + base64url_encode(random_bytes(env, prefix_bytes));
    made.key = made.prefix + "_" + base64url_encode(random_bytes(env, key_bytes));
    return made;
}
bool has_key_form(std::string_view key) { return key.size() == key_size && key.starts_with(key_start); }
std::string key_hash_of(std::string_view key) { return digest(key); }

std::string RefreshToken::text() const { return base64url_encode(family + secret); }
std::string RefreshToken::family_hash() const { return digest(family); }
std::string RefreshToken::hash() const { return digest(family + secret); }

RefreshToken new_refresh_token(Env& env) { return {random_bytes(env, half_bytes), random_bytes(env, half_bytes)}; }
RefreshToken next_refresh_token(Env& env, const RefreshToken& old) {
    return {old.family, random_bytes(env, half_bytes)};
}

std::optional<RefreshToken> read_refresh_token(std::string_view text) {
    auto bytes = base64url_decode(text);
    if (!bytes || bytes->size() != 2 * half_bytes) return {};
    return RefreshToken{bytes->substr(0, half_bytes), bytes->substr(half_bytes)};
}

}  // namespace yuanliu::identity
