#include "photos/photo.hpp"

#include <fmt/format.h>
#include <leptonica/allheaders.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <stdexcept>

#include "platform/print/pdf.hpp"

namespace yuanliu::photos {
namespace {

struct PixFree {
    void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using PixPtr = std::unique_ptr<Pix, PixFree>;

constexpr int dpi = 300;
constexpr double pixels_per_mm = dpi / 25.4;

std::uint8_t level(float light) { return std::uint8_t(std::clamp(std::lround(light), 0L, 255L)); }

std::string bytes_of(l_uint8* data, std::size_t size, int failed) {
    if (failed != 0 || data == nullptr) throw std::runtime_error("leptonica could not write the picture");
    std::string out(reinterpret_cast<const char*>(data), size);
    lept_free(data);
    return out;
}

PixPtr grey(const Picture& picture) {
    PixPtr pix(pixCreate(picture.width, picture.height, 8));
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x)
            SET_DATA_BYTE(pixGetData(pix.get()) + y * pixGetWpl(pix.get()), x, level(picture.at(x, y)));
    return pix;
}

// How the stored pixels have to be turned and mirrored to undo what a reader does for this EXIF orientation.
Picture stored_as(const Picture& upright, int orientation) {
    if (orientation <= 1) return upright;
    const bool swapped = orientation >= 5;
    Picture out(swapped ? upright.height : upright.width, swapped ? upright.width : upright.height);
    const int w = upright.width - 1, h = upright.height - 1;
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            switch (orientation) {
                case 2: out.at(x, y) = upright.at(w - x, y); break;
                case 3: out.at(x, y) = upright.at(w - x, h - y); break;
                case 4: out.at(x, y) = upright.at(x, h - y); break;
                case 5: out.at(x, y) = upright.at(y, x); break;
                case 6: out.at(x, y) = upright.at(w - y, x); break;
                case 7: out.at(x, y) = upright.at(w - y, h - x); break;
                default: out.at(x, y) = upright.at(y, h - x); break;
            }
        }
    }
    return out;
}

// An APP1 segment that says nothing but the orientation.
std::string exif(int orientation) {
    std::string tiff("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18);
    tiff += char(orientation);
    tiff += std::string(7, '\0');
    const std::string body = std::string("Exif\0\0", 6) + tiff;
    const auto size = body.size() + 2;
    return std::string("\xFF\xE1") + char(size >> 8) + char(size & 255) + body;
}

using Corner = std::array<double, 2>;

// The projective map that takes the four corners `from` to `to`: Gauss on eight equations.
std::array<double, 8> projection(const std::array<Corner, 4>& from, const std::array<Corner, 4>& to) {
    std::array<std::array<double, 9>, 8> m{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto [x, y] = from[i];
        const auto [u, v] = to[i];
        m[2 * i] = {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
        m[2 * i + 1] = {0, 0, 0, x, y, 1, -v * x, -v * y, v};
    }
    for (std::size_t column = 0; column < 8; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column; row < 8; ++row)
            if (std::abs(m[row][column]) > std::abs(m[pivot][column])) pivot = row;
        std::swap(m[column], m[pivot]);
        for (std::size_t row = 0; row < 8; ++row) {
            if (row == column) continue;
            const double factor = m[row][column] / m[column][column];
            for (std::size_t k = column; k < 9; ++k) m[row][k] -= factor * m[column][k];
        }
    }
    std::array<double, 8> out{};
    for (std::size_t i = 0; i < 8; ++i) out[i] = m[i][8] / m[i][i];
    return out;
}

// Smaller by averaging, so that fine print does not flicker.
Picture shrunk(const Picture& picture, double scale) {
    if (scale >= 1) return picture;
    Picture out(std::max(1, int(picture.width * scale)), std::max(1, int(picture.height * scale)));
    const double sx = double(picture.width) / out.width, sy = double(picture.height) / out.height;
    const int steps = int(std::ceil(std::max(sx, sy)));
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            float sum = 0;
            for (int j = 0; j < steps; ++j)
                for (int i = 0; i < steps; ++i)
                    sum += picture.near((x + (i + 0.5) / steps) * sx - 0.5, (y + (j + 0.5) / steps) * sy - 0.5);
            out.at(x, y) = sum / float(steps * steps);
        }
    }
    return out;
}

