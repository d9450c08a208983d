#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "platform/sheets/writer.hpp"

namespace yuanliu::sheets {
namespace {

constexpr double unix_epoch_serial = 25569;        // 1970-01-01 in days since Excel's 1899-12-30
constexpr std::int32_t first_serial_day = -25508;  // 1900-03-01: before, Excel counts a day that never was

const char* format_text(Shape shape) {
    switch (shape) {
        case Shape::text: return "@";
        case Shape::integer: return "0";
        case Shape::money: return "#,##0.00";
        case Shape::quantity: return "#,##0.###";
        case Shape::real: return "General";
        case Shape::date: return "yyyy-mm-dd";
        case Shape::time: return "yyyy-mm-dd hh:mm:ss";
    }
    return "General";
}

double width_of(const Column& column) {
    // A Chinese character is as wide as two letters.
    double heading = 2;
    for (const unsigned char c : column.heading) heading += c < 0x80 ? 1 : (c & 0xc0) == 0xc0 ? 2 : 0;
    const double value = column.shape == Shape::time ? 20 : column.shape == Shape::text ? 16 : 12;
    return std::min(40.0, std::max(heading + 2, value));
}

// What Excel takes as the name of a sheet: 31 characters, of which the number of a further one needs some.
std::string sheet_name(std::string_view title) {
    std::string out;
    for (const char c : clip(title, 24))
        out += std::string_view("[]:*?/\\'").find(c) == std::string_view::npos ? c : ' ';
    return out.empty() ? "1" : out;
}

class XlsxWriter : public Writer {
 public:
    XlsxWriter(const std::string& path, std::string_view sheet, std::vector<Column> columns, Time now)
        : folder_(std::filesystem::path(path).parent_path().string()),
          sheet_(sheet_name(sheet)),
          columns_(std::move(columns)) {
        lxw_workbook_options options{LXW_TRUE, folder_.empty() ? nullptr : folder_.data(), LXW_TRUE};
        book_ = workbook_new_opt(path.c_str(), &options);
        if (!book_) throw internal("a spreadsheet cannot be begun at " + path);
        lxw_doc_properties properties{};
        properties.created = now.ms / second_ms;
        workbook_set_properties(book_, &properties);
        heading_ = workbook_add_format(book_);
        format_set_bold(heading_);
        format_set_bg_color(heading_, 0xEEF2F5);
        format_set_bottom(heading_, LXW_BORDER_THIN);
        for (const auto& column : columns_) {
            formats_.push_back(workbook_add_format(book_));
            format_set_num_format(formats_.back(), format_text(column.shape));
        }
        date_ = workbook_add_format(book_), time_ = workbook_add_format(book_);
        format_set_num_format(date_, format_text(Shape::date));
        format_set_num_format(time_, format_text(Shape::time));
        begin_sheet();
    }
    ~XlsxWriter() override {
        if (book_) lxw_workbook_free(book_);
    }
    XlsxWriter(const XlsxWriter&) = delete;

    void row(std::span<const Cell> cells) override {
        if (next_ == rows_max) end_sheet(), begin_sheet();
        for (std::size_t i = 0; i < std::min(cells.size(), columns_.size()); ++i) put(lxw_col_t(i), cells[i]);
        ++next_;
    }

    void finish() override {
        end_sheet();
        errno = 0;
        const auto failed = workbook_close(std::exchange(book_, nullptr));  // frees it in any case
        if (failed == LXW_NO_ERROR) return;
        if (errno == ENOSPC || errno == EDQUOT) throw Error(Fault::no_space, "no_space");
        throw internal(std::string("a spreadsheet cannot be written: ") + lxw_strerror(failed));
    }

 private:
    void begin_sheet() {
        const auto name = sheets_++ ? sheet_ + " " + std::to_string(sheets_) : sheet_;
        page_ = workbook_add_worksheet(book_, name.c_str());
        if (!page_) throw internal("a spreadsheet takes no further sheet");
        for (std::size_t i = 0; i < columns_.size(); ++i)
            worksheet_set_column(page_, lxw_col_t(i), lxw_col_t(i), width_of(columns_[i]), nullptr);
        worksheet_freeze_panes(page_, 1, 0);
        for (std::size_t i = 0; i < columns_.size(); ++i)
            worksheet_write_string(page_, 0, lxw_col_t(i), columns_[i].heading.c_str(), heading_);
        next_ = 1;
    }
    void end_sheet() {
        if (!columns_.empty()) worksheet_autofilter(page_, 0, 0, lxw_row_t(next_ - 1), lxw_col_t(columns_.size() - 1));
    }

    void put(lxw_col_t at, const Cell& cell) {
        const auto row = lxw_row_t(next_);
        lxw_format* format = formats_[at];
        switch (cell.kind) {
            case Cell::Kind::empty: return;
            case Cell::Kind::number:
                worksheet_write_number(page_, row, at, std::strtod(cell.text.c_str(), nullptr), format);
                return;
            case Cell::Kind::boolean: worksheet_write_boolean(page_, row, at, cell.text == "true", format); return;
            case Cell::Kind::date:
            case Cell::Kind::time:
                if (cell.day < first_serial_day) break;  // as text
                // A day in a column of texts would show as its number.
                if (columns_[at].shape != Shape::date && columns_[at].shape != Shape::time)
                    format = cell.kind == Cell::Kind::date ? date_ : time_;
                worksheet_write_number(page_, row, at,
                                       unix_epoch_serial + cell.day + double(cell.ms_of_day) / double(day_ms), format);
                return;
            default: break;
        }
        const std::string text(clip(cell.shown(), cell_characters_max));
        worksheet_write_string(page_, row, at, text.c_str(), format);
    }

    std::string folder_, sheet_;
    std::vector<Column> columns_;
    lxw_workbook* book_ = nullptr;
    lxw_worksheet* page_ = nullptr;
    lxw_format *heading_ = nullptr, *date_ = nullptr, *time_ = nullptr;
    std::vector<lxw_format*> formats_;
    std::size_t next_ = 0;
    int sheets_ = 0;
};

}  // namespace

std::unique_ptr<Writer> write_xlsx(const std::string& path, std::string_view sheet, std::vector<Column> columns,
                                   Time now) {
    return std::make_unique<XlsxWriter>(path, sheet, std::move(columns), now);
}

}  // namespace yuanliu::sheets
