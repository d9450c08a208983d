// A Record as columns of a sheet, and values as cells: words instead of names, the wall clock instead of UTC.
#pragma once

#include "base/time.hpp"
#include "platform/sheets/writer.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::desk {

// A field of a row, or of a record inside of it: "contact.name".
struct FlatColumn {
    std::string path;
    const Record* record = nullptr;  // whose field it is
    const Field* field = nullptr;
};
// Every field, records inside spread out; lists and dictionaries are one column.
std::vector<FlatColumn> flat_columns(const Record& record);

// In whose language and by whose clock.
struct Reading {
    const Words& words;
    Zone zone;
    Locale locale = Locale::zh;
};

// What people call the field: its word, without the explanation that follows.
std::string heading_of(const Reading& reading, const Record& record, const Field& field);
sheets::Shape shape_of(const Type& type);

// The cell that shows a value as the API tells it.
sheets::Cell cell_of(const Reading& reading, const FlatColumn& column, Json value);
// The cells of a row, an object of the API, one for each column.
void fill_row(const Reading& reading, const std::vector<FlatColumn>& columns, Json row, sheets::Row& cells);

}  // namespace yuanliu::desk
