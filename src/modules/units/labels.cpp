#include "modules/units/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/text.hpp"
#include "base/time.hpp"
#include "base/unit_code.hpp"
#include "modules/units/rules.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/print/pdf.hpp"
#include "platform/print/qr.hpp"
#include "platform/print/zip.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::units {
namespace {

struct LabelTask {
    std::optional<Id<Batch>> batch_id;
    std::vector<std::int64_t> unit_ids;
    LabelFormat format = LabelFormat::pdf;
    std::string layout;
    std::optional<Id<LabelTemplate>> template_id;
    int skip_first = 0;
};
YL_RECORD(LabelTask, "units.label_task", batch_id, unit_ids, format, layout, template_id, skip_first)

constexpr std::string_view label_rows =
    "SELECT u.id AS id, u.code AS code, t.name AS type, t.model AS model, u.batch_id AS batch_id, u.created_at AS "
    "created_at"
    " FROM units_unit u JOIN catalog_type_name t ON t.id = u.product_type_id ";
constexpr int rows_at_once = 2000;  // read in one snapshot, then written to the file without one

print::LabelLayout layout_of(Rx& rx, const LabelTask& task) {
    auto layout = task.template_id ? layout_of(rx.one(*task.template_id)) : print::preset(task.layout);
    layout.qr_text = "{url}";
    layout.skip_first = task.skip_first;
    return layout;
}

print::Fields fields_of(const LabelRow& row, const PublicUrl& url, const Zone& zone) {
    return {{"url", url.of(row.code)},
            {"code", row.code},
            {"type", row.type},
            {"model", row.model},
            {"batch", row.batch_id ? std::to_string(*row.batch_id) : ""},
            {"date", format_date(zone.day_of(row.created_at))}};
}

// The three kinds of file, fed one label at a time.
class LabelFile {
 public:
    virtual ~LabelFile() = default;
    virtual void add(const LabelRow& row) = 0;
    virtual void finish() = 0;
};

struct Surroundings {
    const PublicUrl& url;
    const Zone& zone;
    Time now;
};

class PdfFile : public LabelFile {
 public:
    PdfFile(const std::string& path, const print::LabelLayout& layout, Surroundings around)
        : around_(around), pdf_(path, layout, "Yuanliu labels", around.now) {}
    void add(const LabelRow& row) override { pdf_.add(fields_of(row, around_.url, around_.zone)); }
    void finish() override { pdf_.finish(); }

 private:
    Surroundings around_;
    print::LabelPdf pdf_;
};

class ZipFile : public LabelFile {
 public:
    ZipFile(const std::string& path, Surroundings around) : around_(around), zip_(path, around.now) {}
    void add(const LabelRow& row) override {
        zip_.add(row.code + ".png", print::qr_png(print::encode_qr(around_.url.of(row.code))));
    }
    void finish() override { zip_.finish(); }

 private:
    Surroundings around_;
    print::ZipWriter zip_;
};

class CsvFile : public LabelFile {
 public:
    CsvFile(const std::string& path, Surroundings around) : around_(around), file_(path, std::ios::binary) {
        // The mark at the front makes spreadsheets read it as UTF-8.
        file_ << "\xEF\xBB\xBFqrcode_id,url,product_type,model,batch_id,created_on\r\n";
    }
    void add(const LabelRow& row) override {
        std::string line;
        for (const auto& cell : {row.code, around_.url.of(row.code), row.type, row.model,
                                 row.batch_id ? std::to_string(*row.batch_id) : std::string(),
                                 format_date(around_.zone.day_of(row.created_at))}) {
            if (!line.empty()) line += ',';
            append_csv_cell(line, cell);
        }
        file_ << line << "\r\n";
    }
    void finish() override {
        file_.close();
        if (!file_) throw Error(Fault::no_space, "no_space");
    }