void stroke(Picture& picture, double x0, double y0, double x1, double y1, double thickness, float light) {
    const double length = std::hypot(x1 - x0, y1 - y0);
    const int low_y = std::max(0, int(std::min(y0, y1) - thickness));
    const int high_y = std::min(picture.height - 1, int(std::max(y0, y1) + thickness));
    const int low_x = std::max(0, int(std::min(x0, x1) - thickness));
    const int high_x = std::min(picture.width - 1, int(std::max(x0, x1) + thickness));
    for (int y = low_y; y <= high_y; ++y) {
        for (int x = low_x; x <= high_x; ++x) {
            const double along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / (length * length);
            if (along < 0 || along > 1) continue;
            const double away = std::abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / length;
            if (away <= thickness / 2) picture.at(x, y) = light;
        }
    }
}

// Every pixel of a photo takes a random number or two: drawn once, chosen at random.
const std::vector<float>& normal_table() {
    static const std::vector<float> table = [] {
        std::vector<float> out(1 << 16);
        Chance chance(1);
        for (float& value : out) {
            const double radius = std::sqrt(-2 * std::log(1 - chance.between(0, 1)));
            value = float(radius * std::cos(2 * std::numbers::pi * chance.between(0, 1)));
        }
        return out;
    }();
    return table;
}

// One line of light blurred along itself.
void blur_line(std::vector<float>& line, std::vector<float>& wider, const std::vector<float>& weights) {
    const std::size_t reach = weights.size() / 2, n = line.size();
    wider.resize(n + 2 * reach);
    std::fill_n(wider.begin(), reach, line.front());
    std::ranges::copy(line, wider.begin() + std::ptrdiff_t(reach));
    std::fill_n(wider.end() - std::ptrdiff_t(reach), reach, line.back());
    for (std::size_t i = 0; i < n; ++i) {
        float value = 0;
        for (std::size_t k = 0; k < weights.size(); ++k) value += weights[k] * wider[i + k];
        line[i] = value;
    }
}

}  // namespace

double Chance::between(double low, double high) { return low + (high - low) * double(bits_() >> 11) * 0x1p-53; }
double Chance::normal() { return normal_table()[bits_() >> 48]; }

Picture::Picture(int width, int height, float light)
    : width(width), height(height), light(std::size_t(width) * std::size_t(height), light) {}

float Picture::near(double x, double y) const {
    x = std::clamp(x, 0.0, double(width - 1));
    y = std::clamp(y, 0.0, double(height - 1));
    const int x0 = std::min(int(x), width - 2 < 0 ? 0 : width - 2),
              y0 = std::min(int(y), height - 2 < 0 ? 0 : height - 2);
    const auto fx = float(x - x0), fy = float(y - y0);
    const int x1 = std::min(x0 + 1, width - 1), y1 = std::min(y0 + 1, height - 1);
    const float top = at(x0, y0) * (1 - fx) + at(x1, y0) * fx;
    const float bottom = at(x0, y1) * (1 - fx) + at(x1, y1) * fx;
    return top * (1 - fy) + bottom * fy;
}

Picture read_png(std::string_view png) {
    PixPtr pix(pixReadMemPng(reinterpret_cast<const l_uint8*>(png.data()), png.size()));
    PixPtr eight(pix ? pixConvertTo8(pix.get(), 0) : nullptr);
    if (!eight) throw std::runtime_error("not a PNG");
    Picture out(pixGetWidth(eight.get()), pixGetHeight(eight.get()));
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            out.at(x, y) = float(GET_DATA_BYTE(pixGetData(eight.get()) + y * pixGetWpl(eight.get()), x));
    return out;
}

Picture label(const print::LabelLayout& layout, const print::Fields& fields) {
    return read_png(print::preview_png(layout, fields, dpi));
}

print::Box qr_place(const print::LabelLayout& layout) {
    const double at = std::max(0.0, layout.padding_mm - 1.5);  // the quiet zone may lie in the padding
    return {at * pixels_per_mm, at * pixels_per_mm, (layout.qr_size_mm + 1.5) * pixels_per_mm,
            (layout.qr_size_mm + 1.5) * pixels_per_mm};
}

