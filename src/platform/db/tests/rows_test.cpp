// Rows in and out of a transaction, on both databases.
#include <gmock/gmock.h>

#include <limits>

#include "sample.hpp"

namespace yuanliu::sample {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Rows : public SampleTest {
 protected:
    Person zhang(Tx& tx) {
        return {.name = "张三",
                .phone = Phone("+8613800138000"),
                .phone_blind = tx.blind("phone", "+8613800138000"),
                .email = Sealed<Email>(Email("zhang@example.com")),
                .color = Color::green,
                .grade = Grade::high,
                .balance = {123'456},
                .active = true,
                .score = 0.1,
                .born = Date{10'000},
                .seen_at = Time{1'700'000'000'123},
                .parts = {{.name = "a \"quoted\" one", .qty = {2'500}}, {.name = "二", .qty = {1}}},
                .extra = {{{"尺寸", "5'10\""}, {"k", "\\n"}}},
                .notes = Prose<0, 2'000'000>("first\nsecond\ttab")};
    }
    Person same_phone(Tx& tx, const char* name) {
        Person p = zhang(tx);
        p.name = name;
        return p;
    }
};
YL_BOTH_DATABASES(Rows);

TEST_P(Rows, every_kind_comes_back_as_it_was) {
    const auto id = db().write([&](Tx& tx) { return tx.insert(zhang(tx)).id; });
    const Person p = db().read([&](Rx& rx) { return rx.one<Person>(id); });
    EXPECT_EQ(p.id, id);
    EXPECT_EQ(p.name.str(), "张三");
    EXPECT_EQ(p.phone.value.str(), "+8613800138000");
    EXPECT_EQ(p.email->value.str(), "zhang@example.com");
    EXPECT_EQ(p.color, Color::green);
    EXPECT_EQ(p.grade, Grade::high);
    EXPECT_EQ(p.balance, Money{123'456});
    EXPECT_TRUE(p.active);
    EXPECT_EQ(p.score, 0.1);
    EXPECT_EQ(p.born, Date{10'000});
    EXPECT_EQ(p.seen_at, Time{1'700'000'000'123});
    ASSERT_EQ(p.parts.size(), 2u);
    EXPECT_EQ(p.parts[0].name.str(), "a \"quoted\" one");
    EXPECT_EQ(p.parts[0].qty, Qty{2'500});
    EXPECT_EQ(p.extra.entries.at("尺寸"), "5'10\"");
    EXPECT_EQ(p.notes->str(), "first\nsecond\ttab");
}

TEST_P(Rows, what_is_absent_stays_absent) {
    const auto id = db().write([&](Tx& tx) {
        Person p = zhang(tx);
        p.email.reset(), p.born.reset(), p.seen_at.reset(), p.notes.reset();
        p.parts.clear(), p.extra.entries.clear();
        return tx.insert(p).id;
    });
    const Person p = db().read([&](Rx& rx) { return rx.one<Person>(id); });
    EXPECT_FALSE(p.email || p.born || p.seen_at || p.notes);
    EXPECT_TRUE(p.parts.empty() && p.extra.entries.empty());
    EXPECT_EQ(db().read([&](Rx& rx) {
        return rx.value<std::int64_t>("SELECT COUNT(*) FROM sample_person WHERE email IS NULL AND notes IS NULL");
    }),
              1);
}

TEST_P(Rows, texts_survive_whatever_is_in_them) {
    const std::string texts[] = {"😀 emoji 👨‍👩‍👧",
                                 "it's; DROP TABLE sample_person; --",
                                 "a ? and a $1 and @lock",
                                 "\\back\\slash\\N",
                                 "",
                                 std::string(1 << 20, 'x'),
                                 "line\r\nline"};
    for (const auto& text : texts) {
        const auto id = db().write([&](Tx& tx) {
            Person p = zhang(tx);
            p.phone_blind = tx.blind("text", text);
            p.notes = Prose<0, 2'000'000>(text);
            return tx.insert(p).id;
        });
        EXPECT_EQ(db().read([&](Rx& rx) { return rx.one<Person>(id); }).notes->str(), text);
        // The same through the bulk path.
        db().write([&](Tx& tx) {
            Person p = tx.one<Person>(id);
            p.phone_blind = tx.blind("bulk", text);
            tx.bulk_insert(std::vector<Person>{p});
        });
        EXPECT_EQ(db().read([&](Rx& rx) { return rx.one<Person>("WHERE phone_blind = ?", rx.blind("bulk", text)); })
                      .notes->str(),
                  text);
    }
}

TEST_P(Rows, integers_reach_their_ends) {
    for (auto n : {std::numeric_limits<std::int64_t>::min(), std::int64_t(-1), std::int64_t(0),
                   std::numeric_limits<std::int64_t>::max()}) {
        const auto id = counter("c" + std::to_string(n), n);
        EXPECT_EQ(count(id), n);
        EXPECT_EQ(db().read([&](Rx& rx) { return rx.find<Counter>("WHERE n = ?", n)->id; }), id);
    }
}

TEST_P(Rows, personal_data_is_ciphertext_in_the_table) {
    db().write([&](Tx& tx) { tx.insert(zhang(tx)); });
    db().read([&](Rx& rx) {
        const auto phone = rx.value<std::string>("SELECT phone FROM sample_person");
        EXPECT_THAT(phone, Not(HasSubstr("138")));
        EXPECT_EQ(vault().open(phone, "field"), "+8613800138000");
        EXPECT_THAT(rx.value<std::string>("SELECT email FROM sample_person"), Not(HasSubstr("example")));
    });
}

TEST_P(Rows, personal_data_is_found_by_its_fingerprint) {
    db().write([&](Tx& tx) { tx.insert(zhang(tx)); });
    db().read([&](Rx& rx) {
        EXPECT_TRUE(rx.find<Person>("WHERE phone_blind = ?", rx.blind("phone", "+8613800138000")));
        EXPECT_FALSE(rx.find<Person>("WHERE phone_blind = ?", rx.blind("phone", "+8613800138001")));
        EXPECT_FALSE(rx.find<Person>("WHERE phone_blind = ?", rx.blind("email", "+8613800138000")));
    });
}

TEST_P(Rows, lists_singles_and_values) {
    for (int i = 1; i <= 5; ++i) counter("c" + std::to_string(i), i * 10);
    db().read([&](Rx& rx) {
        EXPECT_EQ(rx.all<Counter>("WHERE n > ? ORDER BY n DESC", 20).size(), 3u);
        EXPECT_EQ(rx.all<Counter>("SELECT n, id, name FROM sample_counter WHERE name = ?", "c2").at(0).n, 20);
        EXPECT_THAT(rx.values<std::int64_t>("SELECT n FROM sample_counter ORDER BY n LIMIT ?", 2), ElementsAre(10, 20));
        EXPECT_EQ(rx.value<std::int64_t>("SELECT SUM(n) FROM sample_counter"), 150);
        EXPECT_EQ(rx.value<std::string>("SELECT name FROM sample_counter WHERE n = ?", 30), "c3");
        EXPECT_FALSE(rx.maybe<std::int64_t>("SELECT n FROM sample_counter WHERE n = ?", 31));
        EXPECT_TRUE(rx.exists<Counter>("n = ? AND name = ?", 40, std::string("c4")));
        EXPECT_FALSE(rx.exists<Counter>("n = ?", 41));
        EXPECT_TRUE(rx.value<bool>("SELECT EXISTS (SELECT 1 FROM sample_counter)"));
        EXPECT_TRUE(rx.exists<Counter>("name @ilike ?", "C_"));
    });
}

TEST_P(Rows, a_missing_row_is_said_to_be_missing) {
    db().read([&](Rx& rx) {
        EXPECT_FALSE(rx.find(Id<Counter>{7}));
        const Error e = refusal([&] { rx.one(Id<Counter>{7}); });
        EXPECT_EQ(e.fault, Fault::not_found);
        EXPECT_EQ(e.args.at(0).second, "sample_counter");
        EXPECT_EQ(refusal([&] { rx.value<std::int64_t>("SELECT n FROM sample_counter"); }).fault, Fault::not_found);
    });
}

TEST_P(Rows, a_query_that_does_not_fit_its_record_is_our_fault) {
    counter("a");
    for (const char* sql : {"SELECT id, name FROM sample_counter", "SELECT id, name, n, n AS other FROM sample_counter",
                            "SELECT id, name, NULL AS n FROM sample_counter", "WHERE nosuchcolumn = 1", "WHERE n = ?"})
        EXPECT_EQ(refusal([&] { db().read([&](Rx& rx) { rx.all<Counter>(sql); }); }).fault, Fault::internal) << sql;
}

TEST_P(Rows, update_writes_what_changed_and_says_so) {
    const auto id = db().write([&](Tx& tx) { return tx.insert(zhang(tx)).id; });
    db().write([&](Tx& tx) {
        Person p = tx.lock(id);
        p.balance = {1};
        p.phone = Phone("+8613900139000");
        p.phone_blind = tx.blind("phone", "+8613900139000");
        tx.update(p);
        ASSERT_EQ(tx.changes().size(), 1u);
        const Change& change = tx.changes()[0];
        EXPECT_EQ(change.what, Change::What::updated);
        EXPECT_EQ(change.id, id.value);
        EXPECT_EQ(change.before, R"({"phone":"138****8000","balance":1234.56})");
        EXPECT_EQ(change.after, R"({"phone":"139****9000","balance":0.01})");
    });
    const Person p = db().read([&](Rx& rx) { return rx.one<Person>(id); });
    EXPECT_EQ(p.balance, Money{1});
    EXPECT_EQ(p.phone.value.str(), "+8613900139000");
    EXPECT_EQ(p.name.str(), "张三");
}

TEST_P(Rows, a_second_update_may_go_back_to_the_first_value) {
    const auto id = counter("a", 5);
    db().write([&](Tx& tx) {
        Counter c = tx.lock(id);
        c.n = 6;
        tx.update(c);
        c.n = 5;
        tx.update(c);
        EXPECT_EQ(tx.changes().size(), 2u);
    });
    EXPECT_EQ(count(id), 5);
}

TEST_P(Rows, update_compares_with_what_is_stored_now) {
    const auto id = counter("a", 5);
    db().write([&](Tx& tx) {
        tx.lock(id);
        EXPECT_EQ(tx.exec("UPDATE sample_counter SET n = n + 1 WHERE id = ?", id), 1);
        Counter c = tx.lock(id);
        EXPECT_EQ(c.n, 6);
        c.n = 5;
        tx.update(c);
    });
    EXPECT_EQ(count(id), 5);
}

TEST_P(Rows, an_update_of_nothing_changes_nothing) {
    const auto id = counter("a", 5);
    db().write([&](Tx& tx) {
        tx.update(tx.lock(id));
        EXPECT_TRUE(tx.changes().empty());
    });
}

TEST_P(Rows, insert_and_erase_are_recorded) {
    db().write([&](Tx& tx) {
        const Counter c = tx.insert(Counter{.name = "a", .n = 3});
        tx.append(Counter{.name = "log", .n = 1});
        tx.erase(tx.lock(c.id));
        ASSERT_EQ(tx.changes().size(), 2u);
        EXPECT_EQ(tx.changes()[0].after, R"({"id":)" + std::to_string(c.id.value) + R"(,"name":"a","n":3})");
        EXPECT_EQ(tx.changes()[1].what, Change::What::erased);
        EXPECT_EQ(tx.changes()[1].before, tx.changes()[0].after);
        EXPECT_FALSE(tx.find(c.id));
    });
}

TEST_P(Rows, what_was_not_locked_is_not_changed) {
    const auto id = counter("a", 5);
    const Counter row = db().read([&](Rx& rx) { return rx.one(id); });
    EXPECT_EQ(refusal([&] { db().write([&](Tx& tx) { tx.update(row); }); }).fault, Fault::internal);
    EXPECT_EQ(refusal([&] { db().write([&](Tx& tx) { tx.erase(row); }); }).fault, Fault::internal);
    EXPECT_EQ(refusal([&] { db().write([&](Tx& tx) { tx.lock(Id<Counter>{99}); }); }).fault, Fault::not_found);
    EXPECT_EQ(count(id), 5);
}

TEST_P(Rows, a_verb_that_throws_leaves_nothing) {
    const auto id = counter("a", 5);
    const Error e = refusal([&] {
        db().write([&](Tx& tx) {
            increment(tx, id);
            tx.insert(Counter{.name = "b"});
            tx.bulk_insert(std::vector<Counter>(100, Counter{.name = "c"}));
            throw conflict("sample.no");
        });
    });
    EXPECT_EQ(e.fault, Fault::conflict);  // the duplicates in the bulk, or our own refusal: nothing stays either way
    EXPECT_EQ(refusal([&] { db().write([&](Tx& tx) { increment(tx, id), throw conflict("sample.no"); }); }).code,
              "sample.no");
    EXPECT_EQ(count(id), 5);
    EXPECT_EQ(db().read([&](Rx& rx) { return rx.value<std::int64_t>("SELECT COUNT(*) FROM sample_counter"); }), 1);
}

TEST_P(Rows, a_second_row_with_the_same_key_is_a_conflict) {
    counter("a");
    const Error e = refusal([&] { counter("a"); });
    EXPECT_EQ(e.fault, Fault::conflict);
    EXPECT_EQ(e.code, "duplicate");
    EXPECT_THROW(db().write([&](Tx& tx) { tx.insert(Counter{.name = "a"}); }), UniqueViolation);
    EXPECT_EQ(db().write([&](Tx& tx) {
        return tx.exec("INSERT INTO sample_counter (name, n) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", "a", 1);
    }),
              0);
}

TEST_P(Rows, a_row_others_point_at_stays) {
    const auto id = counter("a");
    db().write([&](Tx& tx) { tx.insert(Child{.counter_id = id}); });
    const Error e = refusal([&] { db().write([&](Tx& tx) { tx.erase(tx.lock(id)); }); });
    EXPECT_EQ(e.fault, Fault::conflict);
    EXPECT_EQ(e.code, "in_use");
    EXPECT_EQ(refusal([&] { db().write([&](Tx& tx) { tx.insert(Child{.counter_id = {99}}); }); }).code, "in_use");
}

TEST_P(Rows, bytes_that_are_no_text_are_the_callers_mistake) {
    const auto look = [&] { db().read([](Rx& rx) { rx.find<Counter>("WHERE name = ?", "\xE5\xAF\xC0"); }); };
    if (on_sqlite()) return look();  // keeps any bytes, and has none like these
    const Error e = refusal(look);
    EXPECT_EQ(e.fault, Fault::unreadable);
    EXPECT_EQ(e.code, "text_not_storable");
}

TEST_P(Rows, many_rows_at_once) {
    std::vector<Counter> rows(10'000);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = {.name = "r" + std::to_string(i), .n = std::int64_t(i)};
    db().write([&](Tx& tx) { tx.bulk_insert(rows), tx.bulk_insert(std::vector<Counter>{}); });
    db().read([&](Rx& rx) {
        EXPECT_EQ(rx.value<std::int64_t>("SELECT COUNT(DISTINCT id) FROM sample_counter"), 10'000);
        EXPECT_EQ(rx.value<std::int64_t>("SELECT SUM(n) FROM sample_counter"), 49'995'000);
    });
    // The next single row gets an id of its own.
    EXPECT_GT(counter("after").value, 10'000);
}

TEST_P(Rows, a_long_list_is_read_row_by_row) {
    std::vector<Counter> rows(3'500);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = {.name = "r" + std::to_string(i), .n = std::int64_t(i)};
    db().write([&](Tx& tx) { tx.bulk_insert(rows); });
    db().read([&](Rx& rx) {
        std::int64_t next = 500, inner = 0;
        rx.each<Counter>(
            "WHERE n >= ? ORDER BY n",
            [&](Counter& c) {
                EXPECT_EQ(c.n, next++);
                // The same statement again inside, and another one: neither disturbs the outer list.
                if (c.n % 1'000 == 0)
                    rx.each<Counter>(
                        "WHERE n >= ? ORDER BY n", [&](Counter& i) { return inner += rx.one(i.id).n, false; }, c.n);
                return true;
            },
            500);
        EXPECT_EQ(next, 3'500);
        EXPECT_EQ(inner, 1'000 + 2'000 + 3'000);
        std::int64_t seen = 0;
        rx.each<Counter>("ORDER BY id", [&](Counter&) { return ++seen < 3; });
        EXPECT_EQ(seen, 3);
    });
}

TEST_P(Rows, a_list_inside_a_list) {
    for (int i = 0; i < 4; ++i) counter("c" + std::to_string(i), i);
    int pairs = 0;
    db().read([&](Rx& rx) {
        for (const auto& outer : rx.all<Counter>("WHERE n >= ?", 0))
            for ([[maybe_unused]] const auto& inner : rx.all<Counter>("WHERE n >= ?", outer.n)) ++pairs;
    });
    EXPECT_EQ(pairs, 4 + 3 + 2 + 1);
}

TEST_P(Rows, statements_made_at_run_time_do_not_pile_up) {
    counter("a", 1);
    db().read([&](Rx& rx) {
        for (int i = 0; i < 1'200; ++i)
            EXPECT_EQ(rx.value<std::int64_t>("SELECT n + " + std::to_string(i) + " FROM sample_counter WHERE n = ?", 1),
                      1 + i);
    });
}

}  // namespace
}  // namespace yuanliu::sample
