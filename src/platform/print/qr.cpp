#include "platform/print/qr.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>

#include "base/error.hpp"

namespace yuanliu::print {

static QRecLevel native_level(QrLevel level) {
    switch (level) {
        case QrLevel::L: return QR_ECLEVEL_L;
        case QrLevel::Q: return QR_ECLEVEL_Q;
        case QrLevel::H: return QR_ECLEVEL_H;
        case QrLevel::M: break;
    }
    return QR_ECLEVEL_M;
}

QrMatrix encode_qr(std::string_view text, QrLevel level) {
    if (text.empty()) throw invalid_field("text", "field.required");
    if (text.find('\0') != std::string_view::npos) throw invalid_field("text", "print.qr_zero_byte");
    // The library splits the text into numeric, alphanumeric and byte runs by itself; QR_MODE_8 only rules out Kanji,
    // which would read UTF-8 as Shift-JIS.
    const std::string terminated(text);
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString(terminated.c_str(), 0, native_level(level), QR_MODE_8, 1), &QRcode_free);
    if (!code) {
        if (errno == ERANGE) throw invalid_field("text", "print.qr_too_long");
        throw internal("libqrencode failed, errno " + std::to_string(errno));
    }
    QrMatrix matrix{code->width, {}};
    const std::size_t count = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
    matrix.cells.resize(count);
    for (std::size_t i = 0; i < count; ++i) matrix.cells[i] = code->data[i] & 1;  // the other bits are its workings
    return matrix;
}

namespace {

enum class Heading : std::uint8_t { right, down, left, up };

Heading turned(Heading heading, int quarters) {
    return static_cast<Heading>((static_cast<int>(heading) + quarters + 4) % 4);
}

// Whether a border runs from `p` in the given direction with the dark module on its right hand.
bool border(const QrMatrix& m, QrPoint p, Heading heading) {
    switch (heading) {
        case Heading::right: return m.dark(p.x, p.y) && !m.dark(p.x, p.y - 1);
        case Heading::down: return m.dark(p.x - 1, p.y) && !m.dark(p.x, p.y);
        case Heading::left: return m.dark(p.x - 1, p.y - 1) && !m.dark(p.x - 1, p.y);
        case Heading::up: return m.dark(p.x, p.y - 1) && !m.dark(p.x - 1, p.y - 1);
    }
    return false;
}

QrPoint step(QrPoint p, Heading heading) {
    switch (heading) {
        case Heading::right: ++p.x; break;
        case Heading::down: ++p.y; break;
        case Heading::left: --p.x; break;
        case Heading::up: --p.y; break;
    }
    return p;
}

}  // namespace

std::vector<std::vector<QrPoint>> outline_qr(const QrMatrix& matrix) {
    std::vector<std::vector<QrPoint>> rings;
    // Every ring, around an area or around a hole, has at least one edge that runs to the right: the top of a module.
    std::vector<std::uint8_t> seen(matrix.cells.size(), 0);
    const auto at = [&](QrPoint p) { return static_cast<std::size_t>(p.y * matrix.size + p.x); };
    for (std::int16_t y = 0; y < matrix.size; ++y) {
        for (std::int16_t x = 0; x < matrix.size; ++x) {
            // The first edge met from the left begins at a corner, so the walk below closes exactly there.
            const QrPoint start{x, y};
            if (!border(matrix, start, Heading::right) || seen[at(start)] != 0) continue;
            std::vector<QrPoint> ring;
            QrPoint p = start;
            Heading heading = Heading::right;
            do {
                ring.push_back(p);
                do {
                    if (heading == Heading::right) seen[at(p)] = 1;
                    p = step(p, heading);
                    // Where two dark modules touch at a corner only, the sharp right turn keeps them apart.
                    if (border(matrix, p, turned(heading, 1))) break;
                } while (border(matrix, p, heading));
                heading = border(matrix, p, turned(heading, 1)) ? turned(heading, 1) : turned(heading, -1);
            } while (!(p == start && heading == Heading::right));
            rings.push_back(std::move(ring));
        }
    }
    return rings;
}

}  // namespace yuanliu::print
