// Through the routes: who may do what.
#include "jobs_kit.hpp"

namespace yuanliu::jobs {
namespace {

class JobsApiTest : public JobsTest {
 protected:
    void SetUp() override {
        JobsTest::SetUp();
        jobs::routes(all);
        all.check();
    }
    static Actor person(std::int64_t id, std::vector<std::string> permissions = {}) {
        Actor actor;
        actor.user_id = id;
        actor.permissions = std::make_shared<Permissions>(Permissions{false, std::move(permissions)});
        return actor;
    }
    // As the edge does it, without the socket.
    Result call(const Actor& actor, std::string_view method, std::string_view path, std::string_view body = "{}",
                std::vector<std::pair<std::string, std::string>> query = {}) {
        Arguments arguments;
        std::vector<std::string_view> allowed;
        const Route* route = all.match(method, path, arguments.path, allowed);
        if (!route) throw not_found("no_route");
        actor.require(route->permission);
        arguments.body = body;
        arguments.query = std::move(query);
        auto verb = route->prepare(arguments);
        if (route->kind == Route::Kind::read)
            db().read([&](Rx& rx) { verb->run({.rx = &rx, .actor = &actor}); });
        else
            db().write([&](Tx& tx) { verb->run({.tx = &tx, .actor = &actor}); });
        return verb->result();
    }
    Fault refused(const Actor& actor, std::string_view method, const std::string& path) {
        try {
            call(actor, method, path);
        } catch (const Error& e) {
            return e.fault;
        }
        ADD_FAILURE() << path << " was not refused";
        return Fault::internal;
    }
    Routes all;
};
YL_BOTH_DATABASES(JobsApiTest);

TEST_P(JobsApiTest, creators_see_cancel_and_download_their_own_and_nothing_else) {
    auto mine = add("work", {.creator_id = 7});
    add("work", {.creator_id = 8});
    const auto path = "/api/jobs/" + std::to_string(mine.value);
    auto claimed = take_all().at(0);
    auto file = store.new_path("csv");
    std::ofstream(file) << "x";
    Traces traces;
    traces.file = store.relative(file), traces.name = "codes.csv", traces.type = "text/csv";
    db().write([&](Tx& tx) { settle(tx, claimed.id, 1, {}, traces); });

    EXPECT_EQ(call(person(7), "GET", "/api/jobs/").page->total, 1);
    EXPECT_EQ(call(person(9, {"jobs.read"}), "GET", "/api/jobs/").page->total, 2);
    EXPECT_EQ(call(person(9, {"jobs.read"}), "GET", "/api/jobs/", "", {{"state", "completed"}}).page->total, 1);
    EXPECT_NE(call(person(7), "GET", path).data.find(R"("args":null)"), std::string::npos);
    EXPECT_NE(call(person(9, {"jobs.read"}), "GET", path).data.find(R"("args":{"text":"hello"})"), std::string::npos);
    auto content = call(person(7), "GET", path + "/download/").content.value();
    EXPECT_EQ(content.file, file);
    EXPECT_EQ(content.filename, "codes.csv");
    EXPECT_EQ(content.type, "text/csv");

    EXPECT_EQ(refused(Actor{}, "GET", path), Fault::unauthenticated);
    for (auto what : {"", "/download/"}) EXPECT_EQ(refused(person(8), "GET", path + what), Fault::not_found);
    EXPECT_EQ(refused(person(8), "POST", path + "/cancel/"), Fault::not_found);
    EXPECT_EQ(refused(person(9, {"jobs.read"}), "POST", path + "/cancel/"), Fault::forbidden);
    EXPECT_EQ(refused(person(7), "POST", path + "/cancel/"), Fault::conflict) << "it is finished";
    EXPECT_EQ(refused(person(7), "POST", path + "/retry/"), Fault::forbidden);
    EXPECT_EQ(refused(person(9, {"jobs.manage", "jobs.read"}), "GET", "/api/jobs/999/download/"), Fault::not_found);
}

TEST_P(JobsApiTest, a_creator_cancels_a_waiting_job) {
    auto id = add("work", {.creator_id = 7});
    call(person(7), "POST", "/api/jobs/" + std::to_string(id.value) + "/cancel/");
    EXPECT_EQ(state(id), JobState::cancelled);
}

TEST_P(JobsApiTest, texts_of_errors_are_for_operators) {
    auto id = add("work", {.creator_id = 7});
    Outcome failed{Outcome::What::failed};
    failed.error = JobError{{}, 0, "internal", "secret host name"};
    EXPECT_TRUE(end(take_all().at(0), failed));
    const auto path = "/api/jobs/" + std::to_string(id.value);
    EXPECT_EQ(call(person(7), "GET", path).data.find("secret"), std::string::npos);
    EXPECT_NE(call(person(9, {"jobs.read"}), "GET", path).data.find("secret"), std::string::npos);
}

TEST_P(JobsApiTest, operators_manage_queues_schedules_and_holidays) {
    declare(registry);
    db().write([&](Tx& tx) { store_schedules(tx, registry); });
    const auto boss = person(1, {"jobs.manage", "jobs.read"});
    EXPECT_NE(call(boss, "POST", "/api/jobs/queues/slow/pause/").data.find(R"("paused":true)"), std::string::npos);
    EXPECT_NE(call(boss, "POST", "/api/jobs/queues/slow/resume/").data.find(R"("paused":false)"), std::string::npos);
    EXPECT_NE(call(boss, "GET", "/api/schedules/").data.find("jobs.prune"), std::string::npos);
    EXPECT_NE(call(boss, "PUT", "/api/schedules/1/", R"({"paused":true})").data.find(R"("paused":true)"),
              std::string::npos);
    EXPECT_NE(call(boss, "POST", "/api/schedules/1/run/").data.find(R"("state":"available")"), std::string::npos);
    EXPECT_EQ(call(boss, "GET", "/api/schedules/1/runs/").page->total, 1);
    EXPECT_NE(call(boss, "GET", "/api/holidays/", "", {{"year", "2026"}}).data.find("春节"), std::string::npos);
    EXPECT_EQ(
        call(boss, "PUT", "/api/holidays/2027/", R"({"days":[{"day":"2027-01-01","kind":"holiday","name":"元旦"}]})")
            .data.find("2026"),
        std::string::npos);
    for (auto path : {"/api/schedules/", "/api/schedules/1/runs/", "/api/holidays/"})
        EXPECT_EQ(refused(person(7), "GET", path), Fault::forbidden);
    EXPECT_EQ(refused(person(7, {"jobs.read"}), "POST", "/api/schedules/1/run/"), Fault::forbidden);
}

}  // namespace
}  // namespace yuanliu::jobs