void scratch(Picture& label, print::Box box, Chance& chance) {
    // Every corner is hit, where the finder patterns are, and then the middle.
    const std::array<Corner, 5> hits{{{0.15, 0.15}, {0.85, 0.15}, {0.15, 0.85}, {0.5, 0.5}, {0.7, 0.7}}};
    for (const auto& hit : hits) {
        for (int i = 0; i < 3; ++i) {
            const double x = box.x + box.width * (hit[0] + chance.between(-0.06, 0.06));
            const double y = box.y + box.height * (hit[1] + chance.between(-0.06, 0.06));
            const double angle = chance.between(0, std::numbers::pi), half = box.width * chance.between(0.12, 0.2);
            const double dx = half * std::cos(angle), dy = half * std::sin(angle);
            const auto inside_x = [&](double v) { return std::clamp(v, box.x, box.x + box.width); };
            const auto inside_y = [&](double v) { return std::clamp(v, box.y, box.y + box.height); };
            stroke(label, inside_x(x - dx), inside_y(y - dy), inside_x(x + dx), inside_y(y + dy),
                   box.width * chance.between(0.03, 0.07), chance.happens(0.7) ? 250.0F : 40.0F);
        }
    }
}

void hairline(Picture& label, Chance& chance) {
    stroke(label, chance.between(0, label.width), 0, chance.between(0, label.width), label.height,
           chance.between(1, 2.5), chance.happens(0.5) ? 245.0F : 90.0F);
}

Picture desk(int width, int height, Chance& chance) {
    Picture out(width, height);
    const double base = chance.between(70, 170), slope = chance.between(-40, 40), turn = chance.between(0, 6.28);
    const double wave = chance.between(30, 90);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double along = x * std::cos(turn) + y * std::sin(turn);
            const double across = y * std::cos(turn) - x * std::sin(turn);
            const double wood = 7 * std::sin(across / wave + 2 * std::sin(along / (7 * wave)));
            out.at(x, y) = float(base + slope * x / width + wood + 3 * chance.normal());
        }
    }
    return out;
}

void lay(Picture& scene, const Picture& label, const Pose& pose) {
    const double side = pose.share * std::min(scene.width, scene.height);
    const double scale = side / std::max(label.width, label.height);
    const Picture ink = shrunk(label, scale);
    const double w = label.width * scale / 2, h = label.height * scale / 2;
    const double far = 1 - pose.tilt;
    const double turn = pose.turn_deg * std::numbers::pi / 180, c = std::cos(turn), s = std::sin(turn);
    std::array<Corner, 4> to{{{-w * far, -h}, {w * far, -h}, {w, h}, {-w, h}}};
    double low_x = 1e9, low_y = 1e9, high_x = -1e9, high_y = -1e9;
    for (auto& [x, y] : to) {
        const Corner turned{x * c - y * s + pose.x * scene.width, x * s + y * c + pose.y * scene.height};
        x = turned[0], y = turned[1];
        low_x = std::min(low_x, x), high_x = std::max(high_x, x);
        low_y = std::min(low_y, y), high_y = std::max(high_y, y);
    }
    const double iw = ink.width, ih = ink.height;
    const auto m = projection(to, {{{0, 0}, {iw, 0}, {iw, ih}, {0, ih}}});
    for (int y = std::max(0, int(low_y)); y <= std::min(scene.height - 1, int(high_y) + 1); ++y) {
        for (int x = std::max(0, int(low_x)); x <= std::min(scene.width - 1, int(high_x) + 1); ++x) {
            const double bottom = m[6] * x + m[7] * y + 1;
            const double u = (m[0] * x + m[1] * y + m[2]) / bottom, v = (m[3] * x + m[4] * y + m[5]) / bottom;
            if (u < 0 || v < 0 || u >= iw || v >= ih) continue;
            scene.at(x, y) = 20 + ink.near(u - 0.5, v - 0.5) * 0.86F;  // ink is not black, paper not white
        }
    }
}

void shade(Picture& scene, double depth, Chance& chance) {
    const double turn = chance.between(0, 6.28), c = std::cos(turn), s = std::sin(turn);
    const double edge = chance.between(-0.25, 0.25) * scene.width, soft = chance.between(0.02, 0.15) * scene.width;
    for (int y = 0; y < scene.height; ++y) {
        for (int x = 0; x < scene.width; ++x) {
            const double side = (x - scene.width / 2.0) * c + (y - scene.height / 2.0) * s - edge;
            const double dark = depth / (1 + std::exp(-side / soft));
            scene.at(x, y) *= float(1 - dark);
        }
    }
}

