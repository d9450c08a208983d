#include "platform/vision/pix.hpp"

#include <leptonica/allheaders.h>

#include <algorithm>

#include "base/error.hpp"

namespace yuanliu::vision {

void PixFree::operator()(Pix* pix) const { pixDestroy(&pix); }

// Leptonica keeps rows in words of four bytes, the first byte in the highest place of its word.
PixPtr pix_of(const Picture& picture) {
    PixPtr pix(pixCreateNoInit(picture.width, picture.height, 8));
    if (!pix) throw busy("no memory for a picture");
    const int words = pixGetWpl(pix.get());
    l_uint32* row = pixGetData(pix.get());
    const std::uint8_t* from = picture.light.data();
    for (int y = 0; y < picture.height; ++y, row += words, from += picture.width)
        for (int x = 0; x < picture.width; ++x) SET_DATA_BYTE(row, x, from[x]);
    return pix;
}

void take_light(Pix* pix, Picture& into) {
    into.width = pixGetWidth(pix);
    into.height = pixGetHeight(pix);
    into.light.resize(std::size_t(into.width) * std::size_t(into.height));
    const int words = pixGetWpl(pix);
    const l_uint32* row = pixGetData(pix);
    std::uint8_t* to = into.light.data();
    for (int y = 0; y < into.height; ++y, row += words, to += into.width)
        for (int x = 0; x < into.width; ++x) to[x] = GET_DATA_BYTE(row, x);
}

}  // namespace yuanliu::vision
