// Leptonica unpacks: it comes with Tesseract, reads the three formats through their own libraries, and takes from a
// JPEG only its light, at a half, a quarter or an eighth of its size, which spares large photos most of their work.
#include <leptonica/allheaders.h>

#include <algorithm>

#include "base/error.hpp"
#include "platform/vision/picture.hpp"
#include "platform/vision/pix.hpp"

namespace yuanliu::vision {
namespace {

// Leptonica talks to the standard error when a file is broken; strangers must not write our log.
void be_quiet() {
    static const auto once = setMsgSeverity(L_SEVERITY_NONE);
    static_cast<void>(once);
}

PixPtr unpack_jpeg(std::string_view bytes, const Header& header, bool& damaged) {
    int reduction = 1;
    while (reduction < 8 && std::max(header.width, header.height) / (reduction * 2) >= side_max) reduction *= 2;
    l_int32 warnings = 0;
    PixPtr pix(pixReadMemJpeg(reinterpret_cast<const l_uint8*>(bytes.data()), bytes.size(), 0, reduction, &warnings,
                              L_JPEG_READ_LUMINANCE | L_JPEG_CONTINUE_WITH_BAD_DATA));
    damaged = warnings > 0;
    return pix;
}

PixPtr unpack(std::string_view bytes, const Header& header, bool& damaged) {
    const auto* data = reinterpret_cast<const l_uint8*>(bytes.data());
    switch (header.format) {
        case Format::jpeg: return unpack_jpeg(bytes, header, damaged);
        case Format::png: return PixPtr(pixReadMemPng(data, bytes.size()));
        case Format::webp: return PixPtr(pixReadMemWebP(data, bytes.size()));
    }
    return nullptr;
}

// What stands where a picture is see-through is nobody's business: paper.
PixPtr grey_of(PixPtr pix) {
    if (pixGetSpp(pix.get()) == 4) pix.reset(pixAlphaBlendUniform(pix.get(), 0xffffff00));
    return PixPtr(pix ? pixConvertTo8(pix.get(), FALSE) : nullptr);
}

PixPtr fitted(PixPtr pix) {
    const int side = std::max(pixGetWidth(pix.get()), pixGetHeight(pix.get()));
    if (side <= side_max) return pix;
    const float scale = float(side_max) / float(side);
    return PixPtr(pixScaleAreaMap(pix.get(), scale, scale));
}

PixPtr turned(PixPtr pix, int orientation) {
    const bool mirrored = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
    if (mirrored) pix.reset(pixFlipLR(nullptr, pix.get()));
    int quarters = 0;  // clockwise, after mirroring
    switch (orientation) {
        case 3:
        case 4: quarters = 2; break;
        case 6:
        case 7: quarters = 1; break;
        case 5:
        case 8: quarters = 3; break;
        default: break;
    }
    if (!pix || quarters == 0) return pix;
    return PixPtr(pixRotateOrth(pix.get(), quarters));
}

}  // namespace

Picture load(std::string_view bytes) {
    const Header header = read_header(bytes);
    be_quiet();
    Picture out;
    PixPtr pix = unpack(bytes, header, out.damaged);
    if (pix) pix = grey_of(std::move(pix));
    if (pix) pix = fitted(std::move(pix));
    if (pix) pix = turned(std::move(pix), header.orientation);
    if (!pix) throw invalid("vision.unreadable");
    take_light(pix.get(), out);
    return out;
}

}  // namespace yuanliu::vision
