// Label designs of the company's own: what platform/print's LabelLayout says, as a row and as a form.
#pragma once

#include "modules/units/units.hpp"
#include "platform/print/label.hpp"

namespace yuanliu::units {

enum class LabelMedia { roll, sheet };  // a roll's page is one label
YL_ENUM(LabelMedia, roll, sheet)
enum class LabelAlign { left, center, right };
YL_ENUM(LabelAlign, left, center, right)
enum class LabelPlace { beside, below };  // right of the QR code, or under it
YL_ENUM(LabelPlace, beside, below)

struct LabelLine {
    std::string text;  // with holes: "型号 {model}"
    double size_pt = 8;
    bool bold = false, mono = false;
    LabelAlign align = LabelAlign::left;
    LabelPlace place = LabelPlace::beside;
    int max_lines = 1;
    bool shrink = false;
};
YL_RECORD(LabelLine, "units.label_line", text, size_pt, bold, mono, align, place, max_lines, shrink)

struct LabelTemplate {
    Id<LabelTemplate> id;
    Text<1, 60> name;
    LabelMedia media = LabelMedia::roll;
    double page_width_mm = 210, page_height_mm = 297;  // of a sheet
    double label_width_mm = 0, label_height_mm = 0;
    int rows = 1, cols = 1;
    double margin_top_mm = 0, margin_left_mm = 0, gap_x_mm = 0, gap_y_mm = 0;
    double padding_mm = 0, qr_size_mm = 0, bar_height_mm = 0;  // 0: no QR code, no bars
    bool cut_lines = false;
    int printer_dpi = 0;  // of a thermal printer; 0: no such limit
    std::vector<LabelLine> lines;
    Time created_at, updated_at;
};
YL_RECORD(LabelTemplate, "units_label_template", id, name, media, page_width_mm, page_height_mm, label_width_mm,
          label_height_mm, rows, cols, margin_top_mm, margin_left_mm, gap_x_mm, gap_y_mm, padding_mm, qr_size_mm,
          bar_height_mm, cut_lines, printer_dpi, lines, created_at, updated_at)

struct LabelTemplateInput {
    Text<1, 60> name;
    LabelMedia media = LabelMedia::roll;
    std::optional<double> page_width_mm, page_height_mm;  // of a sheet; A4 unless said
    double label_width_mm = 0, label_height_mm = 0;
    std::optional<int> rows, cols;
    std::optional<double> margin_top_mm, margin_left_mm, gap_x_mm, gap_y_mm;
    double padding_mm = 0, qr_size_mm = 0;
    std::optional<double> bar_height_mm;
    std::optional<bool> cut_lines;
    std::optional<int> printer_dpi;  // 203 for a roll unless said
    std::vector<LabelLine> lines;
};
YL_RECORD(LabelTemplateInput, "units.label_template_input", name, media, page_width_mm, page_height_mm, label_width_mm,
          label_height_mm, rows, cols, margin_top_mm, margin_left_mm, gap_x_mm, gap_y_mm, padding_mm, qr_size_mm,
          bar_height_mm, cut_lines, printer_dpi, lines)

// The same, before it has a name, and what to show on it.
struct LabelPreview {
    std::optional<Text<0, 60>> name;
    LabelMedia media = LabelMedia::roll;
    std::optional<double> page_width_mm, page_height_mm;
    double label_width_mm = 0, label_height_mm = 0;
    std::optional<int> rows, cols;
    std::optional<double> margin_top_mm, margin_left_mm, gap_x_mm, gap_y_mm;
    double padding_mm = 0, qr_size_mm = 0;
    std::optional<double> bar_height_mm;
    std::optional<bool> cut_lines;
    std::optional<int> printer_dpi;
    std::vector<LabelLine> lines;
    std::optional<Code<1, 64>> qrcode_id;  // a unit of ours; a made-up one unless said
};
YL_RECORD(LabelPreview, "units.label_preview", name, media, page_width_mm, page_height_mm, label_width_mm,
          label_height_mm, rows, cols, margin_top_mm, margin_left_mm, gap_x_mm, gap_y_mm, padding_mm, qr_size_mm,
          bar_height_mm, cut_lines, printer_dpi, lines, qrcode_id)

struct LabelTemplateFilter {
    std::optional<Text<0, 60>> search;
    std::optional<LabelMedia> media;
};
YL_RECORD(LabelTemplateFilter, "units.label_template_filter", search, media)

Page<LabelTemplate> label_templates(Rx& rx, const Actor& actor, const LabelTemplateFilter& filter,
                                    const PageQuery& page);
LabelTemplate label_template(Rx& rx, const Actor& actor, Id<LabelTemplate> id);
// Throw invalid naming every length that does not fit (`lines[1].size_pt`), a hole that no label fills, a code that
// would be too fine to read, or a name taken.
LabelTemplate create_label_template(Tx& tx, const Actor& actor, const LabelTemplateInput& input);
LabelTemplate change_label_template(Tx& tx, const Actor& actor, Id<LabelTemplate> id, const LabelTemplateInput& input);
void delete_label_template(Tx& tx, const Actor& actor, Id<LabelTemplate> id);
// One label of a roll, or the first page of sheets, as a PNG. Throws as creating does; not_found for a code that is not
// ours.
Content preview_label(Database& db, const Actor& actor, const LabelPreview& input);

// As the printer wants it.
print::LabelLayout layout_of(const LabelTemplate& row);
// As a form that starts from it.
LabelTemplateInput design_of(const print::LabelLayout& from);

}  // namespace yuanliu::units
