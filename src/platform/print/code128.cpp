#include "platform/print/code128.hpp"

#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>

#include <algorithm>

#include "base/error.hpp"

namespace yuanliu::print {

std::vector<std::uint8_t> encode_code128(std::string_view text) {
    if (text.empty()) throw invalid_field("text", "field.required");
    if (text.size() > 80) throw invalid_field("text", "field.too_long", {{"max", "80"}});
    if (!std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; }))
        throw invalid_field("text", "print.bar_not_ascii");
    // A height of one row and a width of zero ask for one pixel a module.
    const ZXing::BitMatrix bits =
        ZXing::MultiFormatWriter(ZXing::BarcodeFormat::Code128).setMargin(0).encode(std::string(text), 0, 1);
    std::vector<std::uint8_t> modules;
    modules.reserve(static_cast<std::size_t>(bits.width()));
    for (int x = 0; x < bits.width(); ++x) modules.push_back(bits.get(x, 0) ? 1 : 0);
    return modules;
}

}  // namespace yuanliu::print
