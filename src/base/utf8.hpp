// Steps through UTF-8. For the .cpp files of base; others find what they need in text.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace yuanliu {

// One decoded character: its code point and how many bytes it took; size 0 says the bytes are not well-formed.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t size = 0;
};

// Decodes the character at the start of `text`, which must not be empty.
inline CodePoint first_code_point(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
    std::uint32_t value = lead & (0xffu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        value = value << 6 | (byte(i) & 0x3fu);
    }
    constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
    return {value, size};
}

// True for a byte that starts a character in valid UTF-8.
inline bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

}  // namespace yuanliu
