// `yuanliu check`: each thing that must hold is broken on purpose, and is named; a whole installation is found whole.
#include "app/check.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "lifecycle/app_test.hpp"
#include "modules/units/model.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/clockwork.hpp"
#include "platform/jobs/jobs.hpp"

namespace yuanliu {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

// Units and repair have tests of their own for theirs.
bool of_others(const std::string& name) { return name.starts_with("units.") || name.starts_with("repair."); }

class CheckTest : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        ASSERT_EQ(post("/api/roles/", R"({"name":"质检","permissions":["units.read"]})").status, 201);
        agent_ = make_user("agent", 1, R"(,"phone":"13900139000","territories":["广东省"])");
        make_units(make_type(), {"U1", "U2"}, agent_);
        ASSERT_EQ(post("/api/products/activate/",
                       R"({"qrcode_id":"U1","name":"李女士","phone":"13800138000","address":"广东省深圳市南山区"})")
                      .status,
                  200);
        app().db().write([&](Tx& tx) {
            jobs::store_schedules(tx, app().job_registry());
            jobs::enqueue(tx, "jobs.prune", jobs::Nothing{});
            jobs::cancel(tx, Actor::of_system("test"), jobs::enqueue(tx, "files.sweep", jobs::Nothing{}));
        });
    }

    // What is broken, by name.
    std::vector<std::string> broken() {
        std::vector<std::string> out;
        for (const auto& item : app::check_everything(app().db()).broken) out.push_back(item.name);
        return out;
    }
    std::vector<std::string> examples(std::string_view name) {
        for (const auto& item : app::check_everything(app().db()).broken)
            if (item.name == name) return item.what;
        return {};
    }
    void exec(std::string_view sql) {
        app().db().write([&](Tx& tx) { tx.exec(sql); });
    }
    // The names of the invariants that break when this is done; it is undone.
    std::vector<std::string> broken_by(std::string_view sql) {
        struct Undone {};
        std::vector<std::string> out;
        try {
            app().db().write([&](Tx& tx) {
                out.clear();
                tx.exec(sql);
                for (const auto& invariant : app::all_invariants())
                    if (!tx.values<std::string>("SELECT * FROM (" + invariant.sql + ") AS broken LIMIT 20").empty())
                        out.push_back(invariant.name);
                throw Undone{};
            });
        } catch (const Undone&) {
        }
        return out;
    }
    files::File add_file(std::string_view text) {
        TempFolder folder;
        std::ofstream(folder.file("in.txt")) << text;
        auto& store = app().db().parts().get<files::FileStore>();
        const auto stored = store.store_from(folder.file("in.txt"), "in.txt");
        return app().db().write([&](Tx& tx) { return files::add(tx, stored, "in.txt", "test", 0); });
    }
    std::string agent_;
};
YL_APP_TEST(CheckTest);

struct Damage {
    const char* invariant;
    const char* sql;
};

