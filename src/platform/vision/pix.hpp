// Leptonica's pictures, held and handed over; for the .cpp files of this folder.
#pragma once

#include <memory>

#include "platform/vision/picture.hpp"

struct Pix;

namespace yuanliu::vision {

struct PixFree {
    void operator()(Pix* pix) const;
};
using PixPtr = std::unique_ptr<Pix, PixFree>;

// Both of eight bits a pixel. Throw busy when there is no memory.
PixPtr pix_of(const Picture& picture);
void take_light(Pix* pix, Picture& into);

}  // namespace yuanliu::vision
