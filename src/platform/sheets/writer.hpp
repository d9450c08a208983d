// Rows into a file that Excel, WPS and programs read. Whatever the rows hold, nothing in the file runs: what looks like
// a formula stays text.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "platform/sheets/cell.hpp"

namespace yuanliu::sheets {

// How a column shows its numbers.
enum class Shape : std::uint8_t { text, integer, money, quantity, real, date, time };

struct Column {
    std::string heading;
    Shape shape = Shape::text;
};

// One thread at a time. Memory does not grow with the rows. Destroyed before finish(), it leaves a broken file, which
// the caller removes or never speaks of.
class Writer {
 public:
    virtual ~Writer() = default;
    // As many cells as columns; texts beyond cell_characters_max are cut. Throws no_space, internal.
    virtual void row(std::span<const Cell> cells) = 0;
    // Throws no_space, internal.
    virtual void finish() = 0;
};

// XLSX: headings in bold that stay in sight and filter; a further sheet begins where Excel ends (1,048,576 rows).
// Temporary files lie beside `path`.
std::unique_ptr<Writer> write_xlsx(const std::string& path, std::string_view sheet, std::vector<Column> columns,
                                   Time now);
// CSV: UTF-8 with a byte order mark, CRLF. Digits that Excel would spoil (long ones, those with a leading zero or plus)
// have a tab in front, which makes them text there.
std::unique_ptr<Writer> write_csv(const std::string& path, std::vector<Column> columns);

}  // namespace yuanliu::sheets
