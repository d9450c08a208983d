// Passwords: argon2id, and what may become one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/env.hpp"

namespace yuanliu {

// All three hashing functions take about 30 ms and 19 MiB on purpose (argon2id, m=19456 KiB, t=2, p=1: OWASP's
// minimum): call them from the bounded pool, never on an I/O thread. Thread-safe.

// A PHC string `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` with a fresh salt. Throws internal when memory is short.
std::string hash_password(std::string_view password, Env& env = Env::real());

// False for another password, one over 1024 bytes, and a stored text that is not an argon2id hash (so "!" locks an
// account). Throws internal when memory is short.
bool verify_password(std::string_view stored, std::string_view password);

// As slow as a verify_password that fails. For unknown user names, so that the time does not tell who has an account.
void verify_nobody(std::string_view password);

// True when `stored` was made with other parameters than today's: hash the password again at the next log-in.
bool needs_rehash(std::string_view stored);

// The code of what is wrong with a new password, in the order of checks, or nothing:
//   password.not_text (not UTF-8, or control characters), password.too_short (under 8 characters), password.too_long
//   (over 128), password.is_username, password.common (one of the 270 or so that are tried first, or one character
//   repeated).
// No composition rules: they make passwords worse (NIST SP 800-63B, ASVS 6.2.5).
std::optional<std::string_view> password_problem(std::string_view password, std::string_view username);

}  // namespace yuanliu
