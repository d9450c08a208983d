#include "modules/desk/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.hpp"

namespace yuanliu::desk {
namespace {

using sheets::Cell;

// Without what does not belong to a number: spaces, thousands, the sign of the currency. Empty when the rest is none.
std::string digits_of(std::string_view text) {
    std::string out;
    for (std::string_view mark : {"¥", "￥", "元"})
        if (text.starts_with(mark))
            text.remove_prefix(mark.size());
        else if (text.ends_with(mark))
            text.remove_suffix(mark.size());
    for (const char c : trim(text))
        if (c != ',' && c != ' ') out += c;
    bool digit = false, dot = false;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const char c = out[i];
        if (c >= '0' && c <= '9')
            digit = true;
        else if (c == '.' && digit && !dot && i + 1 < out.size())
            dot = true;
        else if (c != '-' || i != 0)
            return {};
    }
    // 007 is no number in JSON.
    const auto first = out.starts_with('-') ? 1u : 0u;
    while (out.size() > first + 1 && out[first] == '0' && out[first + 1] != '.') out.erase(first, 1);
    return digit ? out : "";
}

// 2026-3-2, 2026/03/02, 2026.3.2, 2026年3月2日, 20260302.
std::optional<std::int32_t> day_of(std::string_view text) {
    std::array<int, 3> parts{};
    std::size_t n = 0;
    bool in_number = false;
    if (text.size() == 8 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        auto number = [&](std::size_t at, std::size_t size) {
            int out = 0;
            std::from_chars(text.data() + at, text.data() + at + size, out);
            return out;
        };
        return days_from_civil(number(0, 4), number(4, 2), number(6, 2));
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c >= '0' && c <= '9') {
            if (!in_number && n++ == 3) return {};
            in_number = true;
            parts[n - 1] = parts[n - 1] * 10 + (c - '0');
            if (parts[n - 1] > 9999) return {};
            continue;
        }
        in_number = false;
        const auto rest = text.substr(i);
        if (c == '-' || c == '/' || c == '.') continue;
        if (rest.starts_with("年") || rest.starts_with("月") || rest.starts_with("日")) {
            i += 2;
            continue;
        }
        return {};
    }
    if (n != 3 || parts[0] < 1000) return {};
    return days_from_civil(parts[0], parts[1], parts[2]);
}

// 16:30, 16:30:05; nothing for another text.
std::optional<std::int32_t> clock_of(std::string_view text) {
    std::array<int, 3> parts{};
    std::size_t n = 0;
    const char* at = text.data();
    const char* end = at + text.size();
    while (at < end && n < 3) {
        auto [next, failed] = std::from_chars(at, end, parts[n]);
        if (failed != std::errc()) return {};
        ++n;
        if (next == end) break;
        if (*next != ':') return {};
        at = next + 1;
    }
    if (n < 2 || parts[0] > 23 || parts[1] > 59 || parts[2] > 59 || parts[0] < 0 || parts[1] < 0 || parts[2] < 0)
        return {};
    return std::int32_t(((parts[0] * 60 + parts[1]) * 60 + parts[2]) * second_ms);
}

std::vector<std::string> split(std::string_view text, std::initializer_list<std::string_view> marks) {
    std::vector<std::string> out;
    std::string part;
    auto done = [&] {
        if (auto whole = trim(part); !whole.empty()) out.emplace_back(whole);
        part.clear();
    };
    while (!text.empty()) {
        const auto mark = std::find_if(marks.begin(), marks.end(), [&](auto m) { return text.starts_with(m); });
        if (mark == marks.end()) {
            part += text[0];
            text.remove_prefix(1);
        } else {
            done();
            text.remove_prefix(mark->size());
        }
    }
    done();
    return out;
}

// "功率：1200 W；颜色：白" or an object of JSON; text that is neither is left for the Record to refuse.
void write_pairs(const std::string& text, JsonWriter& w) {
    if (text.starts_with('{')) {
        try {
            JsonDocument::parse(text);
            w.raw(text);
            return;
        } catch (const Error&) {
        }
    }
    std::map<std::string, std::string> pairs;
    for (const auto& part : split(text, {";", "；", "\n"})) {
        std::size_t at = std::string::npos, size = 0;
        for (std::string_view mark : {"：", ":", "="})
            if (auto found = part.find(mark); found < at) at = found, size = mark.size();
        if (at == std::string::npos) {
            w.string(text);
            return;
        }
        pairs[std::string(trim(std::string_view(part).substr(0, at)))] = part.substr(at + size);
    }
    w.begin_object();
    for (const auto& [key, value] : pairs) w.key(key).string(value);
    w.end_object();
}

