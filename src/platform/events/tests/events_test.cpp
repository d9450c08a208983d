// Facts are told once, in order, whatever fails in between.
#include "platform/events/events.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <future>
#include <set>

#include "base/time.hpp"
#include "embed/texts.hpp"
#include "kit/db_test.hpp"

namespace yuanliu::events {

// A fact, and what a listener wrote down when he heard of it.
struct Said {
    std::string text;
};
YL_RECORD(Said, "kit.said", text)
struct Whispered {
    std::string text;
};
YL_RECORD(Whispered, "kit.whispered", text)
struct Heard {
    Id<Heard> id;
    std::string text, aggregate;
    std::int64_t event_id = 0;
    Time said_at;
};
YL_RECORD(Heard, "kit_heard", id, text, aggregate, event_id, said_at)
struct Waiting {
    std::string text;  // the payload
    int attempts = 0;
    Time next_at;
    std::string error;
};
YL_RECORD(Waiting, "kit.waiting", text, attempts, next_at, error)

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// How the listener behaves; a part of the database, as handlers are plain functions.
struct Ears {
    std::mutex mutex;
    std::set<std::string> deaf_to;     // throws when it hears one of these
    std::map<std::string, int> calls;  // how often it was called for each, kept or not
    std::chrono::milliseconds slowness{0};
    std::promise<void> first;
    std::once_flag once;
};

void write_down(Tx& tx, const Said& said, const Delivery& delivery) {
    auto& ears = tx.part<Ears>();
    std::call_once(ears.once, [&] { ears.first.set_value(); });
    std::this_thread::sleep_for(ears.slowness);
    // The row comes before the failure, so that a test sees it undone.
    tx.append(Heard{{}, said.text, delivery.aggregate, delivery.id, delivery.at});
    const std::lock_guard guard(ears.mutex);
    ++ears.calls[said.text];
    if (ears.deaf_to.contains(said.text)) throw internal("cannot hear " + said.text);
}

class EventsTest : public DbTest {
 protected:
    std::vector<Migration> migrations() const override {
        std::vector<Migration> out;
        for (const auto& text : embedded_migrations())
            if (text.module == "events") out.push_back({text.module, int(out.size()) + 1, text.name, text.text});
        out.push_back({"kit", 1, "0001_kit.sql",
                       "CREATE TABLE kit_heard (id @id, text TEXT NOT NULL, aggregate TEXT NOT NULL,"
                       " event_id BIGINT NOT NULL, said_at BIGINT NOT NULL);"});
        return out;
    }
    void SetUp() override {
        DbTest::SetUp();
        use(bus_);
    }
    void TearDown() override {
        bus_.stop();
        DbTest::TearDown();
    }
    void use(Bus& bus) {
        bus.on(&write_down);
        db().parts().add(bus);
        db().parts().add(ears_);
    }
    void say(const std::string& text, const std::string& aggregate) {
        db().write([&](Tx& tx) { emit(tx, Said{text}, aggregate); });
    }
    std::vector<std::string> heard() {
        return db().read([](Rx& rx) { return rx.values<std::string>("SELECT text FROM kit_heard ORDER BY id"); });
    }
    std::int64_t left() {
        return db().read([](Rx& rx) { return pending(rx); });
    }
    std::vector<Waiting> waiting() {
        return db().read([](Rx& rx) {
            return rx.all<Waiting>(
                "SELECT payload AS text, attempts, next_at, error FROM events_outbox WHERE pending"
                " ORDER BY id");
        });
    }
    bool wait_until_heard(std::size_t count) {
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (heard().size() < count && std::chrono::steady_clock::now() < patience)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return heard().size() >= count;
    }

    Ears ears_;
    Bus bus_;
};
YL_BOTH_DATABASES(EventsTest);

TEST_P(EventsTest, AFactIsToldOnceWithItsTimeAndItsAggregate) {
    say("made", "unit:1");
    const Time said = env().now();
    env().advance(5'000);
    EXPECT_EQ(bus_.drain(db()), 1);
    EXPECT_EQ(bus_.drain(db()), 0);
    const auto rows = db().read([](Rx& rx) { return rx.all<Heard>("ORDER BY id"); });
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].text, "made");
    EXPECT_EQ(rows[0].aggregate, "unit:1");
    EXPECT_EQ(rows[0].said_at.ms, said.ms);
    EXPECT_GT(rows[0].event_id, 0);
    EXPECT_EQ(left(), 0);
}

TEST_P(EventsTest, WhatIsUndoneWasNeverSaid) {
    EXPECT_THROW(db().write([&](Tx& tx) {
        emit(tx, Said{"never"}, "unit:1");
        throw conflict("in_use");
    }),
                 Error);
    EXPECT_EQ(bus_.drain(db()), 0);
    EXPECT_THAT(heard(), IsEmpty());
}

