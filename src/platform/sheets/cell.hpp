// A cell of a spreadsheet, as far as rows of data need it: a value, no formula, no colour.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yuanliu::sheets {

// What Excel holds; of files from elsewhere no more is read.
inline constexpr std::size_t rows_max = 1'048'576, cell_characters_max = 32'767;

struct Cell {
    enum class Kind : std::uint8_t {
        empty,
        text,
        number,   // `text` has its digits, without exponent where that is possible
        boolean,  // `text` is "true" or "false"
        date,     // `day`
        time,     // `day` and `ms_of_day`, on the wall of whoever wrote it
        error,    // `text` is what the sheet shows: "#N/A"
    };
    Kind kind = Kind::empty;
    std::string text = {};
    std::int32_t day = 0;  // days since 1970-01-01
    std::int32_t ms_of_day = 0;

    static Cell of_text(std::string value) { return {value.empty() ? Kind::empty : Kind::text, std::move(value)}; }
    static Cell of_number(std::string digits) { return {Kind::number, std::move(digits)}; }
    static Cell of_boolean(bool value) { return {Kind::boolean, value ? "true" : "false"}; }
    static Cell of_date(std::int32_t day) { return {Kind::date, {}, day}; }
    static Cell of_time(std::int32_t day, std::int32_t ms_of_day) { return {Kind::time, {}, day, ms_of_day}; }

    bool empty() const { return kind == Kind::empty; }
    // As a person would type it: 2026-03-02, 2026-03-02 16:30:00, true.
    std::string shown() const;
    bool operator==(const Cell&) const = default;
};
using Row = std::vector<Cell>;

}  // namespace yuanliu::sheets
