// Code 128: the one-dimensional code that every warehouse scanner reads.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace yuanliu::print {

// The standard asks for ten light modules before and after the bars.
inline constexpr int code128_quiet_modules = 10;

// The modules from the first bar to the last, 1 is dark, without quiet zones. Thread-safe. Throws invalid: empty,
// longer than 80 characters, or holding something that is not printable ASCII.
std::vector<std::uint8_t> encode_code128(std::string_view text);

}  // namespace yuanliu::print
