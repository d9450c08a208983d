// The label stock that every Chinese office shop sells, with content that reads well on it.
#include <algorithm>

#include "base/error.hpp"
#include "platform/print/label.hpp"

namespace yuanliu::print {

namespace {

// A thermal printer's usual resolution: eight dots a millimetre.
constexpr int thermal_dpi = 203;

TextLine type_line(double size_pt, int max_lines) {
    return {.text = "{type}", .size_pt = size_pt, .bold = true, .max_lines = max_lines};
}
TextLine fact(std::string text, double size_pt) { return {.text = std::move(text), .size_pt = size_pt}; }
TextLine code_line(double size_pt) {
    return {.text = "{code:4}",
            .size_pt = size_pt,
            .mono = true,
            .align = Align::center,
            .place = Place::below,
            .shrink = true};
}

LabelLayout roll(std::string name, double width_mm, double height_mm, double padding_mm, double qr_size_mm) {
    LabelLayout layout;
    layout.name = std::move(name);
    layout.label_width_mm = width_mm;
    layout.label_height_mm = height_mm;
    layout.padding_mm = padding_mm;
    layout.qr_size_mm = qr_size_mm;
    layout.printer_dpi = thermal_dpi;
    return layout;
}

LabelLayout sheet_3x8(std::string name, double width_mm, double height_mm) {
    LabelLayout layout;
    layout.name = std::move(name);
    layout.media = Media::sheet;
    layout.label_width_mm = width_mm;
    layout.label_height_mm = height_mm;
    layout.rows = 8;
    layout.cols = 3;
    return layout;
}

std::vector<LabelLayout> make_presets() {
    std::vector<LabelLayout> all;
    LabelLayout l = roll("40x30", 40, 30, 2, 21);
    l.lines = {type_line(7.5, 2), fact("{model}", 6.5), fact("{batch}", 6.5), fact("{date}", 6.5), code_line(8)};
    all.push_back(l);

    l = roll("50x30", 50, 30, 2, 21);
    l.lines = {type_line(9, 2), fact("{model}", 7.5), fact("{batch}", 7.5), fact("{date}", 7.5), code_line(9)};
    all.push_back(l);

    l = roll("60x40", 60, 40, 2.5, 29);
    l.lines = {type_line(10, 2), fact("型号 {model}", 8), fact("批次 {batch}", 8), fact("日期 {date}", 8),
               code_line(11)};
    all.push_back(l);

    l = roll("70x50", 70, 50, 3, 37);
    l.lines = {type_line(12, 2), fact("型号 {model}", 9), fact("批次 {batch}", 9), fact("日期 {date}", 9),
               code_line(13)};
    all.push_back(l);

    l = sheet_3x8("a4-3x8", 63.5, 33.9);
    l.margin_left_mm = 7.25;
    l.margin_top_mm = 12.9;
    l.gap_x_mm = 2.5;
    l.padding_mm = 3;
    l.qr_size_mm = 22.5;
    l.lines = {type_line(10, 2), fact("型号 {model}", 7.5), fact("批次 {batch}", 7.5), fact("日期 {date}", 7.5),
               code_line(9.5)};
    all.push_back(l);

    l = sheet_3x8("a4-3x8-full", 70, 37);
    l.margin_top_mm = 0.5;
    l.padding_mm = 5;  // office printers leave 4 mm of every edge blank
    l.qr_size_mm = 21.5;
    l.lines = {type_line(10, 2), fact("型号 {model}", 7.5), fact("批次 {batch}", 7.5), fact("日期 {date}", 7.5),
               code_line(9.5)};
    all.push_back(l);
    return all;
}

}  // namespace

const std::vector<LabelLayout>& presets() {
    static const std::vector<LabelLayout> all = make_presets();
    return all;
}

const LabelLayout& preset(std::string_view name) {
    const auto found = std::ranges::find(presets(), name, &LabelLayout::name);
    if (found == presets().end()) throw not_found("print.unknown_preset", {{"name", std::string(name)}});
    return *found;
}

}  // namespace yuanliu::print
