// Described structs with one field of each kind.
#pragma once

#include <gmock/gmock.h>

#include "platform/describe/record.hpp"

namespace yuanliu::forms_test {

enum class Color { red, green };
YL_ENUM(Color, red, green)
enum class Grade { low = 1, high = 7 };
YL_NUMERIC_ENUM(Grade, low, high)

struct Line {
    Text<1, 10> name;
    Qty qty;
};
YL_RECORD(Line, "forms.line", name, qty)

struct All {
    bool yes = false;
    std::int64_t whole = 0;
    int small = 0;
    Int<1, 5> bounded;
    double real = 0;
    Id<Line> id;
    Money money;
    Qty qty;
    Time time;
    Date date;
    Text<1, 10> text;
    Prose<0, 20> prose;
    Code<2, 8> code;
    Email email;
    Phone phone;
    Color color = Color::red;
    Grade grade = Grade::low;
    Dictionary extra;
    RawJson raw;
    Sealed<Phone> sealed;
    std::vector<Line> lines;
    std::vector<std::int64_t> numbers;
    Line line;
    std::optional<Date> maybe;
};
YL_RECORD(All, "forms.all", yes, whole, small, bounded, real, id, money, qty, time, date, text, prose, code, email,
          phone, color, grade, extra, raw, sealed, lines, numbers, line, maybe)

// The same, all optional: a body of one field is a whole body.
struct Any {
    std::optional<bool> yes;
    std::optional<std::int64_t> whole;
    std::optional<int> small;
    std::optional<Int<1, 5>> bounded;
    std::optional<double> real;
    std::optional<Id<Line>> id;
    std::optional<Money> money;
    std::optional<Qty> qty;
    std::optional<Time> time;
    std::optional<Date> date;
    std::optional<Text<2, 10>> text;
    std::optional<Prose<0, 20>> prose;
    std::optional<Code<2, 8>> code;
    std::optional<Email> email;
    std::optional<Phone> phone;
    std::optional<Secret<8, 20>> secret;
    std::optional<Color> color;
    std::optional<Grade> grade;
    std::optional<Dictionary> extra;
    std::optional<RawJson> raw;
    std::optional<Blind> blind;
    std::optional<std::vector<Line>> lines;
    std::optional<std::vector<std::vector<int>>> table;
    std::optional<Line> line;
};
YL_RECORD(Any, "forms.any", yes, whole, small, bounded, real, id, money, qty, time, date, text, prose, code, email,
          phone, secret, color, grade, extra, raw, blind, lines, table, line)

// A thing that holds its own kind.
struct Tree {
    int n = 0;
    std::vector<Tree> children;
};
YL_RECORD(Tree, "forms.tree", n, children)

template <class F>
Error refusal(F&& work) {
    try {
        work();
    } catch (const Error& e) {
        return e;
    }
    return Error(Fault::internal, "nothing");
}

}  // namespace yuanliu::forms_test
