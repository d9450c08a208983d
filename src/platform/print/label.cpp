#include "platform/print/label.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "platform/print/code128.hpp"

namespace yuanliu::print {

namespace {

constexpr double mm_per_pt = 25.4 / 72;
constexpr double slack_mm = 0.01;          // sums of rounded figures, such as three labels of 63.5 and two gaps of 2.5
constexpr double column_gap_mm = 0.5;      // between the quiet zone and the text beside it
constexpr double block_gap_mm = 0.5;       // between the QR code and what stands below it
constexpr double min_qr_module_mm = 0.25;  // two dots of a 203 dpi head; phones begin to fail below it
constexpr double min_bar_module_mm = 0.125;  // one such dot
constexpr double max_bar_module_mm = 0.5;

// A module's size on paper: a whole number of printer dots where the printer's resolution is known.
double module_mm(double ideal_mm, int dpi) {
    if (dpi == 0) return ideal_mm;
    const double dot = 25.4 / dpi;
    return std::max(1.0, std::floor(ideal_mm / dot + 1e-6)) * dot;
}

// Gathers all that is wrong, so that a form can show it at once.
class Problems {
 public:
    void add(std::string field, std::string code, Error::Args args = {}) {
        found_.push_back({std::move(field), std::move(code), std::move(args)});
    }
    // What is not a number at all passes no comparison and counts as too small.
    void range(std::string field, double value, double min, double max) {
        if (value > max) return add(std::move(field), "field.too_large", {{"max", figure(max)}});
        if (!(value >= min)) add(std::move(field), "field.too_small", {{"min", figure(min)}});
    }
    void placeholder(std::string field, const std::string& text) {
        if (text.size() > 300) return add(std::move(field), "field.too_long", {{"max", "300"}});
        try {
            const TextTemplate parsed(text);
        } catch (const Error& error) {
            add(std::move(field), error.code, error.args);
        }
    }
    bool any() const { return !found_.empty(); }
    void raise() {
        if (any()) throw Error(Fault::invalid, "invalid").with(std::move(found_));
    }

    static std::string figure(double value) {
        std::string text = std::to_string(std::round(value * 100) / 100);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
        return text;
    }

