// Tables that the database's own tests play with.
#pragma once

#include "kit/db_test.hpp"

namespace yuanliu::sample {

enum class Color { red, green };
YL_ENUM(Color, red, green)
enum class Grade { low = 1, high = 7 };
YL_NUMERIC_ENUM(Grade, low, high)

struct Part {
    Text<1, 40> name;
    Qty qty;
};
YL_RECORD(Part, "sample.part", name, qty)

struct Person {
    Id<Person> id;
    Text<1, 80> name;
    Sealed<Phone> phone;
    Blind phone_blind;
    std::optional<Sealed<Email>> email;
    Color color = Color::red;
    Grade grade = Grade::low;
    Money balance;
    bool active = false;
    double score = 0;
    std::optional<Date> born;
    std::optional<Time> seen_at;
    std::vector<Part> parts;
    Dictionary extra;
    std::optional<Prose<0, 2'000'000>> notes;
};
YL_RECORD(Person, "sample_person", id, name, phone, phone_blind, email, color, grade, balance, active, score, born,
          seen_at, parts, extra, notes)

struct Counter {
    Id<Counter> id;
    Code<1, 40> name;
    std::int64_t n = 0;
};
YL_RECORD(Counter, "sample_counter", id, name, n)

struct Child {
    Id<Child> id;
    Id<Counter> counter_id;
};
YL_RECORD(Child, "sample_child", id, counter_id)

inline constexpr std::string_view tables =
    "CREATE TABLE sample_person (id @id, name TEXT NOT NULL, phone TEXT NOT NULL, phone_blind TEXT NOT NULL, email "
    "TEXT,"
    " color TEXT NOT NULL, grade INTEGER NOT NULL, balance BIGINT NOT NULL, active BOOLEAN NOT NULL,"
    " score DOUBLE PRECISION NOT NULL, born TEXT, seen_at BIGINT, parts TEXT NOT NULL, extra TEXT NOT NULL, notes "
    "TEXT);"
    "CREATE UNIQUE INDEX sample_person_phone ON sample_person (phone_blind);"
    "CREATE TABLE sample_counter (id @id, name TEXT NOT NULL UNIQUE, n BIGINT NOT NULL);"
    "CREATE TABLE sample_child (id @id, counter_id BIGINT NOT NULL REFERENCES sample_counter (id));";

class SampleTest : public DbTest {
 protected:
    std::vector<Migration> migrations() const override { return {{"sample", 1, "0001_tables.sql", tables}}; }

    Id<Counter> counter(const std::string& name, std::int64_t n = 0) {
        return db().write([&](Tx& tx) { return tx.insert(Counter{.name = name, .n = n}).id; });
    }
    std::int64_t count(Id<Counter> id) {
        return db().read([&](Rx& rx) { return rx.one<Counter>(id).n; });
    }
};

inline void increment(Tx& tx, Id<Counter> id, std::int64_t by = 1) {
    Counter row = tx.lock(id);
    row.n += by;
    tx.update(row);
}

// The fault of the Error that `work` throws; Fault::internal with the code "nothing" when it throws none.
template <class F>
Error refusal(F&& work) {
    try {
        work();
    } catch (const Error& e) {
        return e;
    }
    return Error(Fault::internal, "nothing");
}

}  // namespace yuanliu::sample
