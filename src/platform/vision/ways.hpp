// The ways to look at a photo's print, the cheapest and likeliest first. Our own codes are read best when nothing else
// is expected; those of other makers need the second and the last.
#pragma once

#include <array>

#include "platform/vision/lines.hpp"
#include "platform/vision/ocr.hpp"

namespace yuanliu::vision {

struct Way {
    Look look;
    Engine::Alphabet alphabet;
    int letter_px;
    bool longer;  // as if a row had all the letters of a code of ours: a scratch may have cut it in two
};
inline constexpr std::array ways{
    Way{Look::plain, Engine::Alphabet::ours, 38, false},   Way{Look::plain, Engine::Alphabet::any, 34, false},
    Way{Look::plain, Engine::Alphabet::ours, 32, true},    Way{Look::plain, Engine::Alphabet::ours, 27, false},
    Way{Look::soft, Engine::Alphabet::ours, 38, false},    Way{Look::soft, Engine::Alphabet::ours, 46, true},
    Way{Look::inverted, Engine::Alphabet::any, 38, false},
};
inline constexpr int code_letters = 16;

}  // namespace yuanliu::vision
