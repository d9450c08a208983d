// Letters are found before lines: dark spots of a letter's size (Sauvola's local threshold, so that a shadow does not
// matter), then rows of spots alike in size. This works at any angle, where looking for lines of text first does not.
#include "platform/vision/lines.hpp"

#include <leptonica/allheaders.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "platform/vision/pix.hpp"

namespace yuanliu::vision {
namespace {

constexpr int search_side = 1600;  // letters that can be read are at least some pixels high at this size
constexpr int window_px = 20;      // half the side of the square whose light decides what is dark
constexpr float darkness = 0.2F, faintness = 0.08F;  // Sauvola's k
constexpr int spot_min_px = 7, spot_max_px = 130;
constexpr std::size_t spots_max = 2500;  // the rest of a picture of leaves or gravel is not looked at
constexpr int letters_min = 4;
constexpr double letter_share = 0.9;  // of its height that a letter takes along the line, spaces counted in

struct Spot {
    double x, y, size;  // its middle; the longer side of its box
};

std::vector<Spot> spots_of(const Picture& picture, double scale, Look look) {
    PixPtr pix = pix_of(picture);
    if (scale < 1) pix.reset(pixScaleAreaMap(pix.get(), float(scale), float(scale)));
    if (!pix || std::min(pixGetWidth(pix.get()), pixGetHeight(pix.get())) < 2 * window_px + 4) return {};
    if (look == Look::soft) pix.reset(pixBlockconv(pix.get(), 2, 2));
    if (look == Look::inverted) pixInvert(pix.get(), pix.get());
    if (!pix) return {};
    Pix* dark = nullptr;
    pixSauvolaBinarize(pix.get(), window_px, look == Look::soft ? faintness : darkness, 1, nullptr, nullptr, nullptr,
                       &dark);
    const PixPtr held(dark);
    if (!dark) return {};
    Boxa* boxes = pixConnCompBB(dark, 8);
    std::vector<Spot> out;
    for (int i = 0; i < boxaGetCount(boxes); ++i) {
        l_int32 x = 0, y = 0, w = 0, h = 0;
        boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
        const int longer = std::max(w, h), shorter = std::min(w, h);
        if (longer < spot_min_px || longer > spot_max_px || shorter * 8 < longer) continue;
        out.push_back({x + w / 2.0, y + h / 2.0, double(longer)});
    }
    boxaDestroy(&boxes);
    if (out.size() <= spots_max) return out;
    std::ranges::nth_element(out, out.begin() + spots_max, std::greater(), &Spot::size);
    out.resize(spots_max);
    return out;
}

// A line through two neighbours and every other spot that stands on it without a wide gap.
struct Row {
    std::vector<std::size_t> spots;  // in order along the line
    double dx = 1, dy = 0;           // its direction
    double size = 0;                 // of its middle spot
};

class Rows {
 public:
    explicit Rows(std::vector<Spot> spots) : spots_(std::move(spots)), taken_(spots_.size(), false) {}

    std::vector<Line> best() {
        std::vector<Row> rows;
        for (std::size_t i = 0; i < spots_.size(); ++i)
            for (const std::size_t j : neighbours(i)) rows.push_back(row_through(i, j));
        std::erase_if(rows, [](const Row& row) { return int(row.spots.size()) < letters_min; });
        std::ranges::stable_sort(rows, std::greater(), [](const Row& row) { return row.spots.size(); });
        std::vector<Line> out;
        for (const Row& row : rows) {
            const auto fresh = std::ranges::count_if(row.spots, [&](std::size_t i) { return !taken_[i]; });
            if (std::size_t(fresh) * 3 < row.spots.size() * 2) continue;
            for (const std::size_t i : row.spots) taken_[i] = true;
            if (!stands_alone(row)) continue;
            out.push_back(line_of(row));
            if (int(out.size()) == lines_max) break;
        }
        return out;
    }

 private:
    static bool alike(double a, double b) { return a < 2 * b && b < 2 * a; }