constexpr Damage damages[] = {
    {"audit.refusal_tells_why",
     "INSERT INTO audit_record (created_at, operator_name, action, subject, success, before, after, request_id, ip)"
     " VALUES (1, '', 'login', '', FALSE, '', '{}', '', '')"},
    {"audit.changes_readable",
     "INSERT INTO audit_record (created_at, operator_name, action, subject, success, before, after, request_id, ip)"
     " VALUES (1, '', 'login', '', TRUE, 'gone', '', '', '')"},
    {"events.error_means_another_try", "UPDATE events_outbox SET error = 'no', pending = FALSE"},
    {"events.tells_something", "UPDATE events_outbox SET payload = ''"},
    {"jobs.finished_has_time", "UPDATE jobs_job SET state = 'completed'"},
    {"jobs.finished_has_time", "UPDATE jobs_job SET finished_at = 1"},
    {"jobs.running_has_lease", "UPDATE jobs_job SET state = 'running'"},
    {"jobs.running_has_lease", "UPDATE jobs_job SET lease_until = 1"},
    {"jobs.tries_in_bounds", "UPDATE jobs_job SET failed = 1"},
    {"jobs.only_the_dead_are_handled", "UPDATE jobs_job SET handled_at = 1"},
    {"jobs.result_is_whole", "UPDATE jobs_job SET result_file = 'results/2026-03/a.csv'"},
    {"jobs.run_follows_job",
     "INSERT INTO jobs_run (schedule_id, nominal, state, reason, times, job_id, created_at)"
     " SELECT (SELECT min(id) FROM jobs_schedule), 1, 'started', '', 1, id, 1 FROM jobs_job"
     " WHERE state = 'cancelled'"},
    {"jobs.schedule_goes_on", "UPDATE jobs_schedule SET next_at = last_nominal"},
    {"jobs.clock_can_be_kept", "DELETE FROM jobs_leader"},
    {"settings.have_a_version", "DELETE FROM settings_version"},
    {"files.row_in_form",
     "INSERT INTO files_file (sha256, size, media_type, name, purpose, owner_id, created_at)"
     " VALUES ('', 1, 'text/plain', 'a', 'test', 0, 1)"},
    {"identity.administrator_left", "UPDATE identity_user SET active = FALSE WHERE user_type = 0"},
    {"identity.administrator_left", "UPDATE identity_user SET user_type = 1 WHERE user_type = 0"},
    {"identity.disabled_is_out", "UPDATE identity_user SET active = FALSE WHERE user_type = 0"},
    {"identity.log_in_ends_for_a_reason", "UPDATE identity_session SET revoked_at = 1"},
    {"identity.role_is_for_staff", "UPDATE identity_user SET role_id = (SELECT min(id) FROM identity_role)"},
    {"identity.territories_are_for_agents", "UPDATE identity_user SET user_type = 2 WHERE user_type = 1"},
    {"identity.contacts_have_blinds", "UPDATE identity_user SET phone_blind = NULL WHERE user_type = 2"},
    {"identity.contacts_have_blinds", "UPDATE identity_user SET email_identifies = TRUE WHERE user_type = 0"},
    {"catalog.type_within_limits", "UPDATE catalog_product_type SET warranty_months = 241"},
    {"notices.leads_to_a_page",
     "INSERT INTO notices_notice (user_id, kind, args, path, created_at)"
     " SELECT id, 'job_completed', '{}', 'https://elsewhere.example/', 1 FROM identity_user"},
    {"desk.import_has_file",
     "INSERT INTO desk_import (owner_id, route, file_id, file_name, columns, sample, mapping, mandate, state, rows, "
     "good,"
     " bad, created_at, updated_at) VALUES (1, 'r', 999, 'a', '[]', '', '{}', '{}', 'uploaded', 1, 0, 0, 1, 1)"},
    {"desk.busy_import_has_job",
     "INSERT INTO desk_import (owner_id, route, file_id, file_name, columns, sample, mapping, mandate, state, rows, "
     "good,"
     " bad, created_at, updated_at) VALUES (1, 'r', 999, 'a', '[]', '', '{}', '{}', 'running', 1, 0, 0, 1, 1)"},
    {"desk.import_adds_up",
     "INSERT INTO desk_import (owner_id, route, file_id, file_name, columns, sample, mapping, mandate, state, rows, "
     "good,"
     " bad, created_at, updated_at) VALUES (1, 'r', 999, 'a', '[]', '', '{}', '{}', 'checked', 1, 1, 1, 1, 1)"},
    {"desk.import_names_bad_rows",
     "INSERT INTO desk_import (owner_id, route, file_id, file_name, columns, sample, mapping, mandate, state, rows, "
     "good,"
     " bad, created_at, updated_at) VALUES (1, 'r', 999, 'a', '[]', '', '{}', '{}', 'checked', 1, 0, 1, 1, 1)"},
    {"desk.problem_has_import",
     "INSERT INTO desk_import_problem (import_id, row_number, field, code, args) VALUES (999, 2, '', 'in_use', '{}')"},
};

