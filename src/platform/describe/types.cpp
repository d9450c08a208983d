// The JSON and SQL forms of each kind of field.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/crypto.hpp"
#include "base/email.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "platform/describe/record.hpp"

namespace yuanliu {
namespace {

constexpr std::size_t list_max = 100'000;  // entries of any list in a body; verbs set their own lower limits

std::string_view kind_name(Json::Kind kind) {
    static constexpr std::string_view names[] = {"null", "boolean", "number", "string", "array", "object"};
    return names[std::size_t(kind)];
}

bool expect(Json j, Json::Kind kind, Reader& r) {
    if (j.kind() == kind) return true;
    if (r.lenient && j.kind() == Json::Kind::string && (kind == Json::Kind::number || kind == Json::Kind::boolean))
        return true;
    r.shape(j.kind() == Json::Kind::null ? "field.null" : "field.wrong_type",
            {{"expected", std::string(kind_name(kind))}, {"got", std::string(kind_name(j.kind()))}});
    return false;
}

// Digits as sent, exactly: "-12.5" with two digits is -1250. Exponents and further digits are refused, never rounded.
enum class Digits { ok, malformed, lossy, overflow };
Digits parse_scaled(std::string_view text, int digits, std::int64_t& out) {
    bool negative = !text.empty() && text[0] == '-';
    if (negative) text.remove_prefix(1);
    auto dot = text.find('.');
    auto whole = text.substr(0, dot);
    std::string fraction(dot == std::string_view::npos ? "" : text.substr(dot + 1));
    auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit)) return Digits::malformed;
    if (dot != std::string_view::npos && fraction.empty()) return Digits::malformed;
    if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return Digits::malformed;
    while (int(fraction.size()) > digits && fraction.back() == '0') fraction.pop_back();
    if (int(fraction.size()) > digits) return Digits::lossy;
    fraction.append(digits - fraction.size(), '0');
    std::string all = std::string(whole) + fraction;
    std::int64_t n = 0;
    auto [end, ec] = std::from_chars(all.data(), all.data() + all.size(), n);
    if (ec != std::errc() || n > json_integer_max) return Digits::overflow;
    out = negative ? -n : n;
    return Digits::ok;
}

void check_length(std::size_t length, int min, int max, Reader& r) {
    if (length < std::size_t(min)) r.value(length ? "field.too_short" : "field.empty", {{"min", std::to_string(min)}});
    if (max && length > std::size_t(max)) r.value("field.too_long", {{"max", std::to_string(max)}});
}

}  // namespace

const Field* Record::find(std::string_view field_name) const {
    for (const auto& field : fields)
        if (field.name == field_name) return &field;
    return nullptr;
}

namespace forms {

void read_bool(bool& v, Json j, Reader& r) {
    if (!expect(j, Json::Kind::boolean, r)) return;
    if (j.text() != "true" && j.text() != "false" && !(r.lenient && (j.text() == "1" || j.text() == "0")))
        return r.shape("field.wrong_type", {{"expected", "boolean"}, {"got", "string"}});
    v = j.text() == "true" || j.text() == "1";
}

void read_integer(std::int64_t& v, std::int64_t min, std::int64_t max, Json j, Reader& r) {
    if (!expect(j, Json::Kind::number, r)) return;
    std::int64_t n = 0;
    switch (parse_scaled(j.text(), 0, n)) {
        case Digits::ok: break;
        case Digits::overflow: return r.shape("field.lossy_number");
        default: return r.shape("field.not_integer");
    }
    if (n < min) return r.value("field.too_small", {{"min", std::to_string(min)}});
    if (n > max) return r.value("field.too_large", {{"max", std::to_string(max)}});
    v = n;
}

void read_real(double& v, Json j, Reader& r) {
    if (!expect(j, Json::Kind::number, r)) return;
    auto text = j.text();
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), v);
    if (ec == std::errc::result_out_of_range) return r.shape("field.lossy_number");
    if (ec != std::errc() || end != text.data() + text.size() || !std::isfinite(v))
        r.shape("field.wrong_type", {{"expected", "number"}, {"got", "string"}});
}

void read_scaled(std::int64_t& v, int digits, Json j, Reader& r) {
    if (!expect(j, Json::Kind::number, r)) return;
    Digits outcome = parse_scaled(j.text(), digits, v);
    // A JSON number that is not plain digits has an exponent.
    if (outcome == Digits::malformed && j.kind() == Json::Kind::number) outcome = Digits::lossy;
    switch (outcome) {
        case Digits::ok: return;
        case Digits::lossy: return r.shape("field.lossy_decimal", {{"digits", std::to_string(digits)}});
        case Digits::overflow: return r.shape("field.lossy_number");
        case Digits::malformed: return r.shape("field.wrong_type", {{"expected", "number"}, {"got", "string"}});
    }
}

