// Rows out of what office people send: XLSX (Excel, WPS, other writers), or CSV in whatever encoding and with whatever
// separator their program chose. Files come from outside: every size is bounded, nothing in them is run or fetched.
#pragma once

#include <functional>
#include <string>

#include "platform/sheets/cell.hpp"

namespace yuanliu::sheets {

struct ReadLimits {
    std::uint64_t file_bytes = 20 << 20;
    std::uint64_t unpacked_bytes = 256 << 20;  // of one part of an XLSX: a bomb is small only while it is packed
    std::uint64_t texts_bytes = 64 << 20;      // of the texts that the cells of an XLSX share, held in memory
    std::size_t rows = 100'000;                // that are not empty
    std::size_t columns = 256;                 // cells further right are left out if empty, refused otherwise
};

// Called with the number that the program of the sender shows beside the row (1 for the first; empty rows count, and
// are left out) and its cells; trailing empty cells are cut. False stops the reading.
using OnRow = std::function<bool(std::size_t number, const Row& cells)>;

enum class FileKind { xlsx, csv };
// What the file is by its bytes. Throws unsupported `sheets.old_format` for the .xls of before 2007 and for files with
// a password, `sheets.not_a_sheet` for another archive, picture or program.
FileKind kind_of(const std::string& path);

// Reads the first visible sheet of a workbook, or the text. Throws as kind_of does; unreadable `sheets.broken`;
// too_large `sheets.too_large`, `sheets.too_many_rows` {max}, `sheets.too_many_columns` {max}.
void read(const std::string& path, const ReadLimits& limits, const OnRow& on_row);

// ---- parts of it, for their tests ----

// A text in UTF-8, whatever it was in: by its byte order mark, else UTF-8 if it can be that, else as its letters
// suggest (GB18030 when they suggest nothing). Throws unreadable `sheets.broken` for bytes of no text.
std::string to_utf8(std::string bytes);
void read_csv(std::string_view utf8, const ReadLimits& limits, const OnRow& on_row);
void read_xlsx(const std::string& path, const ReadLimits& limits, const OnRow& on_row);

}  // namespace yuanliu::sheets
