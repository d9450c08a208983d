#include "platform/vision/codes.hpp"

#include <leptonica/allheaders.h>

#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.hpp"
#include "platform/vision/pix.hpp"

namespace yuanliu::vision {
namespace {

using ZXing::BarcodeFormat;
using ZXing::Binarizer;

constexpr auto squares = BarcodeFormat::QRCode | BarcodeFormat::MicroQRCode;
// Left out: ITF, Codabar and UPC-E, which are so weak that they are seen in wood grain and brick walls.
constexpr auto bars = BarcodeFormat::Code128 | BarcodeFormat::Code39 | BarcodeFormat::Code93 | BarcodeFormat::EAN13 |
                      BarcodeFormat::EAN8 | BarcodeFormat::UPCA;
constexpr int bars_max = 12;  // found in one look, the same one in several rows counted in

ZXing::ImageView view_of(const Picture& picture) {
    return {picture.light.data(), picture.width, picture.height, ZXing::ImageFormat::Lum};
}

// As it may stand in an answer: no control characters, not without end.
std::string tidied(std::string text) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return is_utf8(text) ? std::string(clip(text, symbol_bytes_max)) : std::string();
}

void keep(SymbolKind kind, const ZXing::Result& result, std::vector<Symbol>& out) {
    Symbol symbol{kind, tidied(result.text())};
    const bool fresh = std::ranges::find(out, symbol) == out.end();
    if (!symbol.text.empty() && fresh && int(out.size()) < symbols_max) out.push_back(std::move(symbol));
}

Picture inverted(Picture picture) {
    for (auto& light : picture.light) light = std::uint8_t(255 - light);
    return picture;
}

Picture turned(const Picture& picture, double degrees) {
    const PixPtr pix = pix_of(picture);
    const PixPtr turned(pixRotate(pix.get(), l_float32(degrees * std::numbers::pi / 180), L_ROTATE_AREA_MAP,
                                  L_BRING_IN_WHITE, picture.width, picture.height));
    Picture out;
    if (turned) take_light(turned.get(), out);
    return out;
}

void look_for_squares(const Picture& picture, Binarizer binarizer, std::vector<Symbol>& out) {
    ZXing::DecodeHints hints;
    hints.setFormats(squares).setBinarizer(binarizer).setMaxNumberOfSymbols(symbols_max);
    hints.setTryHarder(true).setTryRotate(true).setTryDownscale(true);
    for (const auto& result : ZXing::ReadBarcodes(view_of(picture), hints)) keep(SymbolKind::qr, result, out);
}

// Paper over a code that was found, so that the next one is: a band along its bars, as wide as a third of their length.
void cover(Picture& picture, const ZXing::Position& place) {
    const double x0 = (place[0].x + place[3].x) / 2.0, y0 = (place[0].y + place[3].y) / 2.0;
    const double x1 = (place[1].x + place[2].x) / 2.0, y1 = (place[1].y + place[2].y) / 2.0;
    const double length = std::max(1.0, std::hypot(x1 - x0, y1 - y0)), half = std::max(8.0, length / 6);
    const double dx = (x1 - x0) / length, dy = (y1 - y0) / length, reach = length / 2 + half;
    const double mx = (x0 + x1) / 2, my = (y0 + y1) / 2;
    for (int y = std::max(0, int(my - reach)); y < std::min(picture.height, int(my + reach) + 1); ++y) {
        for (int x = std::max(0, int(mx - reach)); x < std::min(picture.width, int(mx + reach) + 1); ++x) {
            const double along = (x - mx) * dx + (y - my) * dy, across = (y - my) * dx - (x - mx) * dy;
            if (std::abs(along) < length / 2 + 4 && std::abs(across) < half)
                picture.light[std::size_t(y) * std::size_t(picture.width) + std::size_t(x)] = 255;
        }
    }
}

// One after the other: when ZXing 1.4 looks for several bar codes itself, two alike (the EAN of two cartons side by
// side) fail an assertion of its, which Debian has left in.
void look_for_bars(Picture picture, std::vector<Symbol>& out, const std::function<bool()>& late) {
    ZXing::DecodeHints hints;
    hints.setFormats(bars).setTryHarder(true).setTryRotate(true).setTryDownscale(true);
    for (int i = 0; i < bars_max && !late(); ++i) {
        const auto result = ZXing::ReadBarcode(view_of(picture), hints);
        if (!result.isValid()) break;
        keep(SymbolKind::barcode, result, out);
        cover(picture, result.position());
    }
}

}  // namespace

std::vector<Symbol> read_squares(const Picture& picture, const std::function<bool()>& late) {
    std::vector<Symbol> out;
    const auto go_on = [&] { return out.empty() && !late(); };
    look_for_squares(picture, Binarizer::LocalAverage, out);
    if (go_on()) look_for_squares(inverted(picture), Binarizer::LocalAverage, out);
    if (go_on()) look_for_squares(picture, Binarizer::GlobalHistogram, out);
    return out;
}

std::vector<Symbol> read_bars(const Picture& picture, const std::function<bool()>& late) {
    std::vector<Symbol> out;
    const auto go_on = [&] { return out.empty() && !late(); };
    look_for_bars(picture, out, late);
    // ZXing looks along rows and columns; bars that lie between are missed.
    for (const double degrees : {30.0, -30.0})
        if (go_on()) look_for_bars(turned(picture, degrees), out, late);
    if (go_on()) look_for_bars(inverted(picture), out, late);
    return out;
}

}  // namespace yuanliu::vision
