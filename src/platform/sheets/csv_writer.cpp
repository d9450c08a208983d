#include <cerrno>
#include <fstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "platform/sheets/writer.hpp"

namespace yuanliu::sheets {
namespace {

constexpr std::size_t digits_kept = 11;  // Excel shows longer numbers as 1.38E+11

// A text of digits that Excel would take for a number and spoil.
bool spoiled(std::string_view text) {
    const bool plus = text.starts_with('+');
    const auto digits = text.substr(plus ? 1 : 0);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
    return plus || digits.size() > digits_kept || (digits.size() > 1 && digits[0] == '0');
}

class CsvWriter : public Writer {
 public:
    CsvWriter(const std::string& path, std::vector<Column> columns)
        : file_(path, std::ios::binary), columns_(columns.size()) {
        if (!file_) throw internal("a file cannot be begun at " + path);
        line_ = "\xEF\xBB\xBF";
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i) line_ += ',';
            append_csv_cell(line_, columns[i].heading);
        }
        flush_line();
    }

    void row(std::span<const Cell> cells) override {
        for (std::size_t i = 0; i < columns_; ++i) {
            if (i) line_ += ',';
            if (i < cells.size()) put(cells[i]);
        }
        flush_line();
    }
    void finish() override {
        file_.close();
        if (!file_) fail();
    }

 private:
    void put(const Cell& cell) {
        if (cell.kind == Cell::Kind::number) {
            line_ += cell.text;  // a number may be negative: that is no formula
            return;
        }
        const std::string text = cell.shown();
        if (spoiled(text))
            line_ += "\"\t" + text + "\"";
        else
            append_csv_cell(line_, clip(text, cell_characters_max));
    }
    void flush_line() {
        line_ += "\r\n";
        file_ << line_;
        line_.clear();
        if (!file_) fail();
    }
    [[noreturn]] static void fail() {
        if (errno == ENOSPC || errno == EDQUOT) throw Error(Fault::no_space, "no_space");
        throw internal("a spreadsheet cannot be written");
    }

    std::ofstream file_;
    std::size_t columns_;
    std::string line_;
};

}  // namespace

std::unique_ptr<Writer> write_csv(const std::string& path, std::vector<Column> columns) {
    return std::make_unique<CsvWriter>(path, std::move(columns));
}

}  // namespace yuanliu::sheets
