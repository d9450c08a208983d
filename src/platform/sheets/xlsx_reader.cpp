// A workbook is an archive of XML parts: which sheets there are, the texts cells share, how numbers are shown (only
// that tells a date from a number), and the sheets.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "platform/sheets/xml.hpp"

namespace yuanliu::sheets {
namespace {

constexpr std::int32_t epoch_1900 = -25'569;  // 1899-12-30, day 0 of dates after the day that never was (1900-02-29)
constexpr std::int32_t epoch_1904 = -24'107;

template <class N>
std::optional<N> number_of(std::string_view text) {
    N out{};
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc() || end != text.data() + text.size()) return {};
    return out;
}

// ---- xl/workbook.xml, and the names of its parts ----

struct Book : XmlHandler {
    std::string sheet_id;  // of the first sheet that is not hidden
    bool dates_1904 = false;
    void begin(std::string_view name, const Attributes& a) override {
        if (name == "workbookPr") dates_1904 = a.get("date1904") == "1" || a.get("date1904") == "true";
        if (name == "sheet" && sheet_id.empty() && (a.get("state").empty() || a.get("state") == "visible"))
            sheet_id = relation(a);
    }
    // r:id, not the sheet's own id.
    static std::string relation(const Attributes& a) { return std::string(a.get("id")); }
};

struct Relations : XmlHandler {
    std::string folder;
    std::map<std::string, std::string> by_id, by_type;
    void begin(std::string_view name, const Attributes& a) override {
        if (name != "Relationship" || a.get("TargetMode") == "External") return;
        std::string target(a.get("Target"));
        target = target.starts_with('/') ? target.substr(1) : folder + target;
        const auto type = a.get("Type");
        by_id.emplace(a.get("Id"), target);
        by_type.emplace(type.substr(type.rfind('/') + 1), target);
    }
};

// ---- xl/styles.xml: which formats are dates ----

// Whether a format such as yyyy"年"m"月"d"日" or [h]:mm shows a day or a time; which of both.
struct DateParts {
    bool day = false, time = false;
};
DateParts parts_of(std::string_view format) {
    DateParts out;
    bool quoted = false, color = false;
    std::string bracket;
    for (std::size_t i = 0; i < format.size(); ++i) {
        const char c = char(std::tolower(static_cast<unsigned char>(format[i])));
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '\\' || c == '_' || c == '*') {
            ++i;
            continue;
        }
        if (c == ';') break;  // what follows is for other numbers
        if (c == '[') color = true, bracket.clear();
        if (color) {
            if (c != '[' && c != ']') bracket += c;
            if (c == ']') {
                color = false;
                // [h] counts hours; [Red], [$-804] and [>100] count nothing.
                if (!bracket.empty() && bracket.find_first_not_of("hms") == std::string::npos) out.time = true;
            }
            continue;
        }
        if (c == 'y' || c == 'd') out.day = true;
        if (c == 'h' || c == 's') out.time = true;
        // G/通用格式 and General have letters of dates in them.
        if (c == 'g') return {};
    }
    // Months alone; with hours beside them, they are minutes.
    if (!out.day && !out.time && format.find_first_of("mM") != std::string_view::npos) out.day = true;
    return out;
}

// Formats that every Excel knows by number, without a text in the file; 27 to 36 and 50 to 58 in Chinese ones.
DateParts builtin_format(int id) {
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58)
        return {true, false};
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 || id == 56)
        return {false, true};
    if (id == 22) return {true, true};
    return {};
}

struct Styles : XmlHandler {
    std::map<int, DateParts> formats;
    std::vector<DateParts> cells;  // by the number that a cell's `s` names
    bool in_cells = false;
    void begin(std::string_view name, const Attributes& a) override {
        if (name == "numFmt") formats[number_of<int>(a.get("numFmtId")).value_or(0)] = parts_of(a.get("formatCode"));
        if (name == "cellXfs") in_cells = true;
        if (name != "xf" || !in_cells) return;
        const int id = number_of<int>(a.get("numFmtId")).value_or(0);
        const auto own = formats.find(id);
        cells.push_back(own != formats.end() ? own->second : builtin_format(id));
    }
    void end(std::string_view name) override {
        if (name == "cellXfs") in_cells = false;
    }
};

// ---- xl/sharedStrings.xml ----

