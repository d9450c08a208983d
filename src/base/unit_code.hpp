// The codes printed in QR labels: short, unguessable, safe against typing, and provably ours without a look-up.
//
// 16 symbols of Crockford's base32 (0-9 A-Z without I, L, O, U):  RRRRRRRRR MMMMMM C
//   R  45 random bits
//   M  30 bits of HMAC-SHA256 over R: one guess in a thousand million passes, and only the server can test a guess
//   C  a weighted sum of the other 15 over GF(32) with distinct non-zero weights: every single wrong symbol and every
//   swap
//      of two different symbols, near or far, changes it
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/env.hpp"

namespace yuanliu {

inline constexpr std::size_t unit_code_size = 16;

// A code as people type it in its stored form: capitals, O read as 0, I and L as 1, hyphens and spaces dropped. A text
// that does not become 16 symbols with a right check symbol is returned unchanged: callers bring codes of their own,
// and those must not be altered.
std::string canonical_code(std::string_view text);

// `XXXX-XXXX-XXXX-XXXX` for print. A text that is not 16 symbols long is returned unchanged.
std::string grouped_code(std::string_view code);

// The code in whatever was scanned, in its stored form: https://…/q/CODE of any installation of ours, also in capitals,
// or a bare code; nothing for somebody else's address and for what cannot be a code.
std::optional<std::string> scanned_code(std::string_view text);
// Letters, digits and ._~- , which no address has to escape; for codes of our making and of callers' own.
inline constexpr std::size_t scanned_code_size_max = 64;

// Makes and judges codes. Immutable, thread-safe.
class CodeMint {
 public:
    // Every key makes its own nation of codes: with another key today's codes become forgeries.
    explicit CodeMint(std::string_view key);

    std::string mint(Env& env) const;
    // Appends `n` codes, all different from each other. Two batches share a code once in 2^45 pairs: the caller's
    // unique index has the last word. About 3 million a second.
    void mint(Env& env, std::size_t n, std::vector<std::string>& out) const;

    enum class Verdict : std::uint8_t {
        genuine,
        typo,     // 16 symbols, but the check symbol is wrong: mistyped, or somebody else's code
        forged,   // the check symbol is right and the MAC is not: nobody mistypes like that
        foreign,  // not our format
    };
    // Reads the code as canonical_code does.
    Verdict judge(std::string_view text) const;

 private:
    std::string code_of(std::uint64_t random) const;
    HmacKey key_;
};

}  // namespace yuanliu
