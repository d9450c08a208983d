// QR codes: text to modules, modules to PNG, SVG or outlines. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace yuanliu::print {

// How much of a damaged symbol can still be read: about 7, 15, 25 and 30 percent.
enum class QrLevel : std::uint8_t { L, M, Q, H };

// ISO/IEC 18004 asks for four light modules on every side.
inline constexpr int qr_quiet_modules = 4;

// One symbol without its quiet zone.
struct QrMatrix {
    int size = 0;                     // modules on a side
    std::vector<std::uint8_t> cells;  // row by row, 1 is dark

    // False outside the symbol, so that callers may look at neighbours without asking where the edge is.
    bool dark(int x, int y) const {
        return x >= 0 && y >= 0 && x < size && y < size && cells[static_cast<std::size_t>(y * size + x)] != 0;
    }
};

// The smallest symbol that holds `text`. Runs of digits and of 0-9 A-Z space $%*+-./: take their compact modes, so an
// upper-case address or code gives a coarser, easier symbol. Throws invalid: empty, holding a zero byte, or too long
// (at level M about 2,300 bytes).
QrMatrix encode_qr(std::string_view text, QrLevel level = QrLevel::M);

// A corner of an outline, in modules from the top left of the symbol.
struct QrPoint {
    std::int16_t x = 0;
    std::int16_t y = 0;
    bool operator==(const QrPoint&) const = default;
};

// The borders of all dark areas as closed rings of alternating horizontal and vertical edges, first edge horizontal.
// Filled by the non-zero rule they are the symbol, with no seam between neighbouring modules.
std::vector<std::vector<QrPoint>> outline_qr(const QrMatrix&);

// A one-bit greyscale PNG with the quiet zone, `scale` pixels a module. Throws invalid: scale not in 1..64.
std::string qr_png(const QrMatrix&, int scale = 8);

// An SVG of one path on white with the quiet zone; its natural size is `scale` pixels a module. Throws as qr_png.
std::string qr_svg(const QrMatrix&, int scale = 8);

}  // namespace yuanliu::print