 private:
    Surroundings around_;
    std::ofstream file_;
};

std::unique_ptr<LabelFile> open_file(Database& db, const std::string& path, const LabelTask& task,
                                     Surroundings around) {
    switch (task.format) {
        case LabelFormat::pdf: {
            const auto layout = db.read([&](Rx& rx) { return layout_of(rx, task); });
            return std::make_unique<PdfFile>(path, layout, around);
        }
        case LabelFormat::zip: return std::make_unique<ZipFile>(path, around);
        case LabelFormat::csv: return std::make_unique<CsvFile>(path, around);
    }
    throw internal("no such label format");
}

// The next rows after `last`; of the batch, or of the chosen units from place `last` on.
std::vector<LabelRow> next_rows(Rx& rx, const LabelTask& task, std::int64_t last) {
    if (task.batch_id)
        return rx.all<LabelRow>(std::string(label_rows) + "WHERE u.batch_id = ? AND u.id > ? ORDER BY u.id LIMIT ?",
                                *task.batch_id, last, rows_at_once);
    std::vector<LabelRow> out;
    for (auto i = std::size_t(last); i < task.unit_ids.size() && i < std::size_t(last) + rows_at_once; ++i)
        if (auto row = rx.find<LabelRow>(std::string(label_rows) + "WHERE u.id = ?", task.unit_ids[i]))
            out.push_back(*row);
    return out;
}

void run_labels(jobs::Context& context, const LabelTask& task) {
    auto& store = context.db.parts().get<files::FileStore>();
    auto extension = std::string(name_of(task.format));
    auto path = store.new_path(extension);
    auto total = context.db.read(
        [&](Rx& rx) { return task.batch_id ? rx.one(*task.batch_id).count : std::int64_t(task.unit_ids.size()); });
    const auto [zone, now] =
        context.db.read([](Rx& rx) { return std::pair(rx.part<settings::Company>().zone(rx), rx.now()); });
    Surroundings around{context.db.parts().get<PublicUrl>(), zone, now};
    auto file = open_file(context.db, path, task, around);
    std::int64_t done = 0, last = 0;
    for (;;) {
        context.check();
        auto rows = context.db.read([&](Rx& rx) { return next_rows(rx, task, last); });
        if (rows.empty()) break;
        for (const auto& row : rows) file->add(row);
        done += std::int64_t(rows.size());
        last = task.batch_id ? rows.back().id.value : last + rows_at_once;
        context.progress(done, total);
    }
    file->finish();
    context.result_file(path, "labels." + extension,
                        task.format == LabelFormat::pdf   ? "application/pdf"
                        : task.format == LabelFormat::zip ? "application/zip"
                                                          : "text/csv");
}

}  // namespace

LabelRow label_row(Rx& rx, std::string_view code) {
    const auto unit = one_by_code(rx, code);
    return rx.one<LabelRow>(std::string(label_rows) + "WHERE u.id = ?", unit.id);
}

print::Fields label_fields(Rx& rx, const LabelRow& row) {
    return fields_of(row, rx.part<PublicUrl>(), rx.part<settings::Company>().zone(rx));
}

LabelJob print_labels(Tx& tx, const Actor& actor, const PrintLabels& input) {
    if (bool(input.batch_id) == bool(input.qrcode_ids)) throw invalid_field("batch_id", "units.batch_or_codes");
    LabelTask task{input.batch_id,    {},
                   input.format,      input.layout ? input.layout->value : "50x30",
                   input.template_id, input.skip_first ? int(*input.skip_first) : 0};
    if (input.layout && input.template_id) throw invalid_field("template_id", "units.layout_or_template");
    const auto& known = print::presets();
    if (std::none_of(known.begin(), known.end(), [&](const auto& p) { return p.name == task.layout; }))
        throw invalid_field("layout", "print.unknown_preset", {{"name", task.layout}});
    print::check(layout_of(tx, task));  // skip_first beyond the sheet
    if (input.batch_id) {
        auto batch = tx.one(*input.batch_id);
        tx.subject("units_batch", batch.id.value);
    } else {
        using enum State;
        auto all = {printed, in_stock, shipped, activated, in_repair, returned, replaced, scrapped};
        for (const auto& unit : select_units(tx, *input.qrcode_ids, all)) task.unit_ids.push_back(unit.id.value);
    }
    return {jobs::enqueue(tx, "units.labels", task, {.max_attempts = 3, .creator_id = actor.user_id}).value};
}

std::vector<LabelPreset> label_presets(Rx&, const Actor&) {
    std::vector<LabelPreset> out;
    for (const auto& p : print::presets())
        out.push_back({p.name, p.label_width_mm, p.label_height_mm, print::labels_per_page(p), design_of(p)});
    return out;
}

Content qrcode_picture(Rx& rx, const Actor& actor, Id<Unit> id, const QrcodeQuery& query) {
    const auto unit = view(rx, actor, id);
    const auto code = print::encode_qr(rx.part<PublicUrl>().of(unit.qrcode_id.value));
    if (query.format == PictureFormat::svg) return {.type = "image/svg+xml", .bytes = print::qr_svg(code)};
    return {.type = "image/png", .bytes = print::qr_png(code)};
}

void declare(jobs::Registry& registry) {
    declare_mint(registry);
    registry.on<LabelTask>("units.labels", &run_labels);
}

}  // namespace yuanliu::units
