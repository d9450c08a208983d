// A report as a file for a spreadsheet: UTF-8 with a byte order mark, so that Excel reads Chinese; what looks like a
// formula is disarmed.
#pragma once

#include "platform/describe/record.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::reports {

// The line of headings: the words of `field.reports.<name>` in this language.
std::string csv_headings(const Record& record, const Words& words, Locale locale);
// One line; what is null stays empty. Fields that are lists or records are not for this.
void append_csv_row(std::string& out, const Record& record, const void* row);

template <Described T>
std::string csv_of(const std::vector<T>& rows, const Words& words, Locale locale) {
    auto out = csv_headings(record_of<T>(), words, locale);
    for (const auto& row : rows) append_csv_row(out, record_of<T>(), &row);
    return out;
}

}  // namespace yuanliu::reports