 private:
    std::vector<FieldProblem> found_;
};

void check_sizes(const LabelLayout& l, Problems& problems) {
    problems.range("label_width_mm", l.label_width_mm, 8, 300);
    problems.range("label_height_mm", l.label_height_mm, 8, 300);
    problems.range("padding_mm", l.padding_mm, 0, 20);
    problems.range("qr_size_mm", l.qr_size_mm, 0, 200);
    problems.range("bar_height_mm", l.bar_height_mm, 0, 100);
    problems.range("printer_dpi", l.printer_dpi, 0, 2400);
    problems.range("rows", l.rows, 1, 100);
    problems.range("cols", l.cols, 1, 100);
    if (l.media == Media::sheet) {
        problems.range("page_width_mm", l.page_width_mm, 20, 1200);
        problems.range("page_height_mm", l.page_height_mm, 20, 1200);
        problems.range("margin_top_mm", l.margin_top_mm, 0, 500);
        problems.range("margin_left_mm", l.margin_left_mm, 0, 500);
        problems.range("gap_x_mm", l.gap_x_mm, 0, 500);
        problems.range("gap_y_mm", l.gap_y_mm, 0, 500);
    }
}

void check_lines(const LabelLayout& l, Problems& problems) {
    if (l.lines.size() > 16) problems.add("lines", "field.too_many", {{"max", "16"}});
    for (std::size_t i = 0; i < l.lines.size(); ++i) {
        const TextLine& line = l.lines[i];
        const std::string path = "lines[" + std::to_string(i) + "].";
        problems.range(path + "size_pt", line.size_pt, 4, 72);
        problems.range(path + "max_lines", line.max_lines, 1, 10);
        problems.placeholder(path + "text", line.text);
    }
    problems.placeholder("qr_text", l.qr_text);
    problems.placeholder("bar_text", l.bar_text);
}

// The grid against the page; every figure is in range by now.
void check_grid(const LabelLayout& l, Problems& problems) {
    if (l.media == Media::roll) {
        if (l.rows != 1) problems.add("rows", "print.roll_is_one_label");
        if (l.cols != 1) problems.add("cols", "print.roll_is_one_label");
        if (l.skip_first != 0) problems.add("skip_first", "print.roll_is_one_label");
        return;
    }
    const double width = l.margin_left_mm + l.cols * l.label_width_mm + (l.cols - 1) * l.gap_x_mm;
    const double height = l.margin_top_mm + l.rows * l.label_height_mm + (l.rows - 1) * l.gap_y_mm;
    const auto refuse = [&](const char* field, double needed, double given) {
        problems.add(field, "print.does_not_fit",
                     {{"needed_mm", Problems::figure(needed)}, {"given_mm", Problems::figure(given)}});
    };
    if (width > l.page_width_mm + slack_mm) refuse("cols", width, l.page_width_mm);
    if (height > l.page_height_mm + slack_mm) refuse("rows", height, l.page_height_mm);
    problems.range("skip_first", l.skip_first, 0, labels_per_page(l) - 1);
}

// The fullest label against its own edges, taking the quiet zone as wholly inside the padding's frame.
void check_content(const LabelLayout& l, Problems& problems) {
    const double width = l.label_width_mm - 2 * l.padding_mm;
    const double height = l.label_height_mm - 2 * l.padding_mm;
    const auto refuse = [&](const char* field, double needed, double given) {
        problems.add(field, "print.does_not_fit",
                     {{"needed_mm", Problems::figure(needed)}, {"given_mm", Problems::figure(given)}});
    };
    if (width < 4 || height < 4) return refuse("padding_mm", 4, std::min(width, height));
    if (l.qr_size_mm == 0 && l.bar_height_mm == 0 && l.lines.empty()) problems.add("lines", "field.required");
    double below = l.bar_height_mm;
    double beside = 0;
    for (const TextLine& line : l.lines)
        (line.place == Place::below ? below : beside) += line.max_lines * row_height_mm(line);
    if (below > 0 && (l.qr_size_mm > 0 || beside > 0)) below += block_gap_mm;
    if (l.qr_size_mm > width + slack_mm) refuse("qr_size_mm", l.qr_size_mm, width);
    if (l.qr_size_mm + below > height + slack_mm) refuse("qr_size_mm", l.qr_size_mm + below, height);
    if (beside + below > height + slack_mm) refuse("lines", beside + below, height);
    const double column = width - l.qr_size_mm - column_gap_mm;
    if (beside > 0 && l.qr_size_mm > 0 && column < 5) refuse("qr_size_mm", l.qr_size_mm + column_gap_mm + 5, width);
}

}  // namespace

void check(const LabelLayout& layout) {
    Problems problems;
    check_sizes(layout, problems);
    check_lines(layout, problems);
    problems.raise();
    check_grid(layout, problems);
    check_content(layout, problems);
    problems.raise();
}

double qr_module_mm(const LabelLayout& layout, const QrMatrix& matrix) {
    const double module = module_mm(layout.qr_size_mm / (matrix.size + 2 * qr_quiet_modules), layout.printer_dpi);
    if (module < min_qr_module_mm - 0.005) throw invalid_field("qr_size_mm", "print.qr_too_dense");
    return module;
}

// The widest module at which the bars stay inside the padding and their quiet zones inside the label.
double bar_module_mm(const LabelLayout& layout, int modules) {
    const int with_quiet = modules + 2 * code128_quiet_modules;
    const double inside = layout.label_width_mm - 2 * layout.padding_mm;
    const double room = std::min({layout.label_width_mm / with_quiet, inside / modules, max_bar_module_mm});
    if (room < min_bar_module_mm) throw invalid_field("bar_text", "print.bar_too_dense");
    const double module = module_mm(room, layout.printer_dpi);
    if (module > room + 1e-6) throw invalid_field("bar_text", "print.bar_too_dense");
    return module;
}

void check_codes(const LabelLayout& layout, const Fields& fields) {
    if (layout.qr_size_mm > 0)
        qr_module_mm(layout, encode_qr(TextTemplate(layout.qr_text).fill(fields), layout.qr_level));
    if (layout.bar_height_mm > 0)
        bar_module_mm(layout, static_cast<int>(encode_code128(TextTemplate(layout.bar_text).fill(fields)).size()));
}

std::vector<std::string> used_fields(const LabelLayout& layout) {
    std::set<std::string> names;
    const auto collect = [&](const std::string& text) {
        for (std::string& name : TextTemplate(text).names()) names.insert(std::move(name));
    };
    if (layout.qr_size_mm > 0) collect(layout.qr_text);
    if (layout.bar_height_mm > 0) collect(layout.bar_text);
    for (const TextLine& line : layout.lines) collect(line.text);
    return {names.begin(), names.end()};
}

double page_width_mm(const LabelLayout& l) { return l.media == Media::roll ? l.label_width_mm : l.page_width_mm; }
double page_height_mm(const LabelLayout& l) { return l.media == Media::roll ? l.label_height_mm : l.page_height_mm; }
int labels_per_page(const LabelLayout& l) { return l.media == Media::roll ? 1 : l.rows * l.cols; }

std::int64_t page_count(const LabelLayout& layout, std::int64_t labels) {
    return labels <= 0 ? 0 : slot(layout, labels - 1).page + 1;
}

Slot slot(const LabelLayout& layout, std::int64_t index) {
    if (layout.media == Media::roll) return {index, 0, 0};
    const std::int64_t place = index + layout.skip_first;
    const std::int64_t on_page = place % labels_per_page(layout);
    const auto row = static_cast<double>(on_page / layout.cols);
    const auto col = static_cast<double>(on_page % layout.cols);
    return {place / labels_per_page(layout), layout.margin_left_mm + col * (layout.label_width_mm + layout.gap_x_mm),
            layout.margin_top_mm + row * (layout.label_height_mm + layout.gap_y_mm)};
}

double row_height_mm(const TextLine& line) { return line.size_pt * 1.3 * mm_per_pt; }

Parts arrange(const LabelLayout& l, const std::vector<int>& row_counts, double quiet_mm) {
    double below = l.bar_height_mm;
    double beside = 0;
    for (std::size_t i = 0; i < l.lines.size(); ++i)
        (l.lines[i].place == Place::below ? below : beside) += row_counts[i] * row_height_mm(l.lines[i]);

    Parts parts;
    const double right = l.label_width_mm - l.padding_mm;
    const double bottom = l.label_height_mm - l.padding_mm;
    const double below_top = bottom - below;
    // The upper block: the QR code, whose quiet zone may reach into the padding, and the text beside it, on one axis.
    const double bleed = std::min(l.padding_mm, quiet_mm);
    const double upper_top = l.qr_size_mm > 0 ? l.padding_mm - bleed : l.padding_mm;
    const double upper_bottom = below > 0 ? below_top - block_gap_mm : (l.qr_size_mm > 0 ? bottom + bleed : bottom);
    const double axis = (upper_top + upper_bottom) / 2;
    double column_left = l.padding_mm;
    if (l.qr_size_mm > 0) {
        const double x = beside > 0 ? l.padding_mm - bleed : (l.label_width_mm - l.qr_size_mm) / 2;
        parts.qr = {x, axis - l.qr_size_mm / 2, l.qr_size_mm, l.qr_size_mm};
        column_left = x + l.qr_size_mm + column_gap_mm;
    }
    // A column of text taller than the code's own axis allows moves inside the padding again.
    double beside_top = axis - beside / 2;
    beside_top = std::min(beside_top, (below > 0 ? upper_bottom : bottom) - beside);
    beside_top = std::max(beside_top, l.padding_mm);
    double below_at = below_top;
    if (l.bar_height_mm > 0) {
        parts.bar = {l.padding_mm, below_at, right - l.padding_mm, l.bar_height_mm};
        below_at += l.bar_height_mm;
    }
    for (std::size_t i = 0; i < l.lines.size(); ++i) {
        const bool under = l.lines[i].place == Place::below;
        double& top = under ? below_at : beside_top;
        const double left = under ? l.padding_mm : column_left;
        const double height = row_counts[i] * row_height_mm(l.lines[i]);
        parts.lines.push_back({left, top, right - left, height});
        top += height;
    }
    return parts;
}

}  // namespace yuanliu::print
