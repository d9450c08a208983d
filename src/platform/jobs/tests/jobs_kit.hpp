// What the suites of this floor share: a database with its tables, a registry and a table to see effects in.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "embed/texts.hpp"
#include "kit/db_test.hpp"
#include "kit/temp_folder.hpp"
#include "platform/events/events.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/clockwork.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/queue.hpp"
#include "platform/jobs/runner.hpp"

namespace yuanliu::jobs {

struct Note {
    std::string text;
};
YL_RECORD(Note, "test.note", text)

inline const RunnerOptions quick{.workers = 2, .poll_ms = 20, .tick_ms = 20, .rescue_ms = 20};

// Waits for what threads bring about; real time, for the fake clock stands still.
template <class Condition>
bool eventually(Condition condition, int seconds = 20) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (std::chrono::steady_clock::now() < end) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return condition();
}

class JobsTest : public DbTest {
 protected:
    void SetUp() override {
        DbTest::SetUp();
        add_parts(db());
    }
    void add_parts(Database& database) {
        database.parts().add(registry);
        database.parts().add(store);
        database.parts().add(bus);
    }

    std::vector<Migration> migrations() const override {
        std::vector<Migration> out;
        for (const auto& text : embedded_migrations())
            if (text.module == "jobs" || text.module == "files" || text.module == "events")
                out.push_back({text.module, std::stoi(std::string(text.name.substr(0, 4))), text.name, text.text});
        out.push_back({"effects", 1, "0001_effects.sql", "CREATE TABLE effects_effect (id @id, text TEXT NOT NULL)"});
        return out;
    }

    Id<Job> add(std::string_view kind, const Options& options = {}) {
        return db().write([&](Tx& tx) { return enqueue(tx, kind, Note{"hello"}, options); });
    }
    Job job(Id<Job> id) {
        return db().read([&](Rx& rx) { return rx.one(id); });
    }
    JobState state(Id<Job> id) { return job(id).state; }
    bool becomes(Id<Job> id, JobState wanted) {
        return eventually([&] { return state(id) == wanted; });
    }
    std::vector<Claimed> take_all(std::string_view worker = "test", Database* database = nullptr) {
        auto& from = database ? *database : db();
        auto ids = from.read([&](Rx& rx) { return candidates(rx, {"work"}, 100); });
        return from.write([&](Tx& tx) { return take(tx, ids, worker, 60'000); });
    }
    bool end(const Claimed& claimed, const Outcome& outcome = {}) {
        return db().write([&](Tx& tx) { return settle(tx, claimed.id, claimed.attempt, outcome, {}); });
    }
    static void effect(Tx& tx, std::string_view text) { tx.exec("INSERT INTO effects_effect (text) VALUES (?)", text); }
    std::int64_t effects() {
        return db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT count(*) FROM effects_effect"); });
    }

    TempFolder folder;
    Registry registry;
    events::Bus bus;
    files::FileStore store{folder.file("files"), env()};
    const Actor system = Actor::of_system("test");
};

}  // namespace yuanliu::jobs