// Names that differ in nothing but how they are written are one: case, spaces, punctuation, what stands in brackets,
// the star of a required column.
std::string plain_name(std::string_view text) {
    std::string out;
    int depth = 0;
    while (!text.empty()) {
        const auto c = clip(text, 1);
        text.remove_prefix(c.size());
        if (c == "(" || c == "（" || c == "[" || c == "【") {
            ++depth;
        } else if (c == ")" || c == "）" || c == "]" || c == "】") {
            depth -= depth > 0;
        } else if (depth == 0) {
            const bool letter = c.size() > 1 || std::isalnum(static_cast<unsigned char>(c[0]));
            if (letter && c != "：" && c != "、" && c != "／" && c != "　") out += lower_ascii(c);
        }
    }
    return out;
}

const Word* heading_word(const Words& words, const Record& record, const Field& field) {
    if (const Word* own = words.find(fmt::format("heading.{}.{}", record.name, field.name))) return own;
    return words.find(fmt::format("heading.{}", field.name));
}

// Everything a column for this field may be called.
std::vector<std::string> names_of(const Words& words, const Record& record, const Field& field) {
    std::set<std::string> out{plain_name(field.name)};
    for (auto locale : {Locale::zh, Locale::en}) {
        const Zone zone;
        out.insert(plain_name(heading_of({words, zone, locale}, record, field)));
        if (const Word* heading = heading_word(words, record, field))
            for (const auto& name : split(heading->in(locale), {"|"})) out.insert(plain_name(name));
    }
    out.erase("");
    return {out.begin(), out.end()};
}

}  // namespace

std::vector<std::string> column_names(const sheets::Row& first, std::size_t columns) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::max(columns, first.size()); ++i) {
        std::string letters;
        for (auto n = i + 1; n > 0; n = (n - 1) / 26) letters.insert(letters.begin(), char('A' + (n - 1) % 26));
        std::string name;
        // A heading of two lines is one name.
        if (i < first.size())
            for (const char c : first[i].shown()) name += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
        name = trim(clip(trim(name), Dictionary::key_max - 6));
        if (name.empty()) name = letters;
        if (std::find(out.begin(), out.end(), name) != out.end()) name += " (" + letters + ")";
        out.push_back(std::move(name));
    }
    return out;
}

std::string label_of(const Reading& reading, const Record& record, const Field& field) {
    if (const Word* heading = heading_word(reading.words, record, field)) {
        const auto& text = heading->in(reading.locale);
        return text.substr(0, text.find('|'));
    }
    return heading_of(reading, record, field);
}

Dictionary suggested_mapping(const Words& words, const imports::Target& target,
                             const std::vector<std::string>& columns) {
    struct Named {
        const Field* field;
        std::vector<std::string> names;
    };
    std::vector<Named> fields;
    for (const Field* field : target.fields()) fields.push_back({field, names_of(words, *target.body, *field)});
    Dictionary out;
    std::set<const Field*> taken;
    auto match = [&](auto fits) {
        for (const auto& column : columns) {
            if (out.entries.contains(column)) continue;
            const auto name = plain_name(column);
            const Field* best = nullptr;
            std::size_t best_size = 0;
            for (const auto& [field, names] : fields)
                for (const auto& known : names)
                    if (!taken.contains(field) && known.size() > best_size && fits(name, known))
                        best = field, best_size = known.size();
            if (!best) continue;
            taken.insert(best);
            out.entries.emplace(column, best->name);
        }
    };
    // What is called exactly so comes first; then "客户手机号码", which holds 手机号. Two letters hold nothing.
    match([](const std::string& name, const std::string& known) { return name == known; });
    match([](const std::string& name, const std::string& known) {
        return known.size() >= 4 && name.find(known) != std::string::npos;
    });
    return out;
}

LineReader::LineReader(const Reading& reading, const imports::Targets& targets, const imports::Target& target,
                       const std::vector<std::string>& columns, const Dictionary& mapping)
    : reading_(reading), targets_(targets), target_(target) {
    for (const Field* field : target.fields())
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (auto said = mapping.entries.find(columns[i]); said != mapping.entries.end())
                if (said->second == field->name) uses_.push_back({i, field});
}

void LineReader::read(Rx& rx, const Actor& actor, Line& line) {
    JsonWriter body(line.body);
    body.begin_object();
    for (const auto& [column, field] : uses_) {
        if (column >= line.cells.size() || line.cells[column].empty()) continue;
        const Cell& cell = line.cells[column];
        if (cell.kind == Cell::Kind::error) {
            line.problems.push_back({std::string(field->name), "desk.error_cell", {{"shown", cell.text}}});
            continue;
        }
        const Place place{rx, actor, line, *field};
        if (field->name == target_.list) {
            JsonWriter entry(line.entry);
            write(place, *field->type->element, cell, entry);
            continue;
        }
        body.key(field->name);
        write(place, *field->type, cell, body);
    }
    body.end_object();
    if (!target_.list.empty() && line.entry.empty() && line.problems.empty())
        line.problems.push_back({target_.list, "field.required", {}});
}

