#include "modules/units/label_templates.hpp"

#include <algorithm>
#include <array>

#include "modules/units/labels.hpp"
#include "modules/units/rules.hpp"
#include "platform/print/pdf.hpp"
#include "platform/routes/list.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::units {
namespace {

constexpr int thermal_dpi = 203;
// What a label may name; label_fields() fills them.
constexpr std::array<std::string_view, 6> holes{"url", "code", "type", "model", "batch", "date"};

print::LabelLayout base_layout(LabelMedia media, const std::vector<LabelLine>& lines) {
    print::LabelLayout out;
    out.media = media == LabelMedia::roll ? print::Media::roll : print::Media::sheet;
    out.qr_text = "{url}";
    for (const auto& line : lines) {
        print::TextLine& to = out.lines.emplace_back();
        to.text = line.text;
        to.size_pt = line.size_pt;
        to.bold = line.bold, to.mono = line.mono, to.shrink = line.shrink;
        to.align = static_cast<print::Align>(line.align);
        to.place = static_cast<print::Place>(line.place);
        to.max_lines = line.max_lines;
    }
    return out;
}

// A form's layout; what it leaves out is as usual.
template <class Form>
print::LabelLayout layout_of_form(const Form& in) {
    print::LabelLayout out = base_layout(in.media, in.lines);
    out.page_width_mm = in.page_width_mm.value_or(210);
    out.page_height_mm = in.page_height_mm.value_or(297);
    out.label_width_mm = in.label_width_mm;
    out.label_height_mm = in.label_height_mm;
    out.rows = in.rows.value_or(1);
    out.cols = in.cols.value_or(1);
    out.margin_top_mm = in.margin_top_mm.value_or(0);
    out.margin_left_mm = in.margin_left_mm.value_or(0);
    out.gap_x_mm = in.gap_x_mm.value_or(0);
    out.gap_y_mm = in.gap_y_mm.value_or(0);
    out.padding_mm = in.padding_mm;
    out.qr_size_mm = in.qr_size_mm;
    out.bar_height_mm = in.bar_height_mm.value_or(0);
    out.cut_lines = in.cut_lines.value_or(false);
    out.printer_dpi = in.printer_dpi.value_or(in.media == LabelMedia::roll ? thermal_dpi : 0);
    return out;
}

LabelRow sample_row(Time now) {
    LabelRow row;
    row.code = "8K3FQ7WM2TZ9ABCD";
    row.type = "空气净化器";
    row.model = "YL-A600";
    row.batch_id = 128;
    row.created_at = now;
    return row;
}

// Everything that would stop a label from being printed is said here already.
void check_layout(Rx& rx, const print::LabelLayout& layout) {
    print::check(layout);
    std::vector<FieldProblem> problems;
    for (std::size_t i = 0; i < layout.lines.size(); ++i)
        for (const auto& name : print::TextTemplate(layout.lines[i].text).names())
            if (std::find(holes.begin(), holes.end(), name) == holes.end())
                problems.push_back({"lines[" + std::to_string(i) + "].text", "units.unknown_hole", {{"name", name}}});
    if (!problems.empty()) throw Error(Fault::invalid, "invalid").with(std::move(problems));
    print::check_codes(layout, label_fields(rx, sample_row(rx.now())));
}

void apply(LabelTemplate& row, const LabelTemplateInput& in, const print::LabelLayout& layout, Time now) {
    row.name = in.name;
    row.media = in.media;
    row.page_width_mm = layout.page_width_mm, row.page_height_mm = layout.page_height_mm;
    row.label_width_mm = layout.label_width_mm, row.label_height_mm = layout.label_height_mm;
    row.rows = layout.rows, row.cols = layout.cols;
    row.margin_top_mm = layout.margin_top_mm, row.margin_left_mm = layout.margin_left_mm;
    row.gap_x_mm = layout.gap_x_mm, row.gap_y_mm = layout.gap_y_mm;
    row.padding_mm = layout.padding_mm, row.qr_size_mm = layout.qr_size_mm;
    row.bar_height_mm = layout.bar_height_mm;
    row.cut_lines = layout.cut_lines;
    row.printer_dpi = layout.printer_dpi;
    row.lines = in.lines;
    row.updated_at = now;
}

void require_free_name(Rx& rx, const LabelTemplateInput& in, Id<LabelTemplate> own) {
    if (rx.exists<LabelTemplate>("name = ? AND id <> ?", in.name, own))
        throw invalid_field("name", "units.template_name_taken");
}

}  // namespace