void blur(Picture& scene, double sigma) {
    if (sigma < 0.2) return;
    const int reach = int(std::ceil(3 * sigma));
    std::vector<float> weights;
    float sum = 0;
    for (int i = -reach; i <= reach; ++i) weights.push_back(float(std::exp(-i * i / (2 * sigma * sigma))));
    for (const float w : weights) sum += w;
    for (float& w : weights) w /= sum;
    std::vector<float> line, wider;
    for (int y = 0; y < scene.height; ++y) {
        line.assign(&scene.at(0, y), &scene.at(0, y) + scene.width);
        blur_line(line, wider, weights);
        std::ranges::copy(line, &scene.at(0, y));
    }
    line.resize(std::size_t(scene.height));
    for (int x = 0; x < scene.width; ++x) {
        for (int y = 0; y < scene.height; ++y) line[std::size_t(y)] = scene.at(x, y);
        blur_line(line, wider, weights);
        for (int y = 0; y < scene.height; ++y) scene.at(x, y) = line[std::size_t(y)];
    }
}

void grain(Picture& scene, double sigma, Chance& chance) {
    for (float& light : scene.light) light += float(sigma * chance.normal());
}

void fade(Picture& scene, double contrast) {
    for (float& light : scene.light) light = 128 + (light - 128) * float(contrast);
}

std::string snapshot(Picture label, const Badness& badness, Chance& chance, std::string* said) {
    for (int i = 0; i < badness.hairlines; ++i)
        if (chance.happens(0.3)) hairline(label, chance);
    Picture scene = desk(1600, 1200, chance);
    Pose pose;
    pose.x = chance.between(0.45, 0.55), pose.y = chance.between(0.45, 0.55);
    pose.share = chance.between(badness.share_min, 0.95);
    // The right way half of the time, else on one of its sides or on its head.
    const double side = chance.happens(0.5) ? 0 : 90 * std::floor(chance.between(0, 4));
    pose.turn_deg = side + chance.between(-badness.turn_max, badness.turn_max);
    pose.tilt = chance.between(0, badness.tilt_max);
    lay(scene, label, pose);
    const double shadow = chance.between(0, badness.shade_max), contrast = chance.between(badness.contrast_min, 1);
    const double soft = chance.between(0.4, badness.blur_max), noise = chance.between(1, badness.grain_max);
    const int quality = int(chance.between(badness.quality_min, 92));
    shade(scene, shadow, chance);
    fade(scene, contrast);
    blur(scene, soft);
    grain(scene, noise, chance);
    if (said != nullptr)
        *said = fmt::format(
            "share {:.2f} turn {:.0f} tilt {:.2f} shadow {:.2f} contrast {:.2f} blur {:.1f} grain "
            "{:.0f} quality {}",
            pose.share, pose.turn_deg, pose.tilt, shadow, contrast, soft, noise, quality);
    return jpeg(scene, quality);
}

std::string png(const Picture& picture) {
    l_uint8* data = nullptr;
    std::size_t size = 0;
    const int failed = pixWriteMemPng(&data, &size, grey(picture).get(), 0);
    return bytes_of(data, size, failed);
}

std::string webp(const Picture& picture, int quality) {
    l_uint8* data = nullptr;
    std::size_t size = 0;
    const PixPtr colour(pixConvertTo32(grey(picture).get()));
    const int failed = pixWriteMemWebP(&data, &size, colour.get(), quality, 0);
    return bytes_of(data, size, failed);
}

std::string jpeg(const Picture& picture, int quality, int orientation) {
    const Picture stored = stored_as(picture, orientation);
    const PixPtr pix(pixCreate(stored.width, stored.height, 32));
    l_uint32* to = pixGetData(pix.get());
    for (const float light : stored.light)
        composeRGBPixel(level(light * 1.03F), level(light), level(light * 0.9F), to++);
    l_uint8* data = nullptr;
    std::size_t size = 0;
    const int failed = pixWriteMemJpeg(&data, &size, pix.get(), quality, 0);
    std::string out = bytes_of(data, size, failed);
    if (orientation > 0) out.insert(2, exif(orientation));
    return out;
}

}  // namespace yuanliu::photos