void LineReader::write(Place place, const Type& type, const Cell& cell, JsonWriter& w) {
    const std::string text(trim(cell.shown()));
    switch (type.kind) {
        case Kind::boolean: return write_boolean(text, w);
        case Kind::id: return write_reference(place, text, w);
        case Kind::integer:
        case Kind::real:
        case Kind::money:
        case Kind::qty: {
            auto digits = digits_of(text);
            // 24.0 is a whole number to whoever typed it.
            if (type.kind == Kind::integer)
                if (auto dot = digits.find('.');
                    dot != digits.npos && digits.find_first_not_of('0', dot + 1) == digits.npos)
                    digits.resize(dot);
            digits.empty() ? w.string(text) : w.raw(digits);
            return;
        }
        case Kind::date: {
            auto day =
                cell.kind == Cell::Kind::date || cell.kind == Cell::Kind::time ? std::optional(cell.day) : day_of(text);
            w.string(day ? format_date(*day) : text);
            return;
        }
        case Kind::time: return write_time(cell, w);
        case Kind::choice:
        case Kind::number_choice: return write_choice(place, type, text, w);
        case Kind::dictionary: return write_pairs(text, w);
        case Kind::list: return write_list(place, type, cell, w);
        default: w.string(text);
    }
}

void LineReader::write_boolean(const std::string& text, JsonWriter& w) {
    static constexpr std::array yes{"true", "yes", "y", "1", "是", "有", "对", "√", "✓"};
    static constexpr std::array no{"false", "no", "n", "0", "否", "无", "不", "×", "✗"};
    const auto plain = lower_ascii(text);
    if (std::find(yes.begin(), yes.end(), plain) != yes.end())
        w.boolean(true);
    else if (std::find(no.begin(), no.end(), plain) != no.end())
        w.boolean(false);
    else
        w.string(text);
}

void LineReader::write_reference(Place place, const std::string& text, JsonWriter& w) {
    const auto* resolve = targets_.resolver(place.field.name);
    std::optional<std::int64_t> id;
    if (resolve) {
        auto [known, fresh] = known_.try_emplace({&place.field, text});
        if (fresh) known->second = (*resolve)(place.rx, place.actor, text);
        id = known->second;
    }
    if (id) {
        w.integer(*id);
    } else if (const auto digits = digits_of(text); !digits.empty() && digits.find_first_of(".-") == digits.npos) {
        w.raw(digits);
    } else {
        place.line.problems.push_back({std::string(place.field.name), "desk.nothing_called", {{"name", text}}});
        w.null();
    }
}

void LineReader::write_choice(Place place, const Type& type, const std::string& text, JsonWriter& w) {
    std::string allowed;
    const auto plain = lower_ascii(text);
    for (const auto& choice : type.choices) {
        const Word* word = choice_word(reading_.words, target_.body->name, place.field.name, choice.name);
        const bool numeric = type.kind == Kind::number_choice;
        if (plain == lower_ascii(choice.name) || (numeric && plain == std::to_string(choice.number)) ||
            (word && (text == word->zh || plain == lower_ascii(word->en)))) {
            numeric ? w.integer(choice.number) : w.string(choice.name);
            return;
        }
        allowed += (allowed.empty()                 ? ""
                    : reading_.locale == Locale::zh ? "、"
                                                    : ", ") +
                   (word ? word->in(reading_.locale) : std::string(choice.name));
    }
    place.line.problems.push_back({std::string(place.field.name), "field.not_one_of", {{"allowed", allowed}}});
    w.null();
}

void LineReader::write_list(Place place, const Type& type, const Cell& cell, JsonWriter& w) {
    w.begin_array();
    for (auto& part : split(cell.shown(), {"、", ",", "，", ";", "；", "\n"}))
        write(place, *type.element, Cell::of_text(std::move(part)), w);
    w.end_array();
}

void LineReader::write_time(const Cell& cell, JsonWriter& w) {
    if (cell.kind == Cell::Kind::date || cell.kind == Cell::Kind::time) {
        w.string(format_rfc3339(reading_.zone.at(cell.day, cell.ms_of_day)));
        return;
    }
    const std::string text(trim(cell.shown()));
    const auto space = text.find(' ');
    const auto day = day_of(text.substr(0, space));
    const auto clock = space == std::string::npos ? std::optional(0) : clock_of(trim(text.substr(space)));
    w.string(day && clock ? format_rfc3339(reading_.zone.at(*day, *clock)) : text);
}

}  // namespace yuanliu::desk
