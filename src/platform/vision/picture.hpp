// Pictures that strangers send: what their first bytes say, and their light once that is found bearable.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace yuanliu::vision {

enum class Format : std::uint8_t { jpeg, png, webp };

// What a file says of itself before anything is unpacked.
struct Header {
    Format format = Format::jpeg;
    int width = 0, height = 0;  // pixels as stored, before `orientation` turns them
    int orientation = 1;        // of EXIF, 1 to 8: how a viewer has to turn and mirror it
    bool whole = false;         // must be unpacked whole, at up to six bytes a pixel: all but a JPEG of one scan
};

// A file of a few bytes can say that it unpacks to gigabytes, so these are held against the header.
inline constexpr std::int64_t pixels_max = 64'000'000;        // the largest that phones take, unpacked line by line
inline constexpr std::int64_t pixels_whole_max = 24'000'000;  // unpacked whole
inline constexpr int scans_max = 100;                         // of a JPEG: each costs a walk over all its pixels
inline constexpr int side_max = 3000;                         // to which larger pictures are made smaller

// Tells JPEG, PNG and WebP by their content. Throws unsupported `vision.not_a_picture`; invalid `vision.unreadable` for
// one whose head is broken; too_large `vision.too_many_pixels`.
Header read_header(std::string_view bytes);

// Light, row by row: 0 is black, 255 white.
struct Picture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> light;
    bool damaged = false;  // the file ended early or was broken within; what could be read of it is here
};

// Upright, grey, its longer side at most side_max. Blocks for up to some 100 ms a ten million pixels. Throws as
// read_header; invalid `vision.unreadable` for a file that cannot be unpacked.
Picture load(std::string_view bytes);

}  // namespace yuanliu::vision