// Excel writes a character that XML cannot hold as _x000D_.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) == "_x" && i + 7 <= text.size() && text[i + 6] == '_') {
            unsigned code = 0;
            auto [end, failed] = std::from_chars(text.data() + i + 2, text.data() + i + 6, code, 16);
            if (failed == std::errc() && end == text.data() + i + 6 && code < 0x80) {
                if (code >= 0x20 || code == '\n' || code == '\t') out += char(code);
                i += 6;
                continue;
            }
        }
        out += text[i];
    }
    return out;
}

struct SharedTexts : XmlHandler {
    const ReadLimits& limits;
    std::vector<std::string> all;
    std::uint64_t bytes = 0;
    std::string current;
    bool in_text = false, in_reading = false;  // rPh: how Japanese is read aloud, beside the text
    explicit SharedTexts(const ReadLimits& l) : limits(l) {}
    void begin(std::string_view name, const Attributes&) override {
        if (name == "si") current.clear();
        if (name == "rPh") in_reading = true;
        if (name == "t") in_text = !in_reading;
    }
    void text(std::string_view characters) override {
        if (in_text) add(characters);
    }
    void end(std::string_view name) override {
        if (name == "t") in_text = false;
        if (name == "rPh") in_reading = false;
        if (name == "si") {
            bytes += sizeof(std::string);
            all.push_back(unescaped(current));
        }
    }
    void add(std::string_view characters) {
        bytes += characters.size();
        if (bytes > limits.texts_bytes)
            throw Error(Fault::too_large, "sheets.too_large", {{"max", std::to_string(limits.file_bytes >> 20)}});
        current += characters;
    }
};

// ---- a sheet ----

