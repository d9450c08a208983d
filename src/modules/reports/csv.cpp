#include "modules/reports/csv.hpp"

#include "base/text.hpp"

namespace yuanliu::reports {

std::string csv_headings(const Record& record, const Words& words, Locale locale) {
    std::string out = "\xEF\xBB\xBF";
    for (const auto& field : record.fields) {
        if (&field != record.fields.data()) out += ',';
        const Word* word = words.find("field.reports." + std::string(field.name));
        append_csv_cell(out, word ? word->in(locale) : field.name);
    }
    return out + "\r\n";
}

void append_csv_row(std::string& out, const Record& record, const void* row) {
    for (const auto& field : record.fields) {
        if (&field != record.fields.data()) out += ',';
        std::string json;
        JsonWriter writer(json);
        field.type->write(field.in(row), writer);
        if (json == "null") continue;
        if (json.front() != '"') {
            append_csv_cell(out, json);
            continue;
        }
        auto document = JsonDocument::parse("[" + json + "]");
        for (auto [key, value] : document->root()) append_csv_cell(out, value.text());
    }
    out += "\r\n";
}

}  // namespace yuanliu::reports