TEST_P(EventsTest, AFailureIsUndoneAndTriedAgainUntilItWorks) {
    say("made", "unit:1");
    ears_.deaf_to = {"made"};
    EXPECT_EQ(bus_.drain(db()), 0);
    EXPECT_THAT(heard(), IsEmpty()) << "what the handler did before it failed is undone";
    ASSERT_EQ(waiting().size(), 1u);
    EXPECT_EQ(waiting()[0].attempts, 1);
    EXPECT_THAT(waiting()[0].error, testing::HasSubstr("cannot hear made"));
    EXPECT_EQ(waiting()[0].next_at.ms, env().now().ms + 1'000);
    ears_.deaf_to.clear();
    EXPECT_EQ(bus_.drain(db()), 0) << "not before its time";
    env().advance(1'000);
    EXPECT_EQ(bus_.drain(db()), 1);
    EXPECT_THAT(heard(), ElementsAre("made"));
    EXPECT_EQ(left(), 0);
}

TEST_P(EventsTest, ThePausesGrowToTenMinutesAndNoFurther) {
    say("made", "unit:1");
    ears_.deaf_to = {"made"};
    std::vector<std::int64_t> pauses_s;
    for (int i = 0; i < 13; ++i) {
        bus_.drain(db());
        const auto pause = waiting().at(0).next_at.ms - env().now().ms;
        pauses_s.push_back(pause / 1000);
        env().advance(pause - 1);
        bus_.drain(db());
        env().advance(1);
    }
    EXPECT_THAT(pauses_s, ElementsAre(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600));
    EXPECT_EQ(ears_.calls["made"], 13) << "never a millisecond early";
}

TEST_P(EventsTest, AFailureHoldsUpItsOwnAggregateAndNoOther) {
    for (const char* text : {"1 made", "1 shipped", "1 sold"}) say(text, "unit:1");
    for (const char* text : {"2 made", "2 shipped"}) say(text, "unit:2");
    say("1 scrapped", "unit:1");
    ears_.deaf_to = {"1 shipped"};
    EXPECT_EQ(bus_.drain(db()), 3);
    EXPECT_THAT(heard(), ElementsAre("1 made", "2 made", "2 shipped"));
    EXPECT_EQ(ears_.calls.count("1 sold"), 0u) << "its turn has not come";
    say("2 sold", "unit:2");
    EXPECT_EQ(bus_.drain(db()), 1) << "the others go on meanwhile";
    ears_.deaf_to.clear();
    env().advance(1'000);
    EXPECT_EQ(bus_.drain(db()), 3);
    EXPECT_THAT(heard(), ElementsAre("1 made", "2 made", "2 shipped", "2 sold", "1 shipped", "1 sold", "1 scrapped"));
}

TEST_P(EventsTest, ManyFailuresInOneBatchCostAPauseEachAndNothingElse) {
    for (int i = 0; i < 300; ++i) {
        const auto text = std::to_string(i);
        say(text, "unit:" + text);
        if (i % 50 == 7) ears_.deaf_to.insert(text);
    }
    EXPECT_EQ(bus_.drain(db()), 294);
    EXPECT_EQ(heard().size(), 294u);
    for (const auto& event : waiting()) EXPECT_EQ(event.attempts, 1) << event.text;
    for (const auto& text : ears_.deaf_to) EXPECT_EQ(ears_.calls[text], 1) << text;
    ears_.deaf_to.clear();
    env().advance(1'000);
    EXPECT_EQ(bus_.drain(db()), 6);
    EXPECT_EQ(left(), 0);
}

TEST_P(EventsTest, ATextThatNobodyUnderstandsIsAFailureLikeAnyOther) {
    db().write([](Tx& tx) { emit_json(tx, "kit.said", "unit:1", R"({"another":1})"); });
    say("made", "unit:2");
    EXPECT_EQ(bus_.drain(db()), 1);
    EXPECT_THAT(heard(), ElementsAre("made"));
    EXPECT_EQ(left(), 1);
    EXPECT_NE(waiting()[0].error, "");
}

TEST_P(EventsTest, ALongComplaintIsCutBetweenCharacters) {
    std::string text;
    for (int i = 0; i < 600; ++i) text += "听";
    say(text, "unit:1");
    ears_.deaf_to = {text};
    bus_.drain(db());
    const auto error = waiting().at(0).error;
    EXPECT_EQ(error.size(), 12 + 488 * 3u) << "500 characters, the last of them whole";
    EXPECT_TRUE(error.ends_with("听"));
}

TEST_P(EventsTest, AProcessThatDiedBeforeTellingTellsWhenItIsBack) {
    say("made", "unit:1");
    say("shipped", "unit:1");
    test_database().reopen();
    Bus next;
    use(next);
    EXPECT_EQ(left(), 2);
    next.start(db());
    EXPECT_TRUE(wait_until_heard(2));
    next.stop();
    EXPECT_THAT(heard(), ElementsAre("made", "shipped"));
    EXPECT_EQ(next.drain(db()), 0);
}

// The mark of delivery and what the handler wrote are one transaction: a death before its commit leaves neither.
TEST_P(EventsTest, AProcessThatDiedWhileTellingTellsAgainAndNothingStandsTwice) {
    for (const char* text : {"made", "shipped", "sold"}) say(text, "unit:1");
    ears_.deaf_to = {"sold"};
    EXPECT_EQ(bus_.drain(db()), 2);
    EXPECT_EQ(ears_.calls["made"], 2) << "told, undone with the failing batch, and told again";
    test_database().reopen();
    Bus next;
    use(next);
    ears_.deaf_to.clear();
    env().advance(1'000);
    next.drain(db());
    EXPECT_THAT(heard(), ElementsAre("made", "shipped", "sold"));
}

TEST_P(EventsTest, ACommitWakesTheDispatcher) {
    bus_.start(db());
    say("made", "unit:1");
    EXPECT_TRUE(wait_until_heard(1));
    say("shipped", "unit:1");
    EXPECT_TRUE(wait_until_heard(2));
    bus_.stop();
    EXPECT_THAT(heard(), ElementsAre("made", "shipped"));
}

TEST_P(EventsTest, AStopDoesNotWaitForAllThatIsLeft) {
    constexpr int many = 1'000;
    db().write([](Tx& tx) {
        for (int i = 0; i < many; ++i) emit(tx, Said{std::to_string(i)}, "unit:" + std::to_string(i));
    });
    ears_.slowness = std::chrono::milliseconds(2);
    bus_.start(db());
    ears_.first.get_future().wait();
    bus_.stop();
    const auto told = std::int64_t(heard().size());
    EXPECT_GT(told, 0);
    EXPECT_LT(told, many);
    EXPECT_EQ(left(), many - told) << "the rest waits for the next start";
    ears_.slowness = std::chrono::milliseconds(0);
    bus_.start(db());
    EXPECT_TRUE(wait_until_heard(many));
}

// On PostgreSQL these stand for two machines; on SQLite for two threads of the one process.
TEST_P(EventsTest, TwoDispatchersTellEachFactOnceAndInOrder) {
    constexpr int units = 20, facts = 25;
    for (int f = 0; f < facts; ++f)
        db().write([&](Tx& tx) {
            for (int u = 0; u < units; ++u) emit(tx, Said{std::to_string(f)}, "unit:" + std::to_string(u));
        });
    Bus other;
    other.on(&write_down);
    auto drained = std::async(std::launch::async, [&] { return other.drain(db()); });
    int total = bus_.drain(db()) + drained.get();
    total += bus_.drain(db());  // both may have found the other at it
    EXPECT_EQ(total, units * facts);
    EXPECT_EQ(left(), 0);
    std::map<std::string, std::vector<int>> order;
    for (const auto& row : db().read([](Rx& rx) { return rx.all<Heard>("ORDER BY id"); }))
        order[row.aggregate].push_back(std::stoi(row.text));
    ASSERT_EQ(order.size(), std::size_t(units));
    for (const auto& [aggregate, seen] : order) {
        EXPECT_EQ(seen.size(), std::size_t(facts)) << aggregate;
        EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end())) << aggregate;
    }
}

TEST_P(EventsTest, WhatNobodyListensToIsKeptAsHistory) {
    db().write([](Tx& tx) { emit(tx, Whispered{"psst"}, "unit:1"); });
    say("made", "unit:1");
    EXPECT_EQ(left(), 1);
    EXPECT_EQ(bus_.drain(db()), 1);
    EXPECT_THAT(db().read([](Rx& rx) { return rx.values<std::string>("SELECT kind FROM events_outbox ORDER BY id"); }),
                ElementsAre("kit.whispered", "kit.said"));
}

TEST_P(EventsTest, OnlyWhatWasToldLongAgoIsForgotten) {
    say("told", "unit:1");
    bus_.drain(db());
    say("untold", "unit:2");
    ears_.deaf_to = {"untold"};
    bus_.drain(db());
    env().advance(keep_ms);
    say("fresh", "unit:3");
    EXPECT_EQ(db().write([](Tx& tx) { return prune(tx); }), 0) << "ninety days are not yet over";
    env().advance(1);
    EXPECT_EQ(db().write([](Tx& tx) { return prune(tx); }), 1);
    ears_.deaf_to.clear();
    EXPECT_EQ(bus_.drain(db()), 2) << "what was never told is told however late";
    EXPECT_THAT(heard(), UnorderedElementsAre("told", "untold", "fresh"));
}

}  // namespace
}  // namespace yuanliu::events