// "AB12" is column 27; -1 for what is no place.
int column_of(std::string_view place) {
    int out = 0;
    for (const char c : place) {
        if (c < 'A' || c > 'Z') break;
        out = out * 26 + (c - 'A' + 1);
        if (out > 16'384) return -1;
    }
    return out - 1;
}

// The digits as Excel shows them: 15 are exact, and no exponent where it can be helped (a telephone number).
std::string plain_number(double value) {
    if (std::nearbyint(value) == value && std::fabs(value) < 1e15) return fmt::format("{:.0f}", value + 0.0);
    auto text = fmt::format("{:.15g}", value);
    if (text.find('e') == std::string::npos) return text;
    text = fmt::format("{:.20f}", value);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

struct Sheet : XmlHandler {
    const ReadLimits& limits;
    const OnRow& on_row;
    const std::vector<std::string>& texts;
    const std::vector<DateParts>& styles;
    std::int32_t epoch;

    std::size_t number = 0, rows = 0;  // of the row as its author sees it; rows with something in them
    Row cells;
    int column = -1;
    std::string type, value;
    std::size_t style = 0;
    bool in_value = false, in_reading = false, in_cell = false;

    Sheet(const ReadLimits& l, const OnRow& o, const std::vector<std::string>& t, const std::vector<DateParts>& s,
          std::int32_t e)
        : limits(l), on_row(o), texts(t), styles(s), epoch(e) {}

    void begin(std::string_view name, const Attributes& a) override {
        if (name == "row") {
            // Both numbers may be left out: then it is the next one.
            const auto said = number_of<std::size_t>(a.get("r"));
            if (said && (*said <= number || *said > rows_max)) throw unreadable("sheets.broken");
            number = said.value_or(number + 1);
            cells.clear();
            column = -1;
        } else if (name == "c") {
            const auto place = a.get("r");
            const int said = column_of(place);
            if (!place.empty() && said <= column) throw unreadable("sheets.broken");
            column = place.empty() ? column + 1 : said;
            type = a.get("t");
            style = number_of<std::size_t>(a.get("s")).value_or(0);
            value.clear();
            in_cell = true;
        } else if (name == "rPh") {
            in_reading = true;
        } else if (in_cell && (name == "v" || (name == "t" && !in_reading))) {
            in_value = true;  // <v>, or <is><t>: the formula beside it is not for us
        }
    }
    void text(std::string_view characters) override {
        if (!in_value) return;
        if (value.size() + characters.size() > cell_characters_max * 4) throw unreadable("sheets.broken");
        value += characters;
    }
    void end(std::string_view name) override {
        if (name == "v" || name == "t") in_value = false;
        if (name == "rPh") in_reading = false;
        if (name == "c") put(), in_cell = false;
        if (name == "row") finish_row();
        if (name == "sheetData") stopped = true;
    }

    void put() {
        auto cell = read_cell();
        if (cell.empty()) return;
        if (std::size_t(column) >= limits.columns)
            throw Error(Fault::too_large, "sheets.too_many_columns", {{"max", std::to_string(limits.columns)}});
        cells.resize(std::size_t(column) + 1);
        cells.back() = std::move(cell);
    }

    Cell read_cell() const {
        if (value.empty()) return {};
        if (type == "s") {
            const auto at = number_of<std::size_t>(value);
            if (!at || *at >= texts.size()) throw unreadable("sheets.broken");
            return Cell::of_text(std::string(trim(texts[*at])));
        }
        if (type == "inlineStr" || type == "str") return Cell::of_text(std::string(trim(unescaped(value))));
        if (type == "b") return Cell::of_boolean(value == "1" || value == "true");
        if (type == "e") return {Cell::Kind::error, value};
        if (type == "d") return read_iso();
        return read_number();
    }

    // A date as ISO 8601 says it, as few programs write it.
    Cell read_iso() const {
        const auto day = parse_date(std::string_view(value).substr(0, 10));
        if (!day) return Cell::of_text(value);
        if (value.size() <= 10) return Cell::of_date(*day);
        std::string whole = value;
        if (whole.find_first_of("Zz+", 10) == std::string::npos) whole += 'Z';
        const auto at = parse_rfc3339(whole);
        return at ? Cell::of_time(*day, std::int32_t(((at->ms % day_ms) + day_ms) % day_ms)) : Cell::of_text(value);
    }

    Cell read_number() const {
        char* end = nullptr;
        const double number = std::strtod(value.c_str(), &end);
        if (end != value.c_str() + value.size() || !std::isfinite(number)) throw unreadable("sheets.broken");
        const DateParts parts = style < styles.size() ? styles[style] : DateParts{};
        if ((!parts.day && !parts.time) || number < 0 || number > 2'958'466)
            return Cell::of_number(plain_number(number));
        auto days = std::floor(number);
        auto ms = std::llround((number - days) * double(day_ms));
        ms = (ms + 500) / 1000 * 1000;  // a fraction of a day is exact to the second, no further
        if (ms >= day_ms) days += 1, ms -= day_ms;
        // A time of day without a day.
        if (!parts.day && days == 0) return Cell::of_text(Cell::of_time(0, std::int32_t(ms)).shown().substr(11));
        // The calendar of 1900 has a 29 February: before it, its numbers are one behind.
        const auto day = std::int32_t(days) + epoch + (epoch == epoch_1900 && days < 60 ? 1 : 0);
        return ms == 0 && !parts.time ? Cell::of_date(day) : Cell::of_time(day, std::int32_t(ms));
    }

    void finish_row() {
        while (!cells.empty() && cells.back().empty()) cells.pop_back();
        if (cells.empty()) return;
        if (++rows > limits.rows)
            throw Error(Fault::too_large, "sheets.too_many_rows", {{"max", std::to_string(limits.rows)}});
        if (!on_row(number, cells)) stopped = true;
    }
};

std::string folder_of(const std::string& part) { return part.substr(0, part.rfind('/') + 1); }

Relations relations_of(const Archive& archive, const std::string& part) {
    Relations out;
    out.folder = folder_of(part);
    const auto file = out.folder + "_rels/" + part.substr(out.folder.size()) + ".rels";
    if (archive.has(file)) archive.parse(file, out);
    return out;
}

}  // namespace

void read_xlsx(const std::string& path, const ReadLimits& limits, const OnRow& on_row) {
    const Archive archive(path, limits);
    const auto top = relations_of(archive, "");
    const auto found = top.by_type.find("officeDocument");
    const std::string book_part = found == top.by_type.end() ? "xl/workbook.xml" : found->second;
    if (!archive.has(book_part)) throw Error(Fault::unsupported, "sheets.not_a_sheet");
    Book book;
    archive.parse(book_part, book);
    const auto parts = relations_of(archive, book_part);
    const auto sheet_part = parts.by_id.find(book.sheet_id);
    if (sheet_part == parts.by_id.end()) throw unreadable("sheets.broken");
    Styles styles;
    if (auto at = parts.by_type.find("styles"); at != parts.by_type.end()) archive.parse(at->second, styles);
    SharedTexts texts(limits);
    if (auto at = parts.by_type.find("sharedStrings"); at != parts.by_type.end()) archive.parse(at->second, texts);
    Sheet sheet(limits, on_row, texts.all, styles.cells, book.dates_1904 ? epoch_1904 : epoch_1900);
    archive.parse(sheet_part->second, sheet);
}

}  // namespace yuanliu::sheets
