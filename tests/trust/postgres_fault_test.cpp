// PostgreSQL goes away under load and comes back.
#include <gmock/gmock.h>
#include <unistd.h>

#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

using ::testing::IsEmpty;

constexpr int recovery_ms = 10'000;

class PostgresFaults : public ::testing::Test {
 protected:
    // `hurt` happens under load; afterwards writes go on without a restart of ours, and nothing promised is missing.
    template <class F>
    void survive(F&& hurt) {
        Scene scene(Backend::postgres);
        const auto pid = scene.server().pid();
        auto admin = scene.admin();
        Workload load(*admin, scene.server().port(), "p", scene_seed(), 500);
        load.start(8);
        ASSERT_TRUE(load.wait_for_more(20, 20'000)) << scene.server().log();
        hurt(scene);
        EXPECT_TRUE(load.wait_for_more(50, recovery_ms)) << scene.server().log();
        EXPECT_EQ(admin->get("/ready").status, 200);
        load.stop();
        ASSERT_TRUE(scene.server().runs()) << "ended with " << *scene.server().wait(0) << "\n" << scene.server().log();
        EXPECT_EQ(scene.server().pid(), pid);
        EXPECT_THAT(load.verify(*admin), IsEmpty());
        scene.expect_sound();
        EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
    }
};

TEST_F(PostgresFaults, StoppedAtOnceAndStartedAgain) {
    for (int i = 0; i < (is_long() ? 20 : 1); ++i) survive([](Scene&) { durable_postgres().restart_at_once(); });
}

TEST_F(PostgresFaults, EverySessionTerminated) {
    survive([](Scene& scene) {
        for (int i = 0; i < 3; ++i)
            run_sql(scene.url(),
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    });
}

TEST_F(PostgresFaults, WithoutADatabaseItSaysSoAndStaysAlive) {
    // A PostgreSQL of its own: this one stays down.
    PostgresServer postgres({.fsync = true});
    const TempFolder folder;
    Server server(folder.file("data"), {.settings = {{"DATABASE_URL", postgres.url()}}});
    Client client(server.port());
    ASSERT_TRUE(client.login("admin", server.first_password()));
    ASSERT_EQ(client.get("/api/users/me/").status, 200);
    postgres.stop_at_once();
    const auto begun = clock_ms();
    const auto refused = client.get("/api/users/me/");
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_FALSE(refused.header("retry-after").empty());
    EXPECT_EQ(refused.at("status"), "error");
    EXPECT_LT(clock_ms() - begun, recovery_ms);
    EXPECT_EQ(client.get("/health").status, 200);
    EXPECT_EQ(client.get("/ready").status, 503);
    EXPECT_EQ(server.stop(), 0) << server.log();
}

TEST_F(PostgresFaults, WhileTheDatabaseStandsStillWhoDoesNotNeedItIsServed) {
    PostgresServer postgres({.fsync = true});
    const TempFolder folder;
    Server server(folder.file("data"), {.settings = {{"DATABASE_URL", postgres.url()}}});
    postgres.stand_still();
    // More than there are threads for connections, each with a question for the database.
    std::vector<int> waiting;
    for (int i = 0; i < 16; ++i) {
        waiting.push_back(dial(server.port()));
        send_all(waiting.back(),
                 i % 2 ? "GET /ready HTTP/1.1\r\nHost: a\r\n\r\n" : "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    for (int i = 0; i < 16; ++i) {
        Client client(server.port());
        const auto answer = client.try_ask("GET", "/health", "", {}, 2'000);
        EXPECT_TRUE(answer && answer->status == 200) << "an I/O thread waits for the database";
    }
    postgres.go_on();
    for (const int fd : waiting) ::close(fd);
    Client client(server.port());
    EXPECT_EQ(client.get("/ready").status, 200);
    EXPECT_EQ(server.stop(), 0) << server.log();
}

TEST_F(PostgresFaults, WithoutADatabaseItDoesNotStart) {
    const auto ended = run_verb({"serve", "--listen", "127.0.0.1:0", "--data", TempFolder().file("data")},
                                {{"DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"}});
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.err.find("DATABASE_URL"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace yuanliu::trust