void read_time(Time& v, Json j, Reader& r) {
    if (!expect(j, Json::Kind::string, r)) return;
    if (auto time = parse_rfc3339(j.text()))
        v = *time;
    else
        r.value("field.bad_time");
}

void read_date(Date& v, Json j, Reader& r) {
    if (!expect(j, Json::Kind::string, r)) return;
    if (auto days = parse_date(j.text()))
        v.days = *days;
    else
        r.value("field.bad_date");
}

void read_text(std::string& v, int min, int max, bool lines, Json j, Reader& r) {
    if (!expect(j, Json::Kind::string, r)) return;
    auto text = trim(j.text());
    if (has_control(text, lines ? Lines::allowed : Lines::refused)) return r.value("field.control_character");
    check_length(count_code_points(text), min, max, r);
    v = text;
}

void read_code(std::string& v, int min, int max, Json j, Reader& r) {
    if (!expect(j, Json::Kind::string, r)) return;
    for (unsigned char c : j.text())
        if (!std::isalnum(c) && c != '.' && c != '_' && c != '~' && c != '-') return r.value("field.bad_code");
    check_length(j.text().size(), min, max, r);
    v = j.text();
}

void read_secret(std::string& v, int min, int max, Json j, Reader& r) {
    if (!expect(j, Json::Kind::string, r)) return;
    check_length(count_code_points(j.text()), min, max, r);
    v = j.text();
}

void read_email(std::string& v, Json j, Reader& r) {
    if (!expect(j, Json::Kind::string, r)) return;
    if (auto email = normalise_email(j.text()))
        v = *email;
    else
        r.value("field.bad_email");
}

void read_phone(std::string& v, Json j, Reader& r) {
    if (!expect(j, Json::Kind::string, r)) return;
    if (auto phone = normalise_phone(j.text()))
        v = *phone;
    else
        r.value("field.bad_phone");
}

void read_choice(std::int64_t& v, std::span<const Choice> choices, bool numeric, Json j, Reader& r) {
    if (!expect(j, numeric ? Json::Kind::number : Json::Kind::string, r)) return;
    std::string allowed;
    for (const auto& choice : choices) {
        if (numeric ? std::to_string(choice.number) == j.text() : choice.name == j.text()) {
            v = choice.number;
            return;
        }
        allowed += allowed.empty() ? "" : ", ";
        allowed += numeric ? std::to_string(choice.number) : std::string(choice.name);
    }
    r.value("field.not_one_of", {{"allowed", allowed}});
}

void read_dictionary(Dictionary& v, Json j, Reader& r) {
    if (!expect(j, Json::Kind::object, r)) return;
    if (j.size() > Dictionary::keys_max)
        return r.value("field.too_many", {{"max", std::to_string(Dictionary::keys_max)}});
    v.entries.clear();
    auto at = r.path;
    for (auto [key, value] : j) {
        r.path = at + "." + std::string(key);
        if (auto n = count_code_points(trim(key)); n < 1 || n > Dictionary::key_max)
            r.value("field.bad_key", {{"max", std::to_string(Dictionary::key_max)}});
        std::string text;
        read_text(text, 0, Dictionary::value_max, true, value, r);
        if (!v.entries.emplace(trim(key), std::move(text)).second) r.value("field.duplicate");
    }
    r.path = at;
}

static void write_tree(Json j, JsonWriter& w) {
    switch (j.kind()) {
        case Json::Kind::null: w.null(); break;
        case Json::Kind::boolean:
        case Json::Kind::number: w.raw(j.text()); break;
        case Json::Kind::string: w.string(j.text()); break;
        case Json::Kind::array:
            w.begin_array();
            for (auto [key, value] : j) write_tree(value, w);
            w.end_array();
            break;
        case Json::Kind::object:
            w.begin_object();
            for (auto [key, value] : j) w.key(key), write_tree(value, w);
            w.end_object();
    }
}
void read_raw(std::string& v, Json j, Reader&) {
    v.clear();
    JsonWriter w(v);
    write_tree(j, w);
}

void read_record(const Record& record, void* object, Json j, Reader& r) {
    if (!expect(j, Json::Kind::object, r)) return;
    auto at = r.path;
    std::uint64_t seen = 0;
    static_assert(sizeof(seen) * 8 > 52, "Boost.Describe holds at most 52 members");
    for (auto [key, value] : j) {
        r.path = at.empty() ? std::string(key) : at + "." + std::string(key);
        const Field* field = record.find(key);
        if (!field) {
            r.shape("field.unknown");
            continue;
        }
        const auto bit = std::uint64_t(1) << (field - record.fields.data());
        if (seen & bit) r.shape("field.duplicate");  // a query string may say a name twice
        seen |= bit;
        field->type->read(field->at(object), value, r);
    }
    for (const auto& field : record.fields)
        if (!field.type->optional && !(seen >> (&field - record.fields.data()) & 1)) {
            r.path = at.empty() ? std::string(field.name) : at + "." + std::string(field.name);
            r.shape("field.required");
        }
    r.path = at;
}

