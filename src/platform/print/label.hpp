// Labels: what stands on one, and where the labels stand on the paper. Pure data and arithmetic; pdf.hpp draws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/print/qr.hpp"
#include "platform/print/text_template.hpp"

namespace yuanliu::print {

enum class Media : std::uint8_t { roll, sheet };  // a roll's page is one label
enum class Align : std::uint8_t { left, center, right };
enum class Place : std::uint8_t { beside, below };  // right of the QR code, or under it across the whole label

// One line of text, or a few when it may wrap. What does not fit ends in an ellipsis; a line left empty takes no room.
struct TextLine {
    std::string text;  // a TextTemplate, such as "型号 {model}"
    double size_pt = 8;
    bool bold = false;
    bool mono = false;  // digits and letters of one width, for codes
    Align align = Align::left;
    Place place = Place::beside;
    int max_lines = 1;
    bool shrink = false;  // a single line may become smaller (to 60 %) before it is cut: for codes
};

// Lengths in millimetres from the top left of the page or of the label.
struct LabelLayout {
    std::string name;
    Media media = Media::roll;
    double page_width_mm = 210;  // of a sheet; a roll's page has the label's size
    double page_height_mm = 297;
    double label_width_mm = 40;
    double label_height_mm = 30;
    int rows = 1;
    int cols = 1;
    double margin_top_mm = 0;  // paper before the first row and column
    double margin_left_mm = 0;
    double gap_x_mm = 0;  // paper between neighbouring labels
    double gap_y_mm = 0;
    int skip_first = 0;  // places already used up on the first sheet

    double padding_mm = 2;   // kept free inside every edge of a label
    double qr_size_mm = 20;  // side of the code with its quiet zone; 0: no code. The zone may lie in the padding
    std::string qr_text = "{code}";
    QrLevel qr_level = QrLevel::M;
    double bar_height_mm = 0;  // a Code 128 under the QR code; 0: none
    std::string bar_text = "{code}";
    bool cut_lines = false;  // a hairline around every label, for plain paper
    int printer_dpi = 0;     // of a thermal printer: modules become whole dots; 0: no such limit
    std::vector<TextLine> lines;
};

// A box, millimetres.
struct Box {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

// Where one label goes.
struct Slot {
    std::int64_t page = 0;  // from 0
    double x_mm = 0;
    double y_mm = 0;
};

// Where the parts of one label go. A box of no height is not drawn.
struct Parts {
    Box qr;                  // with the quiet zone
    Box bar;                 // the whole width that bars and their quiet zone may take
    std::vector<Box> lines;  // one a TextLine
};

// Throws invalid with every bad field by its name (`cols`, `lines[1].size_pt`): a length outside its range, a grid that
// does not fit its page, content that does not fit its label, a broken placeholder.
void check(const LabelLayout&);

// Throws invalid when the QR or bar code of this label cannot be encoded or would be too fine to read (`qr_size_mm`,
// `bar_text`). For a layout that passes check().
void check_codes(const LabelLayout&, const Fields&);
// A module's width on paper, in whole dots of the printer. Throws as check_codes().
double qr_module_mm(const LabelLayout&, const QrMatrix&);
double bar_module_mm(const LabelLayout&, int modules);

// Names of all fields that the layout uses, sorted, each once. Throws invalid for a broken placeholder.
std::vector<std::string> used_fields(const LabelLayout&);

double page_width_mm(const LabelLayout&);  // a roll's page is the label
double page_height_mm(const LabelLayout&);
int labels_per_page(const LabelLayout&);
std::int64_t page_count(const LabelLayout&, std::int64_t labels);
// The place of label number `index` (from 0); skipped places are counted in. For a layout that passes check().
Slot slot(const LabelLayout&, std::int64_t index);

// Height of one row of text: the letters and 30 % of air.
double row_height_mm(const TextLine&);
// Divides one label. `row_counts` has the rows that each line really takes, 0 where it is empty; `quiet_mm` is the
// width of the QR code's quiet zone, which may lie in the padding.
Parts arrange(const LabelLayout&, const std::vector<int>& row_counts, double quiet_mm);

// Ready-made layouts: rolls "40x30", "50x30", "60x40", "70x50" and sheets "a4-3x8" (63.5 × 33.9 mm with gaps) and
// "a4-3x8-full" (70 × 37 mm edge to edge). Fields: code, type, model, batch, date.
const std::vector<LabelLayout>& presets();
// Throws not_found.
const LabelLayout& preset(std::string_view name);

}  // namespace yuanliu::print
