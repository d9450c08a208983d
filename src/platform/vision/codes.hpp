// QR and bar codes in a picture (ZXing-C++); for the helper only, because ZXing's assertions end the process.
#pragma once

#include <functional>
#include <vector>

#include "platform/vision/picture.hpp"
#include "platform/vision/seen.hpp"

namespace yuanliu::vision {

// Every different code, dark on light or light on dark, at any angle. Takes some 30 ms for a picture of side_max, a few
// times that when it has none. `late` is asked between the looks and ends them.
std::vector<Symbol> read_squares(const Picture& picture, const std::function<bool()>& late);
std::vector<Symbol> read_bars(const Picture& picture, const std::function<bool()>& late);

}  // namespace yuanliu::vision
