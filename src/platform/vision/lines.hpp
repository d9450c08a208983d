// Where a picture has lines of print, at whatever angle, and each of them cut out and laid straight.
#pragma once

#include <vector>

#include "platform/vision/picture.hpp"

namespace yuanliu::vision {

// A row of letters. Its direction is that of the row, one way or the other: nothing here knows which way letters stand.
struct Line {
    double x = 0, y = 0;  // its middle, in pixels of the picture
    double angle = 0;     // radians, clockwise from the horizontal
    double length = 0;    // from the middle of the first letter to that of the last
    double height = 0;    // of its letters
    int letters = 0;      // seen; some may touch, so this is about how many there are
};

inline constexpr int lines_max = 16;  // of one look

// How to look at the picture.
enum class Look : std::uint8_t {
    plain,     // dark letters on light ground
    soft,      // the same where they are faint and the picture is grainy
    inverted,  // light letters on dark ground
};
// Lines of at least four letters, those most like a serial first: long, and with nothing beside them, unlike the rows
// of a QR code.
std::vector<Line> find_lines(const Picture& picture, Look look = Look::plain);

struct Cut {
    int letter_px = 38;        // how high the letters become
    bool upside_down = false;  // turned round
    int more_letters = 0;      // longer by so many letters at either end: some may not have been seen
};
// The line laid straight, its letters dark on white.
Picture cut_out(const Picture& picture, const Line& line, const Cut& cut, Look look = Look::plain);

}  // namespace yuanliu::vision
