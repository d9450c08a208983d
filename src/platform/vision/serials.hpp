// From letters as read to the code that was printed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/unit_code.hpp"
#include "platform/vision/seen.hpp"

namespace yuanliu::vision {

// Guesses that one photo may have tested. Whoever sends photos has them tested here, so they are bounded: making one
// code that passes takes more than a million photos, and then it is still nobody's.
inline constexpr int guesses_max = 20'000;

// The unit code that this line shows, in its stored form: of what its letters may be, likeliest first, what the check
// symbol and the MAC confirm. A letter that was lost, doubled or made into another by a scratch is allowed for, and
// others before or behind the code. Takes from `guesses` what it uses, at most a fifth of guesses_max.
std::optional<std::string> unit_code_in(const Reading& reading, const CodeMint& mint, int& guesses);

// What in this line may be a serial of another maker, likeliest first: its words of at least serial_size_min letters
// that have a digit, all of it without its spaces, and the same where 0 may be O, 1 may be I, 5 may be S, 8 may be B,
// small letters capitals, and the like. At most `most`.
std::vector<std::string> serials_in(const Reading& reading, std::size_t most);
inline constexpr std::size_t serial_size_min = 4, serial_size_max = 64;

}  // namespace yuanliu::vision
