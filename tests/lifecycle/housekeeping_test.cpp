// What is forgotten every night: all of it, in transactions of which none holds up the others for long.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "base/time.hpp"
#include "lifecycle/app_test.hpp"
#include "modules/identity/identity.hpp"
#include "modules/notices/notices.hpp"
#include "platform/api/idempotency.hpp"
#include "platform/events/events.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu {
namespace {

constexpr int rows = 1200;

class Housekeeping : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        env().advance(400 * day_ms);
        // `i` counts.
        add("events_outbox (kind, aggregate, payload, created_at, pending, attempts, next_at, error)",
            "'k', 'a', '{}', 1, FALSE, 0, 0, ''");
        add("notices_notice (user_id, kind, args, path, created_at)", "1, 'job_completed', '{}', '/', 1");
        add("identity_session (user_id, family_hash, refresh_hash, created_at, last_used_at, expires_at, ip, "
            "user_agent)",
            "1, 'f' || CAST(i AS TEXT), '', 1, 1, 1, '', ''");
        add("identity_one_time_code (purpose, target_blind, code_hash, tries, created_at, expires_at)",
            "'login', '', '', 0, 1, 1");
        add("identity_login_throttle (scope, subject_blind, attempts, ends_at)", "'login', CAST(i AS TEXT), 1, 1");
        add("api_idempotency (key_hash, body_hash, status, answer, created_at)", "CAST(i AS TEXT), '', 200, '', 1");
        add("desk_export (route, format, query, columns, mandate, created_at)", "'r', 'csv', '', '[]', '{}', 1");
        app().db().write([](Tx& tx) {
            tx.exec(
                "INSERT INTO files_file (sha256, size, media_type, name, purpose, owner_id, created_at)"
                " VALUES ('a', 1, 'text/csv', 'a', 'desk.import', 1, 1)");
            tx.exec(
                "INSERT INTO desk_import (owner_id, route, file_id, file_name, columns, sample, mapping, mandate, "
                "state,"
                " rows, good, bad, created_at, updated_at) SELECT 1, 'r', id, 'a', '[]', '', '{}', '{}', 'checked', 5, "
                "0,"
                " 5, 1, 1 FROM files_file");
        });
        add("desk_import_problem (import_id, row_number, field, code, args)", "1, i, '', 'in_use', '{}'");
    }
    void add(std::string_view into, std::string_view values) {
        app().db().write([&](Tx& tx) {
            tx.exec(
                fmt::format("INSERT INTO {} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                            "{}) SELECT {} FROM n",
                            into, rows, values));
        });
    }
    std::int64_t left_in(std::string_view table) {
        return app().db().read(
            [&](Rx& rx) { return rx.value<std::int64_t>(fmt::format("SELECT count(*) FROM {}", table)); });
    }
    // Runs the job and returns how many rows it says it has taken.
    std::int64_t run(std::string_view kind) {
        const auto id = app().db().write([&](Tx& tx) { return jobs::enqueue(tx, kind, jobs::Nothing{}); });
        app().start_background();
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        auto job = [&] { return app().db().read([&](Rx& rx) { return rx.one(id); }); };
        while (job().state != jobs::JobState::completed && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        app().stop_background();
        EXPECT_EQ(job().state, jobs::JobState::completed);
        return job().counts ? job().counts->done : 0;
    }
};
YL_APP_TEST(Housekeeping);

TEST_P(Housekeeping, takes_some_hundred_rows_a_transaction) {
    std::int64_t (*const steps[])(Tx&) = {&Idempotency::prune, &identity::purge, &events::prune, &notices::prune};
    for (const auto step : steps) EXPECT_EQ(app().db().write([&](Tx& tx) { return step(tx); }), 500);
}

TEST_P(Housekeeping, comes_to_the_end_of_it) {
    EXPECT_GE(run("app.housekeeping"), 6 * rows);
    for (const auto* table :
         {"identity_session", "identity_one_time_code", "identity_login_throttle", "api_idempotency", "notices_notice"})
        EXPECT_EQ(left_in(table), 0) << table;
    EXPECT_EQ(left_in("events_outbox WHERE kind = 'k'"), 0);
}

TEST_P(Housekeeping, of_sheets_comes_to_the_end_of_it) {
    EXPECT_EQ(run("desk.prune"), 2 * rows + 1);
    for (const auto* table : {"desk_export", "desk_import", "desk_import_problem", "files_file"})
        EXPECT_EQ(left_in(table), 0) << table;
}

}  // namespace
}  // namespace yuanliu
