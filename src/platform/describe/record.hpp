// Described once: a plain struct with one YL_RECORD line is its JSON body, its SQL row, its checks and its OpenAPI
// schema.
//
//     struct Open { Id<Unit> unit_id; Text<1, 500> fault; std::optional<Date> promised_on; };
//     YL_RECORD(Open, "repair.open", unit_id, fault, promised_on)
//
// A Record is the type-erased description; JSON, SQL and OpenAPI are ordinary functions over it, compiled once. A field
// is required unless it is optional. A table's Record is named after the table and its first field is `id`.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "base/types.hpp"
#include "platform/describe/json.hpp"
#include "platform/describe/sql.hpp"

// Fills the namespace-scope facts record_of() reads. A struct member that the line forgets does not compile.
#define YL_RECORD(Type, record_name, ...)                                                                        \
    BOOST_DESCRIBE_STRUCT(Type, (), (__VA_ARGS__))                                                               \
    constexpr std::string_view yl_record_name(const Type*) { return record_name; }                               \
    static_assert(                                                                                               \
        boost::mp11::mp_size<boost::describe::describe_members<Type, boost::describe::mod_any_access>>::value == \
            boost::pfr::tuple_size_v<Type>,                                                                      \
        "YL_RECORD(" #Type ") must name every member of the struct");
// An enum that travels and is stored by name.
#define YL_ENUM(Type, ...) BOOST_DESCRIBE_ENUM(Type, __VA_ARGS__)
// An enum that travels and is stored as its number (where clients already know the numbers).
#define YL_NUMERIC_ENUM(Type, ...)         \
    BOOST_DESCRIBE_ENUM(Type, __VA_ARGS__) \
    constexpr bool yl_numeric(const Type*) { return true; }

namespace yuanliu {

struct Record;

enum class Kind : std::uint8_t {
    boolean,
    integer,
    real,
    id,
    money,
    qty,
    time,
    date,
    text,
    prose,
    code,
    email,
    phone,
    secret,
    choice,
    number_choice,
    dictionary,
    raw,
    blind,
    list,
    record
};

struct Choice {
    std::string_view name;
    std::int64_t number;
};

// Collects what is wrong with a body, field by field, so that all of it is reported together.
class Reader {
 public:
    // Told of one body. A short body can have hundreds of thousands of them, and each takes room in the answer; who has
    // mended these hears of the next.
    static constexpr std::size_t problems_max = 100;
    bool lenient = false;  // values come as text (query strings): numbers and booleans are read from it
    std::vector<FieldProblem> problems;
    bool unreadable = false;  // at least one problem of shape (400), not only of value (422)

    void shape(std::string code, Error::Args args = {}) { unreadable = true, value(std::move(code), std::move(args)); }
    void value(std::string code, Error::Args args = {}) {
        if (problems.size() < problems_max) problems.push_back({path, std::move(code), std::move(args)});
    }
    std::string path;
};

// One field type: its rule and its three forms. Static, one per C++ type.
struct Type {
    Kind kind;
    bool optional = false;
    bool sealed = false;                  // personal data: ciphertext in SQL, masked in operation records
    std::int64_t min = 0, max = 0;        // code points of text, bounds of integers; both 0: no bound
    const Type* element = nullptr;        // of a list
    const Record* (*record)() = nullptr;  // of a record, or of a list of records
    std::span<const Choice> choices = {};
    void (*read)(void*, Json, Reader&);
    void (*write)(const void*, JsonWriter&);
    void (*load)(void*, const SqlRow&, int);
    void (*bind)(const void*, SqlParams&);
};

struct Field {
    std::string_view name;
    const Type* type;
    void* (*at)(void*);
    const void* in(const void* object) const { return at(const_cast<void*>(object)); }
};

struct Record {
    std::string_view name;  // the table for a row, `module.thing` otherwise
    std::span<const Field> fields;
    const Field* find(std::string_view field_name) const;
};

template <class T>
const Record& record_of();

// ---- forms by kind, compiled once in types.cpp ----
namespace forms {
void read_bool(bool&, Json, Reader&);
void read_integer(std::int64_t&, std::int64_t min, std::int64_t max, Json, Reader&);
void read_real(double&, Json, Reader&);
void read_scaled(std::int64_t&, int digits, Json, Reader&);
void read_time(Time&, Json, Reader&);
void read_date(Date&, Json, Reader&);
void read_text(std::string&, int min, int max, bool lines, Json, Reader&);
void read_code(std::string&, int min, int max, Json, Reader&);
void read_secret(std::string&, int min, int max, Json, Reader&);
void read_email(std::string&, Json, Reader&);
void read_phone(std::string&, Json, Reader&);
void read_choice(std::int64_t&, std::span<const Choice>, bool numeric, Json, Reader&);
void read_dictionary(Dictionary&, Json, Reader&);
void read_raw(std::string&, Json, Reader&);
void read_record(const Record&, void*, Json, Reader&);
// Calls `add` for each element; refuses what is not a list or has over list_max entries.
void read_list(Json, Reader&, void* list, void (*add)(void* list, Json, Reader&));
void write_scaled(std::int64_t, int digits, JsonWriter&);
void write_time(Time, JsonWriter&);
void write_date(Date, JsonWriter&);
void write_choice(std::int64_t, std::span<const Choice>, bool numeric, JsonWriter&);
void write_dictionary(const Dictionary&, JsonWriter&);
void write_record(const Record&, const void*, JsonWriter&);
Date load_date(std::string_view);
std::string date_text(Date);
std::int64_t load_choice(std::string_view, std::span<const Choice>);
std::string_view choice_name(std::int64_t, std::span<const Choice>);
std::string open_sealed(const SqlRow&, int column);
void bind_sealed(const std::string&, SqlParams&);
std::string list_text(const Type&, const void*);
void load_json(const Type&, void*, std::string_view);
}  // namespace forms

// ---- the closed set of field types ----
template <class T>
struct TypeOf;

namespace detail {
template <class T>
inline constexpr Type type_value = TypeOf<T>::type();
}
template <class T>
const Type& type_of() {
    return detail::type_value<T>;
}

namespace detail {
template <class T, Kind K, class Read, class Write, class Load, class Bind>
constexpr Type make_type(Read, Write, Load, Bind, std::int64_t min = 0, std::int64_t max = 0) {
    Type type{.kind = K, .min = min, .max = max};
    type.read = [](void* p, Json j, Reader& r) { Read{}(*static_cast<T*>(p), j, r); };
    type.write = [](const void* p, JsonWriter& w) { Write{}(*static_cast<const T*>(p), w); };
    type.load = [](void* p, const SqlRow& r, int c) { Load{}(*static_cast<T*>(p), r, c); };
    type.bind = [](const void* p, SqlParams& s) { Bind{}(*static_cast<const T*>(p), s); };
    return type;
}
// All string values share their SQL form.
template <class T, Kind K, class Read>
constexpr Type string_type(Read read, std::int64_t min = 0, std::int64_t max = 0) {
    return make_type<T, K>(
        read, [](const T& v, JsonWriter& w) { w.string(v.value); },
        [](T& v, const SqlRow& r, int c) { v.value = r.text(c); }, [](const T& v, SqlParams& p) { p.text(v.value); },
        min, max);
}
template <class E>
constexpr bool numeric_enum = requires {
    yl_numeric(static_cast<const E*>(nullptr));
};

template <class E>
constexpr auto choices_of() {
    using all = boost::describe::describe_enumerators<E>;
    std::array<Choice, boost::mp11::mp_size<all>::value> out{};
    std::size_t i = 0;
    boost::mp11::mp_for_each<all>([&](auto d) { out[i++] = {d.name, std::int64_t(d.value)}; });
    return out;
}
template <class E>
inline constexpr auto enum_choices = choices_of<E>();
}  // namespace detail

template <>
struct TypeOf<bool> {
    static constexpr Type type() {
        return detail::make_type<bool, Kind::boolean>([](bool& v, Json j, Reader& r) { forms::read_bool(v, j, r); },
                                                      [](const bool& v, JsonWriter& w) { w.boolean(v); },
                                                      [](bool& v, const SqlRow& r, int c) { v = r.boolean(c); },
                                                      [](const bool& v, SqlParams& p) { p.boolean(v); });
    }
};
template <class N, std::int64_t Min, std::int64_t Max>
struct IntegerType {
    static constexpr Type type() {
        return detail::make_type<N, Kind::integer>(
            [](N& v, Json j, Reader& r) {
                std::int64_t n = v;
                forms::read_integer(n, Min, Max, j, r);
                v = N(n);
            },
            [](const N& v, JsonWriter& w) { w.integer(v); }, [](N& v, const SqlRow& r, int c) { v = N(r.integer(c)); },
            [](const N& v, SqlParams& p) { p.integer(v); }, Min, Max);
    }
};
// Integers stay within what JavaScript can hold exactly.
inline constexpr std::int64_t json_integer_max = (std::int64_t(1) << 53) - 1;
template <>
struct TypeOf<std::int64_t> : IntegerType<std::int64_t, -json_integer_max, json_integer_max> {};
template <>
struct TypeOf<int> : IntegerType<int, -2147483648LL, 2147483647LL> {};
template <std::int64_t Min, std::int64_t Max>
struct TypeOf<Int<Min, Max>> : IntegerType<Int<Min, Max>, Min, Max> {};
template <>
struct TypeOf<double> {
    static constexpr Type type() {
        return detail::make_type<double, Kind::real>([](double& v, Json j, Reader& r) { forms::read_real(v, j, r); },
                                                     [](const double& v, JsonWriter& w) { w.real(v); },
                                                     [](double& v, const SqlRow& r, int c) { v = r.real(c); },
                                                     [](const double& v, SqlParams& p) { p.real(v); });
    }
};
template <class Of>
struct TypeOf<Id<Of>> {
    static constexpr Type type() {
        return detail::make_type<Id<Of>, Kind::id>(
            [](Id<Of>& v, Json j, Reader& r) { forms::read_integer(v.value, 1, json_integer_max, j, r); },
            [](const Id<Of>& v, JsonWriter& w) { w.integer(v.value); },
            [](Id<Of>& v, const SqlRow& r, int c) { v.value = r.integer(c); },
            [](const Id<Of>& v, SqlParams& p) { p.integer(v.value); }, 1, json_integer_max);
    }
};
template <>
struct TypeOf<Money> {
    static constexpr Type type() {
        return detail::make_type<Money, Kind::money>(
            [](Money& v, Json j, Reader& r) { forms::read_scaled(v.fen, 2, j, r); },
            [](const Money& v, JsonWriter& w) { forms::write_scaled(v.fen, 2, w); },
            [](Money& v, const SqlRow& r, int c) { v.fen = r.integer(c); },
            [](const Money& v, SqlParams& p) { p.integer(v.fen); });
    }
};
template <>
struct TypeOf<Qty> {
    static constexpr Type type() {
        return detail::make_type<Qty, Kind::qty>(
            [](Qty& v, Json j, Reader& r) { forms::read_scaled(v.milli, 3, j, r); },
            [](const Qty& v, JsonWriter& w) { forms::write_scaled(v.milli, 3, w); },
            [](Qty& v, const SqlRow& r, int c) { v.milli = r.integer(c); },
            [](const Qty& v, SqlParams& p) { p.integer(v.milli); });
    }
};
template <>
struct TypeOf<Time> {
    static constexpr Type type() {
        return detail::make_type<Time, Kind::time>([](Time& v, Json j, Reader& r) { forms::read_time(v, j, r); },
                                                   [](const Time& v, JsonWriter& w) { forms::write_time(v, w); },
                                                   [](Time& v, const SqlRow& r, int c) { v.ms = r.integer(c); },
                                                   [](const Time& v, SqlParams& p) { p.integer(v.ms); });
    }
};
template <>
struct TypeOf<Date> {
    static constexpr Type type() {
        return detail::make_type<Date, Kind::date>(
            [](Date& v, Json j, Reader& r) { forms::read_date(v, j, r); },
            [](const Date& v, JsonWriter& w) { forms::write_date(v, w); },
            [](Date& v, const SqlRow& r, int c) { v = forms::load_date(r.text(c)); },
            [](const Date& v, SqlParams& p) { p.own(forms::date_text(v)); });
    }
};
// Text without a rule, for what the server says itself (views, events).
template <>
struct TypeOf<std::string> {
    static constexpr Type type() {
        return detail::make_type<std::string, Kind::text>(
            [](std::string& v, Json j, Reader& r) { forms::read_text(v, 0, 0, true, j, r); },
            [](const std::string& v, JsonWriter& w) { w.string(v); },
            [](std::string& v, const SqlRow& r, int c) { v = r.text(c); },
            [](const std::string& v, SqlParams& p) { p.text(v); });
    }
};
template <int Min, int Max>
struct TypeOf<Text<Min, Max>> {
    static constexpr Type type() {
        return detail::string_type<Text<Min, Max>, Kind::text>(
            [](auto& v, Json j, Reader& r) { forms::read_text(v.value, Min, Max, false, j, r); }, Min, Max);
    }
};
template <int Min, int Max>
struct TypeOf<Prose<Min, Max>> {
    static constexpr Type type() {
        return detail::string_type<Prose<Min, Max>, Kind::prose>(
            [](auto& v, Json j, Reader& r) { forms::read_text(v.value, Min, Max, true, j, r); }, Min, Max);
    }
};
template <int Min, int Max>
struct TypeOf<Code<Min, Max>> {
    static constexpr Type type() {
        return detail::string_type<Code<Min, Max>, Kind::code>(
            [](auto& v, Json j, Reader& r) { forms::read_code(v.value, Min, Max, j, r); }, Min, Max);
    }
};
template <int Min, int Max>
struct TypeOf<Secret<Min, Max>> {
    static constexpr Type type() {
        return detail::make_type<Secret<Min, Max>, Kind::secret>(
            [](auto& v, Json j, Reader& r) { forms::read_secret(v.value, Min, Max, j, r); },
            [](const auto&, JsonWriter& w) { w.null(); }, [](auto& v, const SqlRow&, int) { v.value.clear(); },
            [](const auto&, SqlParams& p) { p.null(SqlValue::Kind::text); }, Min, Max);
    }
};
template <>
struct TypeOf<Email> {
    static constexpr Type type() {
        return detail::string_type<Email, Kind::email>(
            [](Email& v, Json j, Reader& r) { forms::read_email(v.value, j, r); }, 3, 254);
    }
};
template <>
struct TypeOf<Phone> {
    static constexpr Type type() {
        return detail::string_type<Phone, Kind::phone>(
            [](Phone& v, Json j, Reader& r) { forms::read_phone(v.value, j, r); }, 3, 30);
    }
};
template <>
struct TypeOf<RawJson> {
    static constexpr Type type() {
        return detail::make_type<RawJson, Kind::raw>(
            [](RawJson& v, Json j, Reader& r) { forms::read_raw(v.value, j, r); },
            [](const RawJson& v, JsonWriter& w) { v.value.empty() ? w.null() : w.raw(v.value); },
            [](RawJson& v, const SqlRow& r, int c) { v.value = r.text(c); },
            [](const RawJson& v, SqlParams& p) { p.text(v.value); });
    }
};
template <>
struct TypeOf<Blind> {
    static constexpr Type type() {
        return detail::make_type<Blind, Kind::blind>([](Blind&, Json, Reader& r) { r.shape("field.unknown"); },
                                                     [](const Blind&, JsonWriter& w) { w.null(); },
                                                     [](Blind& v, const SqlRow& r, int c) { v.value = r.text(c); },
                                                     [](const Blind& v, SqlParams& p) { p.text(v.value); });
    }
};
template <>
struct TypeOf<Dictionary> {
    static constexpr Type type() {
        return detail::make_type<Dictionary, Kind::dictionary>(
            [](Dictionary& v, Json j, Reader& r) { forms::read_dictionary(v, j, r); },
            [](const Dictionary& v, JsonWriter& w) { forms::write_dictionary(v, w); },
            [](Dictionary& v, const SqlRow& r, int c) { forms::load_json(type_of<Dictionary>(), &v, r.text(c)); },
            [](const Dictionary& v, SqlParams& p) { p.own(forms::list_text(type_of<Dictionary>(), &v)); });
    }
};
template <class E>
requires std::is_enum_v<E>
struct TypeOf<E> {
    static constexpr bool numeric = detail::numeric_enum<E>;
    static constexpr Type type() {
        auto type = detail::make_type<E, numeric ? Kind::number_choice : Kind::choice>(
            [](E& v, Json j, Reader& r) {
                auto n = std::int64_t(v);
                forms::read_choice(n, detail::enum_choices<E>, numeric, j, r);
                v = E(n);
            },
            [](const E& v, JsonWriter& w) {
                forms::write_choice(std::int64_t(v), detail::enum_choices<E>, numeric, w);
            },
            [](E& v, const SqlRow& r, int c) {
                v = E(numeric ? r.integer(c) : forms::load_choice(r.text(c), detail::enum_choices<E>));
            },
            [](const E& v, SqlParams& p) {
                if (numeric) return p.integer(std::int64_t(v));
                p.text(forms::choice_name(std::int64_t(v), detail::enum_choices<E>));
            });
        type.choices = detail::enum_choices<E>;
        return type;
    }
};
template <class T>
struct TypeOf<std::optional<T>> {
    static constexpr Type type() {
        Type type = TypeOf<T>::type();
        type.optional = true;
        type.read = [](void* p, Json j, Reader& r) {
            auto& v = *static_cast<std::optional<T>*>(p);
            if (j.kind() == Json::Kind::null) return v.reset();
            type_of<T>().read(&v.emplace(), j, r);
        };
        type.write = [](const void* p, JsonWriter& w) {
            auto& v = *static_cast<const std::optional<T>*>(p);
            v ? type_of<T>().write(&*v, w) : void(w.null());
        };
        type.load = [](void* p, const SqlRow& r, int c) {
            auto& v = *static_cast<std::optional<T>*>(p);
            if (r.is_null(c)) return v.reset();
            type_of<T>().load(&v.emplace(), r, c);
        };
        type.bind = [](const void* p, SqlParams& s) {
            auto& v = *static_cast<const std::optional<T>*>(p);
            T empty{};
            type_of<T>().bind(v ? &*v : &empty, s);
            if (!v) s.values.back().null = true;
        };
        return type;
    }
};
template <class T>
struct TypeOf<Sealed<T>> {
    static constexpr Type type() {
        Type type = TypeOf<T>::type();
        type.sealed = true;
        type.read = [](void* p, Json j, Reader& r) { type_of<T>().read(&static_cast<Sealed<T>*>(p)->value, j, r); };
        type.write = [](const void* p, JsonWriter& w) {
            type_of<T>().write(&static_cast<const Sealed<T>*>(p)->value, w);
        };
        type.load = [](void* p, const SqlRow& r, int c) {
            static_cast<Sealed<T>*>(p)->value = T(forms::open_sealed(r, c));
        };
        type.bind = [](const void* p, SqlParams& s) {
            forms::bind_sealed(static_cast<const Sealed<T>*>(p)->value.value, s);
        };
        return type;
    }
};
template <class T>
struct TypeOf<std::vector<T>> {
    static constexpr Type type() {
        using List = std::vector<T>;
        auto type = detail::make_type<List, Kind::list>(
            [](List& v, Json j, Reader& r) {
                v.clear();
                forms::read_list(j, r, &v, [](void* list, Json element, Reader& reader) {
                    type_of<T>().read(&static_cast<List*>(list)->emplace_back(), element, reader);
                });
            },
            [](const List& v, JsonWriter& w) {
                w.begin_array();
                for (const auto& element : v) type_of<T>().write(&element, w);
                w.end_array();
            },
            [](List& v, const SqlRow& r, int c) { forms::load_json(type_of<List>(), &v, r.text(c)); },
            [](const List& v, SqlParams& p) { p.own(forms::list_text(type_of<List>(), &v)); });
        type.element = &detail::type_value<T>;
        type.record = TypeOf<T>::type().record;
        return type;
    }
};
// Anything else is a nested record.
template <class T>
concept Described = requires {
    yl_record_name(static_cast<const T*>(nullptr));
};
template <Described T>
struct TypeOf<T> {
    static constexpr Type type() {
        auto type = detail::make_type<T, Kind::record>(
            [](T& v, Json j, Reader& r) { forms::read_record(record_of<T>(), &v, j, r); },
            [](const T& v, JsonWriter& w) { forms::write_record(record_of<T>(), &v, w); },
            [](T& v, const SqlRow& r, int c) { forms::load_json(type_of<T>(), &v, r.text(c)); },
            [](const T& v, SqlParams& p) { p.own(forms::list_text(type_of<T>(), &v)); });
        type.record = [] { return &record_of<T>(); };
        return type;
    }
};

template <class T>
const Record& record_of() {
    using members = boost::describe::describe_members<T, boost::describe::mod_any_access>;
    static const auto fields = [] {
        std::array<Field, boost::mp11::mp_size<members>::value> out;
        std::size_t i = 0;
        boost::mp11::mp_for_each<members>([&](auto d) {
            using D = decltype(d);
            using Member = std::remove_reference_t<decltype(std::declval<T&>().*D::pointer)>;
            out[i++] = {D::name, &type_of<Member>(),
                        [](void* object) -> void* { return &(static_cast<T*>(object)->*D::pointer); }};
        });
        return out;
    }();
    static const Record record{yl_record_name(static_cast<const T*>(nullptr)), fields};
    return record;
}

// ---- whole bodies ----

// Fills `object` from a JSON body. Throws Error naming every bad field: unreadable if any is a matter of shape, else
// invalid.
void decode(const Record&, void* object, std::string_view json);
// The same for query parameters, whose values are text.
void decode_query(const Record&, void* object, const std::vector<std::pair<std::string, std::string>>& pairs);
// Appends the object as JSON.
void encode(const Record&, const void* object, std::string& out);

template <Described T>
T from_json(std::string_view json) {
    T object{};
    decode(record_of<T>(), &object, json);
    return object;
}
template <Described T>
std::string to_json(const T& object) {
    std::string out;
    encode(record_of<T>(), &object, out);
    return out;
}
template <class E>
std::string_view name_of(E value) {
    return forms::choice_name(std::int64_t(value), detail::enum_choices<E>);
}

}  // namespace yuanliu
