// The closed vocabulary of values. A field's type carries its rule, so an illegal value cannot enter through a body.
// JSON and SQL forms of each kind stand in platform/describe.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"

namespace yuanliu {

// The key of a row of `Of`. 0 means "not stored yet". JSON: integer. SQL: BIGINT.
template <class Of>
struct Id {
    std::int64_t value = 0;
    explicit operator bool() const { return value != 0; }
    auto operator<=>(const Id&) const = default;
};

// An amount in fen (1/100 yuan). JSON: yuan as a number with two decimals, read exactly. SQL: BIGINT.
struct Money {
    std::int64_t fen = 0;
    auto operator<=>(const Money&) const = default;
    Money operator+(Money b) const { return {fen + b.fen}; }
    Money operator-(Money b) const { return {fen - b.fen}; }
};

// A quantity in thousandths of its unit of measure. JSON: number with at most three decimals. SQL: BIGINT.
struct Qty {
    std::int64_t milli = 0;
    auto operator<=>(const Qty&) const = default;
};

// A civil day as days since 1970-01-01. JSON and SQL: "2026-11-20".
struct Date {
    std::int32_t days = 0;
    auto operator<=>(const Date&) const = default;
};

namespace detail {
// Strings that differ only in the rule they obey.
template <class Self>
struct StringValue {
    std::string value;
    StringValue() = default;
    StringValue(std::string text) : value(std::move(text)) {}
    StringValue(std::string_view text) : value(text) {}
    StringValue(const char* text) : value(text) {}
    operator std::string_view() const { return value; }
    const std::string& str() const { return value; }
    bool empty() const { return value.empty(); }
    bool operator==(const StringValue&) const = default;
    auto operator<=>(const StringValue&) const = default;
};
}  // namespace detail

// One line of text, Min to Max code points after trimming, no control characters.
template <int Min, int Max>
struct Text : detail::StringValue<Text<Min, Max>> {
    using detail::StringValue<Text<Min, Max>>::StringValue;
};
// Text of several lines.
template <int Min, int Max>
struct Prose : detail::StringValue<Prose<Min, Max>> {
    using detail::StringValue<Prose<Min, Max>>::StringValue;
};
// A technical name that may stand in a URL: letters, digits and . _ ~ - only.
template <int Min, int Max>
struct Code : detail::StringValue<Code<Min, Max>> {
    using detail::StringValue<Code<Min, Max>>::StringValue;
};
// An e-mail address in normal form. Empty is not an address: say optional<Email>.
struct Email : detail::StringValue<Email> {
    using detail::StringValue<Email>::StringValue;
};
// A telephone number in E.164 (+8613800138000); numbers without a country are read as Chinese.
struct Phone : detail::StringValue<Phone> {
    using detail::StringValue<Phone>::StringValue;
};
// Something the caller tells us and nobody is told again (a password, a token). Written as null, never stored.
template <int Min, int Max>
struct Secret : detail::StringValue<Secret<Min, Max>> {
    using detail::StringValue<Secret<Min, Max>>::StringValue;
};
// JSON kept and answered as it is. SQL: TEXT.
struct RawJson : detail::StringValue<RawJson> {
    using detail::StringValue<RawJson>::StringValue;
};
// A whole number between Min and Max.
template <std::int64_t Min, std::int64_t Max>
struct Int {
    std::int64_t value = Min > 0 ? Min : 0;
    Int() = default;
    Int(std::int64_t number) : value(number) {}
    operator std::int64_t() const { return value; }
};
// Free keys with short values (a product's specifications), in order of key. JSON: object of strings. SQL: TEXT.
struct Dictionary {
    static constexpr int keys_max = 60, key_max = 60, value_max = 500;
    std::map<std::string, std::string> entries;
    bool operator==(const Dictionary&) const = default;
};
// Personal data: encrypted in the database, in the clear only in memory. An exact look-up goes through a Blind beside
// it.
template <class T>
struct Sealed {
    T value;
    Sealed() = default;
    Sealed(T plain) : value(std::move(plain)) {}
    bool operator==(const Sealed&) const = default;
};
// The keyed fingerprint of a personal value, for exact look-up (Tx::blind makes it). Never leaves the server.
struct Blind : detail::StringValue<Blind> {
    using detail::StringValue<Blind>::StringValue;
};

}  // namespace yuanliu
