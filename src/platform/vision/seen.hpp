// What was seen in a photo, with all doubts.
#pragma once

#include <string>
#include <vector>

#include "platform/describe/record.hpp"

namespace yuanliu::vision {

enum class SymbolKind { qr, barcode };
YL_ENUM(SymbolKind, qr, barcode)

// A code that machines read.
struct Symbol {
    SymbolKind kind = SymbolKind::qr;
    std::string text;  // UTF-8 without control characters, at most symbol_bytes_max
    bool operator==(const Symbol&) const = default;
};
YL_RECORD(Symbol, "vision.symbol", kind, text)

inline constexpr int symbols_max = 20;  // of one photo
inline constexpr std::size_t symbol_bytes_max = 300;

// One printed letter: what it may be, likeliest first, and how likely each is. Shares add up to about one.
struct Glyph {
    std::string letters;  // ASCII
    std::vector<double> shares;
    bool after_space = false;
};
YL_RECORD(Glyph, "vision.glyph", letters, shares, after_space)

// A line of print.
struct Reading {
    std::vector<Glyph> glyphs;
};
YL_RECORD(Reading, "vision.reading", glyphs)

}  // namespace yuanliu::vision
