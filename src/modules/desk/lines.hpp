// Rows of a sheet as bodies of calls: cells are read as people write them, and what they mean is left to the Record.
#pragma once

#include "modules/desk/columns.hpp"
#include "modules/desk/model.hpp"
#include "platform/imports/targets.hpp"

namespace yuanliu::desk {

// A row on its way. Problems name fields of the body; no field: the row.
struct Line {
    std::size_t number = 0;  // as the sheet's program shows it
    sheets::Row cells;       // by column of the sheet
    std::string body;        // of a target that gathers: without the list
    std::string entry;       // of a target that gathers: the list's entry as JSON
    std::vector<FieldProblem> problems;
};

// The names of a sheet's columns from its first row: none empty, none twice. Throws too_large
// `sheets.too_many_columns`.
std::vector<std::string> column_names(const sheets::Row& first, std::size_t columns);

// What the field is called in a sheet's first row: its `heading.` word, else its field word.
std::string label_of(const Reading& reading, const Record& record, const Field& field);
// Which column is for which field, by what they are called in either language.
Dictionary suggested_mapping(const Words& words, const imports::Target& target,
                             const std::vector<std::string>& columns);

// Fills body and entry of lines, looking up what they refer to as this caller may see it.
class LineReader {
 public:
    LineReader(const Reading& reading, const imports::Targets& targets, const imports::Target& target,
               const std::vector<std::string>& columns, const Dictionary& mapping);
    void read(Rx& rx, const Actor& actor, Line& line);

 private:
    struct Use {
        std::size_t column;
        const Field* field;
    };
    // One cell while it is written as JSON.
    struct Place {
        Rx& rx;
        const Actor& actor;
        Line& line;
        const Field& field;
    };
    void write(Place place, const Type& type, const sheets::Cell& cell, JsonWriter& w);
    void write_reference(Place place, const std::string& text, JsonWriter& w);
    void write_choice(Place place, const Type& type, const std::string& text, JsonWriter& w);
    void write_list(Place place, const Type& type, const sheets::Cell& cell, JsonWriter& w);
    void write_boolean(const std::string& text, JsonWriter& w);
    void write_time(const sheets::Cell& cell, JsonWriter& w);

    const Reading& reading_;
    const imports::Targets& targets_;
    const imports::Target& target_;
    std::vector<Use> uses_;  // in order of the body's fields
    std::map<std::pair<const Field*, std::string>, std::optional<std::int64_t>> known_;
};

}  // namespace yuanliu::desk