void read_list(Json j, Reader& r, void* list, void (*add)(void*, Json, Reader&)) {
    if (!expect(j, Json::Kind::array, r)) return;
    if (j.size() > list_max) return r.value("field.too_many", {{"max", std::to_string(list_max)}});
    auto at = r.path;
    std::size_t i = 0;
    for (auto [key, value] : j) {
        r.path = at;
        r.path += '[';
        r.path += fmt::format_int(i++).c_str();
        r.path += ']';
        add(list, value, r);
    }
    r.path = at;
}

void write_scaled(std::int64_t v, int digits, JsonWriter& w) {
    std::int64_t scale = 1;
    for (int i = 0; i < digits; ++i) scale *= 10;
    auto magnitude = v < 0 ? 0 - std::uint64_t(v) : std::uint64_t(v);
    auto text = fmt::format("{}{}.{:0{}}", v < 0 ? "-" : "", magnitude / scale, magnitude % scale, digits);
    if (digits == 3)  // quantities drop idle zeros: 2.500 is 2.5, 2.000 is 2
        while (text.back() == '0' || text.back() == '.') {
            bool dot = text.back() == '.';
            text.pop_back();
            if (dot) break;
        }
    w.raw(text);
}
void write_time(Time v, JsonWriter& w) { w.string(format_rfc3339(v)); }
void write_date(Date v, JsonWriter& w) { w.string(date_text(v)); }
void write_choice(std::int64_t v, std::span<const Choice> choices, bool numeric, JsonWriter& w) {
    numeric ? w.integer(v) : w.string(choice_name(v, choices));
}
void write_dictionary(const Dictionary& v, JsonWriter& w) {
    w.begin_object();
    for (const auto& [key, value] : v.entries) w.key(key).string(value);
    w.end_object();
}
void write_record(const Record& record, const void* object, JsonWriter& w) {
    w.begin_object();
    for (const auto& field : record.fields) {
        if (field.type->kind == Kind::blind || field.type->kind == Kind::secret) continue;
        w.key(field.name);
        field.type->write(field.in(object), w);
    }
    w.end_object();
}

std::string date_text(Date v) { return format_date(v.days); }
Date load_date(std::string_view text) {
    auto days = parse_date(text);
    if (!days) throw internal(fmt::format("a stored date reads '{}'", text));
    return {*days};
}
std::int64_t load_choice(std::string_view text, std::span<const Choice> choices) {
    for (const auto& choice : choices)
        if (choice.name == text) return choice.number;
    throw internal(fmt::format("a stored choice reads '{}'", text));
}
std::string_view choice_name(std::int64_t v, std::span<const Choice> choices) {
    for (const auto& choice : choices)
        if (choice.number == v) return choice.name;
    throw internal(fmt::format("no choice has the number {}", v));
}

// The context ties a ciphertext to its use, so that it cannot be moved to another kind of column unnoticed.
static constexpr std::string_view sealed_context = "field";
std::string open_sealed(const SqlRow& row, int column) {
    auto text = row.text(column);
    return text.empty() ? std::string() : row.vault->open(text, sealed_context);
}
void bind_sealed(const std::string& text, SqlParams& params) {
    params.own(text.empty() ? std::string() : params.vault->seal(text, sealed_context));
}
std::string list_text(const Type& type, const void* object) {
    std::string out;
    JsonWriter w(out);
    type.write(object, w);
    return out;
}
void load_json(const Type& type, void* object, std::string_view json) {
    if (json.empty()) return;
    auto document = JsonDocument::parse(json);
    Reader reader;
    type.read(object, document->root(), reader);
    if (!reader.problems.empty())
        throw internal(
            fmt::format("stored JSON no longer fits: {} {}", reader.problems[0].field, reader.problems[0].code));
}

}  // namespace forms

static void finish(Reader&& reader) {
    if (reader.problems.empty()) return;
    throw Error(reader.unreadable ? Fault::unreadable : Fault::invalid, reader.unreadable ? "unreadable" : "invalid")
        .with(std::move(reader.problems));
}
void decode(const Record& record, void* object, std::string_view json) {
    auto document = JsonDocument::parse(json);
    Reader reader;
    forms::read_record(record, object, document->root(), reader);
    finish(std::move(reader));
}
void decode_query(const Record& record, void* object, const std::vector<std::pair<std::string, std::string>>& pairs) {
    auto document = JsonDocument::from_pairs(pairs);
    Reader reader;
    reader.lenient = true;
    forms::read_record(record, object, document->root(), reader);
    finish(std::move(reader));
}
void encode(const Record& record, const void* object, std::string& out) {
    JsonWriter w(out);
    forms::write_record(record, object, w);
}

}  // namespace yuanliu
