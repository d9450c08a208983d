#include "modules/desk/columns.hpp"

#include "base/text.hpp"

namespace yuanliu::desk {
namespace {

constexpr int depth_max = 3;

void flatten(const Record& record, const std::string& prefix, int depth, std::vector<FlatColumn>& out) {
    for (const auto& field : record.fields) {
        const Kind kind = field.type->kind;
        if (kind == Kind::blind || kind == Kind::secret) continue;
        const auto path = prefix + std::string(field.name);
        if (kind == Kind::record && depth < depth_max)
            flatten(*field.type->record(), path + ".", depth + 1, out);
        else
            out.push_back({path, &record, &field});
    }
}

const std::string& word(const Reading& reading, std::string_view key, const std::string& otherwise) {
    const Word* found = reading.words.find(key);
    return found ? found->in(reading.locale) : otherwise;
}

std::string called(const Reading& reading, const Record& record, std::string_view field, const Type& type,
                   std::string_view value) {
    for (const auto& choice : type.choices) {
        if (type.kind == Kind::number_choice ? std::to_string(choice.number) != value : choice.name != value) continue;
        const Word* word = choice_word(reading.words, record.name, field, choice.name);
        return word ? word->in(reading.locale) : std::string(choice.name);
    }
    return std::string(value);
}

std::string json_text(Json value) {
    std::string out;
    Reader reader;
    forms::read_raw(out, value, reader);
    return out;
}

// One value on one line, for cells that hold several.
std::string shown(const Reading& reading, const Record& record, const Field& field, const Type& type, Json value);

std::string shown_record(const Reading& reading, const Record& record, Json object) {
    std::string out;
    for (auto [key, value] : object) {
        const Field* field = record.find(key);
        if (!field || value.kind() == Json::Kind::null) continue;
        auto text = shown(reading, record, *field, *field->type, value);
        if (!text.empty()) out += (out.empty() ? "" : " ") + text;
    }
    return out;
}

std::string shown(const Reading& reading, const Record& record, const Field& field, const Type& type, Json value) {
    if (value.kind() == Json::Kind::null) return {};
    const bool zh = reading.locale == Locale::zh;
    switch (type.kind) {
        case Kind::list: {
            std::string out;
            for (auto [key, entry] : value) {
                auto text = shown(reading, record, field, *type.element, entry);
                if (!text.empty()) out += (out.empty() ? "" : type.element->record ? "; " : zh ? "、" : ", ") + text;
            }
            return out;
        }
        case Kind::dictionary: {
            std::string out;
            for (auto [key, entry] : value)
                out += (out.empty() ? "" : "; ") + std::string(key) + (zh ? "：" : ": ") + std::string(entry.text());
            return out;
        }
        case Kind::record: return shown_record(reading, *type.record(), value);
        case Kind::raw: return value.kind() == Json::Kind::string ? std::string(value.text()) : json_text(value);
        default: return cell_of(reading, {{}, &record, &field}, value).shown();
    }
}

}  // namespace

std::vector<FlatColumn> flat_columns(const Record& record) {
    std::vector<FlatColumn> out;
    flatten(record, "", 0, out);
    return out;
}

std::string heading_of(const Reading& reading, const Record& record, const Field& field) {
    const Word* word = field_word(reading.words, record.name, field.name);
    std::string_view text = word ? std::string_view(word->in(reading.locale)) : field.name;
    auto end = text.size();
    for (std::string_view mark : {"（", "：", "，", "；", "(", ":", ",", ";"})
        if (auto at = text.find(mark); at != std::string_view::npos && at > 0) end = std::min(end, at);
    return std::string(trim(text.substr(0, end)));
}

sheets::Shape shape_of(const Type& type) {
    switch (type.kind) {
        case Kind::integer: return sheets::Shape::integer;
        case Kind::money: return sheets::Shape::money;
        case Kind::qty: return sheets::Shape::quantity;
        case Kind::real: return sheets::Shape::real;
        case Kind::date: return sheets::Shape::date;
        case Kind::time: return sheets::Shape::time;
        default: return sheets::Shape::text;
    }
}

sheets::Cell cell_of(const Reading& reading, const FlatColumn& column, Json value) {
    using sheets::Cell;
    if (value.kind() == Json::Kind::null) return {};
    const Type& declared = *column.field->type;
    // The value of a list's entry is shown as its element.
    const Type& type = declared.kind == Kind::list && value.kind() != Json::Kind::array ? *declared.element : declared;
    switch (type.kind) {
        case Kind::integer:
        case Kind::real:
        case Kind::money:
        case Kind::qty: return Cell::of_number(std::string(value.text()));
        case Kind::boolean:
            return Cell::of_text(value.text() == "true" ? word(reading, "choice.desk.boolean.true", "true")
                                                        : word(reading, "choice.desk.boolean.false", "false"));
        case Kind::date:
            if (auto day = parse_date(value.text())) return Cell::of_date(*day);
            return Cell::of_text(std::string(value.text()));
        case Kind::time:
            if (auto at = parse_rfc3339(value.text())) {
                const auto local = reading.zone.local(*at);
                return Cell::of_time(local.day, local.ms_of_day);
            }
            return Cell::of_text(std::string(value.text()));
        case Kind::choice:
        case Kind::number_choice:
            return Cell::of_text(called(reading, *column.record, column.field->name, type, value.text()));
        case Kind::list:
        case Kind::dictionary:
        case Kind::record:
        case Kind::raw: return Cell::of_text(shown(reading, *column.record, *column.field, type, value));
        default: return Cell::of_text(std::string(value.text()));
    }
}

void fill_row(const Reading& reading, const std::vector<FlatColumn>& columns, Json row, sheets::Row& cells) {
    cells.assign(columns.size(), {});
    for (std::size_t i = 0; i < columns.size(); ++i) {
        std::optional<Json> at = row;
        std::string_view path = columns[i].path;
        while (at && !path.empty()) {
            const auto name = path.substr(0, path.find('.'));
            path.remove_prefix(std::min(path.size(), name.size() + 1));
            std::optional<Json> next;
            if (at->kind() == Json::Kind::object)
                for (auto [key, value] : *at)
                    if (key == name) next = value;
            at = next;
        }
        if (at) cells[i] = cell_of(reading, columns[i], *at);
    }
}

}  // namespace yuanliu::desk