    // The few nearest spots of about the same size, close enough to be the next letter.
    std::vector<std::size_t> neighbours(std::size_t i) const {
        std::vector<std::pair<double, std::size_t>> near;
        for (std::size_t j = i + 1; j < spots_.size(); ++j) {
            if (!alike(spots_[i].size, spots_[j].size)) continue;
            const double away = std::hypot(spots_[j].x - spots_[i].x, spots_[j].y - spots_[i].y);
            if (away < 1.5 * std::max(spots_[i].size, spots_[j].size)) near.emplace_back(away, j);
        }
        std::ranges::sort(near);
        std::vector<std::size_t> out;
        for (const auto& [away, j] : near)
            if (out.size() < 6) out.push_back(j);
        return out;
    }

    Row row_through(std::size_t a, std::size_t b) const {
        Row row;
        const Spot &first = spots_[a], &second = spots_[b];
        const double length = std::hypot(second.x - first.x, second.y - first.y);
        row.dx = (second.x - first.x) / length;
        row.dy = (second.y - first.y) / length;
        row.size = std::max(first.size, second.size);
        std::vector<std::pair<double, std::size_t>> along;
        for (std::size_t i = 0; i < spots_.size(); ++i) {
            const double x = spots_[i].x - first.x, y = spots_[i].y - first.y;
            if (std::abs(x * row.dy - y * row.dx) < 0.3 * row.size + 0.02 * std::hypot(x, y) &&
                alike(spots_[i].size, row.size))
                along.emplace_back(x * row.dx + y * row.dy, i);
        }
        std::ranges::sort(along);
        auto middle = std::ranges::find(along, a, &std::pair<double, std::size_t>::second);
        const double gap = 2.6 * row.size;
        auto begin = middle, end = middle + 1;
        while (begin != along.begin() && begin->first - std::prev(begin)->first < gap) --begin;
        while (end != along.end() && end->first - std::prev(end)->first < gap) ++end;
        for (auto it = begin; it != end; ++it) row.spots.push_back(it->second);
        return row;
    }

    // Print has air on one side at least; in a QR code and in gravel there are spots all around.
    bool stands_alone(const Row& row) const {
        const Spot &first = spots_[row.spots.front()], &last = spots_[row.spots.back()];
        const double length = std::hypot(last.x - first.x, last.y - first.y);
        std::array<int, 2> beside{};
        for (const Spot& spot : spots_) {
            const double x = spot.x - first.x, y = spot.y - first.y;
            const double along = x * row.dx + y * row.dy, across = x * row.dy - y * row.dx;
            if (along < 0 || along > length) continue;
            if (std::abs(across) > 0.5 * row.size && std::abs(across) < 1.4 * row.size) ++beside[across > 0];
        }
        return std::min(beside[0], beside[1]) * 2 < int(row.spots.size());
    }

    // The direction is that of the least squares over all its letters.
    Line line_of(const Row& row) const {
        Line line;
        double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
        std::vector<double> sizes;
        for (const std::size_t i : row.spots) {
            const auto& [x, y, size] = spots_[i];
            n += 1, sx += x, sy += y, sxx += x * x, syy += y * y, sxy += x * y;
            sizes.push_back(size);
        }
        const double cxx = sxx - sx * sx / n, cyy = syy - sy * sy / n, cxy = sxy - sx * sy / n;
        line.angle = 0.5 * std::atan2(2 * cxy, cxx - cyy);
        std::ranges::nth_element(sizes, sizes.begin() + std::ptrdiff_t(sizes.size() * 3 / 4));
        line.height = sizes[sizes.size() * 3 / 4];
        const Spot &first = spots_[row.spots.front()], &last = spots_[row.spots.back()];
        line.x = (first.x + last.x) / 2;
        line.y = (first.y + last.y) / 2;
        line.length = std::hypot(last.x - first.x, last.y - first.y);
        line.letters = int(row.spots.size());
        return line;
    }

