#include "platform/openapi/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "base/time.hpp"

namespace yuanliu {
namespace {

// "catalog.product_type_input" is CatalogProductTypeInput: the module stays in front, so that names do not depend on
// what other modules have.
std::string component_name(std::string_view record) {
    std::string out;
    bool upper = true;
    for (char c : record) {
        if (c == '.' || c == '_') {
            upper = true;
            continue;
        }
        out += upper && c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
        upper = false;
    }
    return out;
}

bool hidden(const Field& field, Schemas::Way way) {
    return field.type->kind == Kind::blind || (way == Schemas::Way::out && field.type->kind == Kind::secret);
}

const Record* nested(const Type& type) { return type.record ? type.record() : nullptr; }

// Whether the two readings of a Record differ, by itself or by one inside it.
bool differs(const Record& record) {
    for (const auto& field : record.fields) {
        if (field.type->optional || field.type->kind == Kind::secret) return true;
        if (const Record* inner = nested(*field.type); inner && differs(*inner)) return true;
    }
    return false;
}

void write_type(JsonWriter& w, std::string_view type, bool nullable) {
    w.key("type");
    if (!nullable)
        w.string(type);
    else
        w.begin_array().string(type).string("null").end_array();
}

std::string_view json_type(const Type& type) {
    switch (type.kind) {
        case Kind::boolean: return "boolean";
        case Kind::integer:
        case Kind::id:
        case Kind::number_choice: return "integer";
        case Kind::real:
        case Kind::money:
        case Kind::qty: return "number";
        case Kind::dictionary:
        case Kind::record: return "object";
        case Kind::list: return "array";
        default: return "string";
    }
}

Json::Kind json_kind(const Type& type) {
    auto name = json_type(type);
    if (name == "boolean") return Json::Kind::boolean;
    if (name == "object") return Json::Kind::object;
    if (name == "array") return Json::Kind::array;
    return name == "string" ? Json::Kind::string : Json::Kind::number;
}

}  // namespace

// Whether the text keeps the type's rule: a word may serve fields of several types, and its example only some of them.
static bool fits(const Type& type, std::string_view text) {
    auto technical = [](unsigned char c) {
        return std::isalnum(c) || std::string_view("._~-").find(char(c)) != std::string_view::npos;
    };
    switch (type.kind) {
        case Kind::time: return parse_rfc3339(text).has_value();
        case Kind::date: return parse_date(text).has_value();
        case Kind::code:
            if (!std::all_of(text.begin(), text.end(), technical)) return false;
            [[fallthrough]];
        default: {
            auto length = std::int64_t(count_code_points(text));
            return length >= type.min && (type.max == 0 || length <= type.max);
        }
    }
}
static bool fits(const Type& type, Json value) {
    std::int64_t number = 0;
    auto text = value.text();
    if (type.kind != Kind::integer && type.kind != Kind::id) return true;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= type.min && number <= type.max;
}

void Schemas::use(const Record& record, Way way) {
    if (!used_[&record].insert(way).second) return;
    for (const auto& field : record.fields)
        if (const Record* inner = nested(*field.type)) use(*inner, way);
}

void Schemas::name_all() {
    std::map<std::string, const Record*> ordered;  // by Record name, not by address
    for (const auto& [record, ways] : used_)
        if (!ordered.emplace(record->name, record).second)
            throw internal("two Records are called " + std::string(record->name));
    std::set<std::string> taken;
    auto claim = [&taken](const std::string& wanted) {
        std::string name = wanted;
        for (int i = 2; !taken.insert(name).second; ++i) name = wanted + std::to_string(i);
        return name;
    };
    for (const auto& [text, record] : ordered) {
        std::string name = claim(component_name(text));
        bool two = used_[record].size() == 2 && differs(*record);
        names_[{record, Way::out}] = name;
        names_[{record, Way::in}] = two ? claim(name + "In") : name;
    }
}

std::string Schemas::ref(const Record& record, Way way) const {
    return "#/components/schemas/" + names_.at({&record, way});
}

void Schemas::number(JsonWriter& w, const Type& type) const {
    if (type.kind == Kind::money || type.kind == Kind::qty) {
        w.key("multipleOf").raw(type.kind == Kind::money ? "0.01" : "0.001");
        return;
    }
    bool wide = type.min < -2147483648LL || type.max > 2147483647LL;
    w.key("format").string(wide ? "int64" : "int32");
    // The whole range of a type is no rule of the field.
    if (type.min != -json_integer_max && type.min != -2147483648LL) w.key("minimum").integer(type.min);
    if (type.max != json_integer_max && type.max != 2147483647LL) w.key("maximum").integer(type.max);
}

void Schemas::text(JsonWriter& w, const Type& type, Way way) const {
    switch (type.kind) {
        case Kind::time: w.key("format").string("date-time"); return;
        case Kind::date: w.key("format").string("date"); return;
        case Kind::email: w.key("format").string("email"); break;
        case Kind::secret: w.key("format").string("password").key("writeOnly").boolean(true); break;
        case Kind::code: w.key("pattern").string("^[A-Za-z0-9._~-]*$"); break;
        default: break;
    }
    // Answers mask personal data, so only bodies promise a length for it.
    if (way == Way::out && (type.sealed || type.kind == Kind::phone || type.kind == Kind::email)) return;
    if (type.min) w.key("minLength").integer(type.min);
    if (type.max) w.key("maxLength").integer(type.max);
}

void Schemas::choice(JsonWriter& w, const Type& type, bool nullable) const {
    w.key("enum").begin_array();
    for (const auto& choice : type.choices)
        type.kind == Kind::number_choice ? w.integer(choice.number) : w.string(choice.name);
    if (nullable) w.null();
    w.end_array();
}

// The members of a schema object that say what values are allowed.
void Schemas::body(JsonWriter& w, const Type& type, Way way, bool nullable) const {
    if (type.kind == Kind::raw) return;  // any JSON
    if (type.kind == Kind::record) {
        if (!nullable) {
            w.key("$ref").string(ref(*type.record(), way));
            return;
        }
        w.key("anyOf").begin_array().begin_object().key("$ref").string(ref(*type.record(), way)).end_object();
        w.begin_object().key("type").string("null").end_object().end_array();
        return;
    }
    write_type(w, json_type(type), nullable);
    switch (type.kind) {
        case Kind::integer:
        case Kind::id:
        case Kind::money:
        case Kind::qty: return number(w, type);
        case Kind::choice:
        case Kind::number_choice: return choice(w, type, nullable);
        case Kind::dictionary:
            w.key("maxProperties").integer(Dictionary::keys_max);
            w.key("propertyNames")
                .begin_object()
                .key("minLength")
                .integer(1)
                .key("maxLength")
                .integer(Dictionary::key_max)
                .end_object();
            w.key("additionalProperties").begin_object().key("type").string("string");
            w.key("maxLength").integer(Dictionary::value_max).end_object();
            return;
        case Kind::list:
            w.key("items").begin_object();
            body(w, *type.element, way, false);
            w.end_object();
            return;
        case Kind::boolean:
        case Kind::real: return;
        default: return text(w, type, way);
    }
}

void Schemas::describe(JsonWriter& w, const Type& type, std::string_view record, std::string_view field) const {
    const Word* word = field_word(words_, record, field);
    std::string text = word ? word->in(locale_) : std::string(field);
    const Type& values = type.element ? *type.element : type;
    std::string list;
    bool told = true;  // the word itself may explain its choices
    for (const auto& choice : values.choices) {
        const Word* called = choice_word(words_, record, field, choice.name);
        std::string name = called ? called->in(locale_) : std::string(choice.name);
        told = told && text.find(name) != std::string::npos;
        list += list.empty() ? "" : locale_ == Locale::zh ? "，" : ", ";
        list += (values.kind == Kind::number_choice ? std::to_string(choice.number) : std::string(choice.name)) + " " +
                name;
    }
    if (!told) text += (locale_ == Locale::zh ? "：" : ": ") + list;
    w.key("description").string(text);
}

std::string Schemas::example(const Type& type, std::string_view record, std::string_view field) const {
    const Word* word = field_word(words_, record, field);
    if (!word || word->example.empty() || type.kind == Kind::secret) return {};
    std::string out;
    if (json_type(type) == "string" && type.kind != Kind::raw) {
        if (!type.choices.empty() || !fits(type, word->example)) return {};  // an enum shows its values itself
        JsonWriter(out).string(word->example);
        return out;
    }
    try {
        auto document = JsonDocument::parse(word->example);
        bool same = document->root().kind() == json_kind(type) && fits(type, document->root());
        return type.kind == Kind::raw || same ? word->example : "";
    } catch (const Error&) {
        return {};
    }
}

void Schemas::field(JsonWriter& w, const Type& type, Way way, std::string_view record, std::string_view field) const {
    w.begin_object();
    body(w, type, way, type.optional);
    describe(w, type, record, field);
    if (auto shown = example(type, record, field); !shown.empty())
        w.key("examples").begin_array().raw(shown).end_array();
    w.end_object();
}

void Schemas::parameter(JsonWriter& w, const Type& type) const {
    w.begin_object();
    body(w, type, Way::in, false);
    w.end_object();
}

void Schemas::component(JsonWriter& w, const Record& record, Way way) const {
    w.begin_object().key("type").string("object");
    bool any = false;
    for (const auto& field : record.fields) {
        if (hidden(field, way) || (way == Way::in && field.type->optional)) continue;
        if (!std::exchange(any, true)) w.key("required").begin_array();
        w.string(field.name);
    }
    if (any) w.end_array();
    w.key("properties").begin_object();
    for (const auto& f : record.fields) {
        if (hidden(f, way)) continue;
        w.key(f.name);
        field(w, *f.type, way, record.name, f.name);
    }
    w.end_object();
    if (way == Way::in) w.key("additionalProperties").boolean(false);
    w.end_object();
}

void Schemas::components(JsonWriter& w) const {
    std::map<std::string, std::pair<const Record*, Way>> ordered;
    for (const auto& [record, ways] : used_)
        for (Way way : ways)
            ordered.emplace(names_.at({record, way}), std::pair(record, way));  // in before out: the stricter
    for (const auto& [name, use] : ordered) {
        w.key(name);
        component(w, *use.first, use.second);
    }
}

}  // namespace yuanliu
