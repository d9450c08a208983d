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

TEST_P(JobsApiTest, dead_letters_alarm_until_they_are_handled) {
    const auto boss = person(1, {"jobs.manage", "jobs.read"});
    const auto die = [&](const Options& options) {
        const auto id = add("work", options);
        Outcome lost{Outcome::What::discarded};
        lost.error = JobError{{}, 0, "units.no_such_unit", "why"};
        EXPECT_TRUE(end(take_all().at(0), lost));
        return id;
    };
    const auto letters = [&](const Actor& actor) {
        return call(actor, "GET", "/api/jobs/", "", {{"dead", "true"}}).page->total;
    };
    const auto depth_dead = [&] { return db().read([](Rx& rx) { return depth(rx).dead; }); };
    const auto a = die({.creator_id = 7}), b = die({.queue = "slow"}), c = die({}), d = die({});
    add("work");
    EXPECT_EQ(letters(boss), 4);
    EXPECT_EQ(letters(person(7)), 1);
    EXPECT_EQ(depth_dead(), 4);
    const auto list = call(boss, "GET", "/api/jobs/", "", {{"dead", "true"}, {"queue", "slow"}});
    EXPECT_EQ(list.page->total, 1);
    EXPECT_THAT(list.data, testing::HasSubstr(R"("code":"units.no_such_unit")"));
    EXPECT_EQ(call(boss, "GET", "/api/jobs/", "", {{"dead", "false"}}).page->total, 1);
    EXPECT_EQ(call(boss, "GET", "/api/jobs/", "", {{"creator_id", "0"}}).page->total, 4);

    const auto path = [](Id<Job> id, std::string_view what) {
        return "/api/jobs/" + std::to_string(id.value) + std::string(what);
    };
    const auto ids = [](std::vector<Id<Job>> jobs) { return to_json(JobIds{std::move(jobs)}); };
    call(boss, "POST", path(a, "/retry/"));
    EXPECT_EQ(letters(boss), 3) << "its successor has taken its place";
    EXPECT_THAT(call(boss, "GET", path(a, "/")).data, testing::Not(testing::HasSubstr(R"("successor":null)")));
    EXPECT_EQ(refused(boss, "POST", path(a, "/dismiss/")), Fault::conflict) << "it is handled";
    call(boss, "POST", path(b, "/dismiss/"));
    EXPECT_EQ(letters(boss), 2);
    const auto many = call(boss, "POST", "/api/jobs/bulk_retry/", ids({a, b, c, Id<Job>{999}}));
    EXPECT_EQ(many.data, R"({"done":1,"skipped":3})");
    EXPECT_TRUE(db().read([&](Rx& rx) { return rx.exists<Job>("source_job = ? AND state = 'available'", c); }));
    EXPECT_EQ(call(boss, "POST", "/api/jobs/bulk_dismiss/", ids({d})).data, R"({"done":1,"skipped":0})");
    EXPECT_EQ(letters(boss), 0);
    EXPECT_EQ(depth_dead(), 0);
    EXPECT_EQ(state(d), JobState::discarded) << "what became of it stays";
    // Who changes his mind may still have it tried again.
    call(boss, "POST", path(d, "/retry/"));
    EXPECT_TRUE(db().read([&](Rx& rx) { return rx.exists<Job>("source_job = ?", d); }));

    EXPECT_THROW(call(boss, "POST", "/api/jobs/bulk_retry/", ids({})), Error);
    EXPECT_THROW(call(boss, "POST", "/api/jobs/bulk_dismiss/", ids(std::vector(JobIds::ids_max + 1, a))), Error);
    EXPECT_EQ(refused(person(7), "POST", path(a, "/dismiss/")), Fault::forbidden) << "not even his own";
    for (auto all_of_them : {"/api/jobs/bulk_retry/", "/api/jobs/bulk_dismiss/"})
        EXPECT_EQ(refused(person(7, {"jobs.read"}), "POST", all_of_them), Fault::forbidden);
}

TEST_P(JobsApiTest, every_try_that_failed_is_kept_with_its_times_and_its_worker) {
    const auto id = add("work", {.creator_id = 7});
    const auto begun = env().now();
    const auto claimed = take_all("here:1").at(0);
    env().advance(2'000);
    Outcome failed{Outcome::What::failed};
    failed.error = JobError{{}, 0, "cron.invalid", "why", Dictionary{{{"field", "minute"}}}};
    EXPECT_TRUE(end(claimed, failed));
    const auto error = job(id).errors.at(0);
    EXPECT_EQ(error.started_at, begun);
    EXPECT_EQ(error.at, Time{begun.ms + 2'000});
    EXPECT_EQ(error.worker, "here:1");
    EXPECT_EQ(error.args->entries.at("field"), "minute");
    const auto path = "/api/jobs/" + std::to_string(id.value);
    EXPECT_THAT(call(person(9, {"jobs.read"}), "GET", path).data, testing::HasSubstr("here:1"));
    for (const auto& seen : {call(person(7), "GET", path).data, call(person(7), "GET", "/api/jobs/").data}) {
        EXPECT_THAT(seen, testing::HasSubstr(R"("field":"minute")"));
        EXPECT_THAT(seen, testing::Not(testing::HasSubstr("here:1")));
        EXPECT_THAT(seen, testing::Not(testing::HasSubstr("why")));
    }
}

TEST_P(JobsApiTest, queues_tell_what_stands_in_them) {
    declare(registry);
    const auto now = env().now();
    add("work"), env().advance(5'000), add("work");
    add("work", {.run_at = Time{env().now().ms + 60'000}});
    add("work", {.queue = "slow"});
    db().write([](Tx& tx) { pause(tx, "idle"), pause(tx, "slow"); });
    const auto look = [&] {
        std::map<std::string, QueueView> out;
        for (auto& queue : db().read([](Rx& rx) { return queues(rx); })) out[queue.name] = queue;
        return out;
    };
    auto seen = look();
    EXPECT_THAT(seen, testing::SizeIs(3));
    EXPECT_EQ(seen["default"].ready, 2);
    EXPECT_EQ(seen["default"].later, 1);
    EXPECT_EQ(seen["default"].oldest_at, now);
    EXPECT_FALSE(seen["default"].paused);
    EXPECT_TRUE(seen["slow"].paused);
    EXPECT_EQ(seen["slow"].paused_at, env().now());
    EXPECT_EQ(seen["slow"].ready, 1);
    EXPECT_TRUE(seen["idle"].paused);
    EXPECT_FALSE(seen["idle"].oldest_at);
    env().advance(60'000);
    EXPECT_EQ(look()["default"].ready, 3) << "its time has come";
    const auto taken = take_all();
    EXPECT_TRUE(end(taken.at(0), {Outcome::What::discarded}));
    seen = look();
    EXPECT_EQ(seen["default"].running, 2);
    EXPECT_EQ(seen["default"].dead, 1);
    EXPECT_EQ(seen["default"].ready, 0);
    EXPECT_EQ(refused(person(7), "GET", "/api/jobs/queues/"), Fault::forbidden);
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
    EXPECT_EQ(refused(person(7), "GET", "/api/schedules/1/preview/"), Fault::forbidden);
}

}  // namespace
}  // namespace yuanliu::jobs