LabelTemplateInput design_of(const print::LabelLayout& from) {
    LabelTemplateInput out;
    out.name = from.name;
    out.media = from.media == print::Media::roll ? LabelMedia::roll : LabelMedia::sheet;
    out.page_width_mm = from.page_width_mm, out.page_height_mm = from.page_height_mm;
    out.label_width_mm = from.label_width_mm, out.label_height_mm = from.label_height_mm;
    out.rows = from.rows, out.cols = from.cols;
    out.margin_top_mm = from.margin_top_mm, out.margin_left_mm = from.margin_left_mm;
    out.gap_x_mm = from.gap_x_mm, out.gap_y_mm = from.gap_y_mm;
    out.padding_mm = from.padding_mm, out.qr_size_mm = from.qr_size_mm;
    out.bar_height_mm = from.bar_height_mm;
    out.cut_lines = from.cut_lines;
    out.printer_dpi = from.printer_dpi;
    for (const auto& line : from.lines)
        out.lines.push_back({line.text, line.size_pt, line.bold, line.mono, static_cast<LabelAlign>(line.align),
                             static_cast<LabelPlace>(line.place), line.max_lines, line.shrink});
    return out;
}

print::LabelLayout layout_of(const LabelTemplate& row) {
    print::LabelLayout out = base_layout(row.media, row.lines);
    out.name = row.name.value;
    out.page_width_mm = row.page_width_mm, out.page_height_mm = row.page_height_mm;
    out.label_width_mm = row.label_width_mm, out.label_height_mm = row.label_height_mm;
    out.rows = row.rows, out.cols = row.cols;
    out.margin_top_mm = row.margin_top_mm, out.margin_left_mm = row.margin_left_mm;
    out.gap_x_mm = row.gap_x_mm, out.gap_y_mm = row.gap_y_mm;
    out.padding_mm = row.padding_mm, out.qr_size_mm = row.qr_size_mm;
    out.bar_height_mm = row.bar_height_mm;
    out.cut_lines = row.cut_lines;
    out.printer_dpi = row.printer_dpi;
    return out;
}

Page<LabelTemplate> label_templates(Rx& rx, const Actor&, const LabelTemplateFilter& filter, const PageQuery& page) {
    return List(
               "SELECT id, name, media, page_width_mm, page_height_mm, label_width_mm, label_height_mm, rows, cols,"
               " margin_top_mm, margin_left_mm, gap_x_mm, gap_y_mm, padding_mm, qr_size_mm, bar_height_mm, cut_lines,"
               " printer_dpi, lines, created_at, updated_at FROM units_label_template")
        .where("media = ?", filter.media)
        .search({"name"}, filter.search ? std::string_view(*filter.search) : std::string_view())
        .sort({{"id", "id"}, {"name", "name"}, {"updated_at", "updated_at"}}, "-id")
        .page<LabelTemplate>(rx, page);
}

LabelTemplate label_template(Rx& rx, const Actor&, Id<LabelTemplate> id) { return rx.one(id); }

LabelTemplate create_label_template(Tx& tx, const Actor&, const LabelTemplateInput& input) {
    const auto layout = layout_of_form(input);
    check_layout(tx, layout);
    require_free_name(tx, input, {});
    LabelTemplate row;
    apply(row, input, layout, tx.now());
    row.created_at = tx.now();
    return tx.insert(std::move(row));
}

LabelTemplate change_label_template(Tx& tx, const Actor&, Id<LabelTemplate> id, const LabelTemplateInput& input) {
    LabelTemplate row = tx.lock(id);
    const auto layout = layout_of_form(input);
    check_layout(tx, layout);
    require_free_name(tx, input, id);
    apply(row, input, layout, tx.now());
    return tx.update(std::move(row));
}

void delete_label_template(Tx& tx, const Actor&, Id<LabelTemplate> id) { tx.erase(tx.lock(id)); }

Content preview_label(Database& db, const Actor&, const LabelPreview& input) {
    const auto layout = layout_of_form(input);
    const auto fields = db.read([&](Rx& rx) {
        check_layout(rx, layout);
        return label_fields(rx, input.qrcode_id ? label_row(rx, *input.qrcode_id) : sample_row(rx.now()));
    });
    return {.type = "image/png", .bytes = print::preview_page_png(layout, fields)};
}

}  // namespace yuanliu::units