TEST_P(CheckTest, finds_a_whole_installation_whole) {
    EXPECT_THAT(broken(), IsEmpty());
    EXPECT_GT(app::check_everything(app().db()).count, 30);
}

TEST_P(CheckTest, names_what_was_broken) {
    for (const auto& damage : damages) EXPECT_THAT(broken_by(damage.sql), Contains(damage.invariant)) << damage.sql;
    EXPECT_THAT(broken(), IsEmpty()) << "all of it was undone";
}

TEST_P(CheckTest, every_invariant_is_broken_once_in_these_tests) {
    std::set<std::string> tried, names;
    for (const auto& damage : damages) tried.insert(damage.invariant);
    for (const auto& invariant : app::all_invariants()) {
        EXPECT_TRUE(names.insert(invariant.name).second) << invariant.name << " is there twice";
        EXPECT_TRUE(of_others(invariant.name) || tried.contains(invariant.name)) << invariant.name;
    }
    EXPECT_THAT(names, IsSupersetOf(tried));
}

TEST_P(CheckTest, content_that_is_gone_cut_or_altered_is_named) {
    const auto gone = add_file("one"), cut = add_file("two"), altered = add_file("three"), whole = add_file("four");
    ASSERT_THAT(broken(), IsEmpty());
    auto& store = app().db().parts().get<files::FileStore>();
    std::filesystem::remove(store.path(gone.sha256));
    std::ofstream(store.path(cut.sha256)) << "tw";
    std::ofstream(store.path(altered.sha256)) << "THREE";
    // What no row speaks of is nobody's loss.
    std::ofstream(store.absolute("tmp/0123")) << "half";
    std::vector<std::string> expected;
    for (const auto& [file, trouble] :
         {std::pair(gone, "not there"), std::pair(cut, "another size"), std::pair(altered, "other content")})
        expected.push_back(fmt::format("{} ({})", file.id.value, trouble));
    EXPECT_THAT(examples("files.content_on_disk"), testing::UnorderedElementsAreArray(expected));
    EXPECT_THAT(broken(), ElementsAre("files.content_on_disk"));
}

TEST_P(CheckTest, what_the_key_does_not_open_is_named_by_its_row) {
    exec("UPDATE identity_user SET phone = (SELECT phone FROM identity_user WHERE user_type = 1) WHERE user_type = 2");
    auto customer = app().db().read(
        [](Rx& rx) { return rx.value<std::int64_t>("SELECT id FROM identity_user WHERE user_type = 2"); });
    EXPECT_THAT(examples("identity_user.readable"), ElementsAre(std::to_string(customer))) << "opens, but is another's";
    exec("UPDATE identity_user SET phone = '1.YWJj' WHERE user_type = 2");
    EXPECT_THAT(examples("identity_user.readable"), ElementsAre(std::to_string(customer)));
    exec("UPDATE units_activation SET address = '1.YWJj'");
    EXPECT_THAT(broken(), IsSupersetOf({"identity_user.readable", "units_activation.readable"}));
}

TEST_P(CheckTest, values_that_are_none_are_named) {
    exec("UPDATE identity_role SET permissions = '[\"units.no_such\"]'");
    exec("INSERT INTO settings_setting (key, value, updated_at, updated_by) VALUES ('company.name', '7', 1, 1)");
    exec(
        "INSERT INTO notices_notice (user_id, kind, args, path, created_at)"
        " SELECT id, 'no_such_kind', '{}', '/', 1 FROM identity_user WHERE user_type = 0");
    EXPECT_THAT(broken(), testing::UnorderedElementsAre("identity_role.readable", "settings.value_fits",
                                                        "notices_notice.readable"));
    EXPECT_THAT(examples("settings.value_fits"), ElementsAre("company.name"));
}

}  // namespace
}  // namespace yuanliu
