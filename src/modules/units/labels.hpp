// Labels on paper: a batch, or chosen codes, as a PDF to print, a ZIP of pictures or a list.
#pragma once

#include <algorithm>

#include "modules/units/label_templates.hpp"
#include "platform/print/text_template.hpp"

namespace yuanliu::units {

enum class LabelFormat { pdf, zip, csv };
YL_ENUM(LabelFormat, pdf, zip, csv)

enum class PictureFormat { png, svg };
YL_ENUM(PictureFormat, png, svg)

struct QrcodeQuery {
    std::optional<PictureFormat> format;  // png
};
YL_RECORD(QrcodeQuery, "units.qrcode_query", format)

struct PrintLabels {
    std::optional<Id<Batch>> batch_id;
    std::optional<std::vector<Code<1, 64>>> qrcode_ids;
    LabelFormat format = LabelFormat::pdf;
    std::optional<Text<1, 40>> layout;             // of GET /api/label-presets/: 40x30, 50x30, a4-3x8 …
    std::optional<Id<LabelTemplate>> template_id;  // a design of one's own instead
    std::optional<Int<0, 200>> skip_first;         // places already used up on the first sheet
};
YL_RECORD(PrintLabels, "units.print_labels", batch_id, qrcode_ids, format, layout, template_id, skip_first)

struct LabelJob {
    std::int64_t job_id = 0;
};
YL_RECORD(LabelJob, "units.label_job", job_id)

struct LabelPreset {
    std::string name;
    double label_width_mm = 0, label_height_mm = 0;
    int per_page = 1;
    LabelTemplateInput design;  // all of it, to start a design of one's own from
};
YL_RECORD(LabelPreset, "units.label_preset", name, label_width_mm, label_height_mm, per_page, design)

// What stands on a label.
struct LabelRow {
    Id<Unit> id;
    std::string code, type, model;
    std::optional<std::int64_t> batch_id;
    Time created_at;
};
YL_RECORD(LabelRow, "units.label_row", id, code, type, model, batch_id, created_at)

// The unit with this code, however it was typed. Throws not_found.
LabelRow label_row(Rx& rx, std::string_view code);
// What fills the holes of a design: url, code, type, model, batch, date.
print::Fields label_fields(Rx& rx, const LabelRow& row);

// Starts the job that makes the file. Throws invalid for both or neither of batch and codes, for both of layout and
// design, or an unknown layout; not_found for an unknown batch or design; conflict `units.codes_refused` for unknown
// codes.
LabelJob print_labels(Tx& tx, const Actor& actor, const PrintLabels& input);
std::vector<LabelPreset> label_presets(Rx& rx, const Actor& actor);
// GET /api/products/{id}/qrcode/: the code of one unit as a picture, in pixels or, for print in any size, in outlines.
Content qrcode_picture(Rx& rx, const Actor& actor, Id<Unit> id, const QrcodeQuery& query);

void declare_mint(jobs::Registry& registry);

// What a code leads to when scanned. Capitals and digits alone need fewer modules of a QR code: who writes the address
// of his server in capitals gets the rest in capitals, too. It is not the default, because programs that compare
// "https:" letter by letter take such an address for a text, and a label cannot be printed again once it has been sold.
struct PublicUrl {
    std::string base;  // https://example.com, without a slash at the end
    std::string of(std::string_view code) const {
        const bool capitals = std::none_of(base.begin(), base.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        return base + (capitals ? "/Q/" : "/q/") + std::string(code);
    }
};

}  // namespace yuanliu::units
