// Photographs of labels as phones take them, made by the tests themselves: a label as we print it, scratched or not,
// laid into a scene at some angle, with shadow, blur and grain, written as the file that a phone would send. All
// randomness comes from a seed.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "platform/print/label.hpp"

namespace yuanliu::photos {

class Chance {
 public:
    explicit Chance(std::uint64_t seed) : bits_(seed) {}
    double between(double low, double high);
    double normal();  // around 0, deviation 1
    bool happens(double probability) { return between(0, 1) < probability; }

 private:
    std::mt19937_64 bits_;
};

// Light, row by row: 0 is black, 255 white. In floats, so that nothing is rounded on the way.
struct Picture {
    Picture(int width, int height, float light = 255);
    float& at(int x, int y) { return light[std::size_t(y) * std::size_t(width) + std::size_t(x)]; }
    float at(int x, int y) const { return light[std::size_t(y) * std::size_t(width) + std::size_t(x)]; }
    // Between the pixels; beyond the edge, the edge.
    float near(double x, double y) const;

    int width, height;
    std::vector<float> light;
};

// The label as it is printed, at 300 dots an inch.
Picture label(const print::LabelLayout& layout, const print::Fields& fields);
Picture read_png(std::string_view png);

// ---- damage ----

// Strokes across the box until no reader knows the code again: white where the print is rubbed off, dark where dirt is.
void scratch(Picture& label, print::Box pixels, Chance& chance);
// The QR code of a label without a grid: its place in pixels of label().
print::Box qr_place(const print::LabelLayout& layout);
// One fine line anywhere across the label.
void hairline(Picture& label, Chance& chance);

// ---- the scene ----

// A desk: a grey with a grain of its own, lighter towards one side.
Picture desk(int width, int height, Chance& chance);

struct Pose {
    double x = 0.5, y = 0.5;  // the label's middle, in parts of the scene
    double share = 0.6;       // the label's longer side, in parts of the scene's shorter one
    double turn_deg = 0;      // clockwise
    double tilt = 0;          // perspective: how much shorter the far edge is, 0 to 0.3
};
void lay(Picture& scene, const Picture& label, const Pose& pose);

void shade(Picture& scene, double depth, Chance& chance);  // a hand's soft shadow over a part of it
void blur(Picture& scene, double sigma);
void grain(Picture& scene, double sigma, Chance& chance);
void fade(Picture& scene, double contrast);  // 1: as it is

// How bad a photo may be.
struct Badness {
    double share_min = 0.5;  // the smallest label
    double turn_max = 12;    // degrees away from one of the four sides; 45: any angle
    double tilt_max = 0.15, blur_max = 1.6, grain_max = 6, shade_max = 0.5;
    double contrast_min = 1;
    int quality_min = 55;
    int hairlines = 1;  // at most so many, each with a chance of three in ten
};
inline constexpr Badness ordinary{};
inline constexpr Badness bad{0.3, 45, 0.3, 2.5, 12, 0.7, 0.5, 35, 3};
// A photo of 1600 by 1200 of this label, as JPEG; all else is chance. `said` gets what was drawn, for a failing test.
std::string snapshot(Picture label, const Badness& badness, Chance& chance, std::string* said = nullptr);

// ---- the file ----

std::string png(const Picture& picture);
std::string webp(const Picture& picture, int quality = 80);
// In colours of a warm lamp. `orientation` 1 to 8 is written as EXIF, and the pixels are stored turned accordingly, as
// phones do; 0: without EXIF.
std::string jpeg(const Picture& picture, int quality = 85, int orientation = 0);

}  // namespace yuanliu::photos
