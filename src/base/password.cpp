#include "base/password.hpp"

#include <argon2.h>

#include <algorithm>
#include <array>

#include "base/common_passwords.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace yuanliu {
namespace {

constexpr std::uint32_t memory_kib = 19'456;
constexpr std::uint32_t passes = 2;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_size = 16;
constexpr std::size_t hash_size = 32;
constexpr std::size_t bytes_max = 1024;  // more than 128 code points can take; bounds the work of a hostile log-in
constexpr std::size_t length_min = 8;
constexpr std::size_t length_max = 128;

constexpr std::string_view todays_form = "$argon2id$v=19$m=19456,t=2,p=1$";
static_assert(memory_kib == 19'456 && passes == 2 && lanes == 1 && ARGON2_VERSION_NUMBER == 19,
              "keep todays_form in step");

std::string encode(std::string_view password, std::array<unsigned char, salt_size> salt) {
    std::string stored(argon2_encodedlen(passes, memory_kib, lanes, salt_size, hash_size, Argon2_id), '\0');
    const int code = argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(), salt.data(),
                                           salt.size(), hash_size, stored.data(), stored.size());
    if (code != ARGON2_OK) throw internal(std::string("argon2: ") + argon2_error_message(code));
    stored.resize(stored.find('\0'));
    return stored;
}

}  // namespace

std::string hash_password(std::string_view password, Env& env) {
    if (password.size() > bytes_max) throw internal("a password of more than 1024 bytes passed its check");
    std::array<unsigned char, salt_size> salt{};
    env.random(salt);
    return encode(password, salt);
}

bool verify_password(std::string_view stored, std::string_view password) {
    if (password.size() > bytes_max || !stored.starts_with("$argon2id$")) return false;
    const int code = argon2id_verify(std::string(stored).c_str(), password.data(), password.size());
    if (code == ARGON2_MEMORY_ALLOCATION_ERROR) throw internal("argon2: no memory");
    return code == ARGON2_OK;
}

void verify_nobody(std::string_view password) {
    if (password.size() <= bytes_max) encode(password, {});
}

bool needs_rehash(std::string_view stored) { return !stored.starts_with(todays_form); }

std::optional<std::string_view> password_problem(std::string_view password, std::string_view username) {
    if (!is_utf8(password) || has_control(password)) return "password.not_text";
    const std::size_t length = count_code_points(password);
    if (length < length_min) return "password.too_short";
    if (length > length_max) return "password.too_long";
    const std::string lower = lower_ascii(password);
    if (lower == lower_ascii(username)) return "password.is_username";
    const bool one_character = lower.find_first_not_of(lower.front()) == std::string::npos;
    if (one_character || is_common_password(lower)) return "password.common";
    return std::nullopt;
}

}  // namespace yuanliu