    std::vector<Spot> spots_;
    std::vector<bool> taken_;
};

std::uint8_t light_near(const Picture& picture, double x, double y) {
    x = std::clamp(x, 0.0, double(picture.width - 1));
    y = std::clamp(y, 0.0, double(picture.height - 1));
    const int x0 = int(x), y0 = int(y);
    const int x1 = std::min(x0 + 1, picture.width - 1), y1 = std::min(y0 + 1, picture.height - 1);
    const double fx = x - x0, fy = y - y0;
    const auto at = [&](int px, int py) {
        return double(picture.light[std::size_t(py) * std::size_t(picture.width) + std::size_t(px)]);
    };
    const double top = at(x0, y0) * (1 - fx) + at(x1, y0) * fx;
    const double bottom = at(x0, y1) * (1 - fx) + at(x1, y1) * fx;
    return std::uint8_t(std::lround(top * (1 - fy) + bottom * fy));
}

// Paper white and ink black, whatever shadow lies across: the light of every column is stretched between the darkest
// and the lightest of its surroundings.
void even_out(Picture& line) {
    constexpr int contrast_min = 16;  // less is no print, only grain
    const int reach = line.height;
    const auto level = [](const std::array<int, 256>& counts, int rank) {
        int value = 0;
        for (int seen = counts[0]; seen <= rank && value < 255; seen += counts[std::size_t(value)]) ++value;
        return value;
    };
    std::array<int, 256> counts{};
    const auto count = [&](int x, int by) {
        for (int y = 0; y < line.height; ++y)
            counts[line.light[std::size_t(y) * std::size_t(line.width) + std::size_t(x)]] += by;
    };
    Picture out = line;
    for (int x = 0; x < std::min(reach, line.width); ++x) count(x, 1);
    for (int x = 0; x < line.width; ++x) {
        if (x + reach < line.width) count(x + reach, 1);
        if (x - reach - 1 >= 0) count(x - reach - 1, -1);
        const int columns = std::min(x + reach, line.width - 1) - std::max(x - reach, 0) + 1;
        const int all = columns * line.height;
        const int ink = level(counts, all / 40), paper = std::max(level(counts, all * 7 / 10), ink + contrast_min);
        for (int y = 0; y < line.height; ++y) {
            auto& light = out.light[std::size_t(y) * std::size_t(line.width) + std::size_t(x)];
            light = std::uint8_t(std::clamp((light - ink) * 255 / (paper - ink), 0, 255));
        }
    }
    line = std::move(out);
}

}  // namespace

std::vector<Line> find_lines(const Picture& picture, Look look) {
    const double scale = std::min(1.0, double(search_side) / std::max(picture.width, picture.height));
    auto lines = Rows(spots_of(picture, scale, look)).best();
    for (Line& line : lines) {
        line.x /= scale, line.y /= scale;
        line.length /= scale, line.height /= scale;
    }
    return lines;
}

Picture cut_out(const Picture& picture, const Line& line, const Cut& cut, Look look) {
    const double step = line.height / cut.letter_px;  // pixels of the picture for one of the result
    Picture out;
    out.width = int((line.length + (2.5 + 2 * letter_share * cut.more_letters) * line.height) / step);
    out.height = 2 * cut.letter_px;
    out.light.resize(std::size_t(out.width) * std::size_t(out.height));
    const double c = std::cos(line.angle) * (cut.upside_down ? -1 : 1);
    const double s = std::sin(line.angle) * (cut.upside_down ? -1 : 1);
    const int fine = std::clamp(int(std::lround(step)), 1, 4);  // samples a side, so that shrinking does not flicker
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            int sum = 0;
            for (int i = 0; i < fine * fine; ++i) {
                const double u = (x + (i % fine + 0.5) / fine - out.width / 2.0) * step;
                const double v = (y + (i / fine + 0.5) / fine - out.height / 2.0) * step;
                sum += light_near(picture, line.x + u * c - v * s - 0.5, line.y + u * s + v * c - 0.5);
            }
            out.light[std::size_t(y) * std::size_t(out.width) + std::size_t(x)] = std::uint8_t(sum / (fine * fine));
        }
    }
    if (look == Look::inverted)
        for (auto& light : out.light) light = std::uint8_t(255 - light);
    even_out(out);
    return out;
}

}  // namespace yuanliu::vision
