// Backups through the API: made, fetched, brought in, and the whole server put back to one of them, kill -9 included.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <random>

#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Restore : public ::testing::TestWithParam<Backend> {
 protected:
    // A unit with a type of its own; the server must know it or not know it later.
    static void make_unit(Client& admin, const std::string& code) {
        const auto type = admin.post("/api/product-types/",
                                     fmt::format(R"({{"name":"净化器","model":"M-{}","warranty_months":24}})", code));
        ASSERT_EQ(type.status, 201) << type.body;
        const auto unit = admin.post(
            "/api/products/", fmt::format(R"({{"product_type_id":{},"qrcode_id":"{}"}})", type.at("data.id"), code));
        ASSERT_EQ(unit.status, 201) << unit.body;
    }
    static int status_of(Client& admin, const std::string& code) {
        return admin.get("/api/products/get_by_qrcode/?qrcode_id=" + code).status;
    }
    // The job at its end; what it says.
    static Answer finished(Client& admin, const std::string& job) {
        Answer answer;
        for (const auto begun = clock_ms(); clock_ms() - begun < 60'000;) {
            answer = admin.get("/api/jobs/" + job + "/");
            const auto state = answer.at("data.state");
            if (state == "completed" || state == "discarded" || answer.status != 200) break;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return answer;
    }
    static std::string make_backup(Client& admin) {
        const auto asked = admin.post("/api/backups/", "");
        EXPECT_EQ(asked.status, 202) << asked.body;
        const auto job = finished(admin, asked.at("data.job_id"));
        EXPECT_EQ(job.at("data.state"), "completed") << job.body;
        return job.at("data.result.name");
    }
    static Answer ask_restore(Client& admin, const std::string& name, const std::string& confirm) {
        return admin.post("/api/backups/" + name + "/restore/", fmt::format(R"({{"confirm_name":"{}"}})", confirm));
    }
    static Answer bring_in(Client& admin, std::string_view archive) {
        const auto body = fmt::format(
            "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.tar\"\r\n"
            "Content-Type: application/x-tar\r\n\r\n{}\r\n--frontier--\r\n",
            archive);
        return admin.ask("POST", "/api/backups/upload/", body,
                         {{"Content-Type", "multipart/form-data; boundary=frontier"}});
    }
    static std::unique_ptr<Client> sign_in(Scene& scene) {
        auto client = std::make_unique<Client>(scene.server().port());
        EXPECT_TRUE(client->login("admin", scene.password())) << scene.server().log();
        return client;
    }
};
INSTANTIATE_TEST_SUITE_P(Both, Restore, ::testing::Values(Backend::sqlite, Backend::postgres), backend_name);

TEST_P(Restore, TheOldStateComesBackAndSoDoesTheNewOne) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    make_unit(*admin, "OLD-1");
    const auto name = make_backup(*admin);
    make_unit(*admin, "NEW-1");
    EXPECT_EQ(admin->post("/api/users/", R"({"username":"eve","password":"correct horse 42","user_type":3})").status,
              201);

    auto list = admin->get("/api/backups/");
    ASSERT_EQ(list.count("data"), 1u) << list.body;
    EXPECT_EQ(list.at("data[0].name"), name);
    EXPECT_EQ(list.at("data[0].kind"), "manual");
    EXPECT_EQ(list.at("data[0].made_by"), "admin");
    EXPECT_EQ(list.at("data[0].dialect"), GetParam() == Backend::sqlite ? "sqlite" : "postgres");
    EXPECT_THAT(admin->get("/api/backups/restoring/").body, HasSubstr("\"name\":null")) << "none was asked for";
    EXPECT_EQ(ask_restore(*admin, name, "yes").at("error.fields[0].field"), "confirm_name");
    EXPECT_EQ(ask_restore(*admin, "20200101-000000-manual.tar", "20200101-000000-manual.tar").status, 404);

    const auto pid = scene.server().pid();
    EXPECT_EQ(ask_restore(*admin, name, name).status, 202);
    ASSERT_TRUE(scene.server().await_restart()) << scene.server().log();
    EXPECT_EQ(scene.server().pid(), pid) << "the same process starts again";
    EXPECT_EQ(scene.admin()->get("/api/users/me/").status, 401) << "a token of before is good for nothing";
    auto again = sign_in(scene);
    EXPECT_EQ(status_of(*again, "OLD-1"), 200);
    EXPECT_EQ(status_of(*again, "NEW-1"), 404);
    EXPECT_FALSE(Client(scene.server().port()).login("eve", "correct horse 42"));
    EXPECT_THAT(again->get("/api/operation-records/").body, HasSubstr("backups.restored"));
    EXPECT_FALSE(fs::exists(scene.data() + "/restoring"));
    EXPECT_FALSE(fs::exists(scene.data() + "/restore.pending"));
    scene.expect_sound();

    // What was there before is on the shelf.
    list = again->get("/api/backups/");
    ASSERT_EQ(list.count("data"), 2u) << list.body;
    EXPECT_EQ(list.at("data[0].kind"), "safety");
    const auto safety = list.at("data[0].name");
    const auto told = again->get("/api/backups/restoring/");
    EXPECT_EQ(told.at("data.name"), name) << told.body;
    EXPECT_EQ(told.at("data.safety"), safety);
    EXPECT_EQ(told.at("data.failure"), "");
    EXPECT_EQ(ask_restore(*again, safety, safety).status, 202);
    ASSERT_TRUE(scene.server().await_restart()) << scene.server().log();
    auto last = sign_in(scene);
    EXPECT_EQ(status_of(*last, "NEW-1"), 200);
    EXPECT_TRUE(Client(scene.server().port()).login("eve", "correct horse 42"));
    EXPECT_EQ(last->ask("DELETE", "/api/backups/" + safety + "/").status, 200);
    EXPECT_EQ(last->get("/api/backups/" + safety + "/download/").status, 404);
    scene.expect_sound();
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

TEST_P(Restore, ArchivesTravelAndAreLookedAtFirst) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    make_unit(*admin, "OLD-1");
    const auto name = make_backup(*admin);
    const auto fetched = admin->get("/api/backups/" + name + "/download/");
    ASSERT_EQ(fetched.status, 200);
    EXPECT_EQ(fetched.body, read_text(scene.data() + "/backups/" + name));
    EXPECT_THAT(fetched.header("content-disposition"), HasSubstr(name));
    EXPECT_EQ(Client(scene.server().port()).get("/api/backups/" + name + "/download/").status, 401);
    for (const std::string odd : {"..", "%2e%2e%2fsecrets.toml", "secrets.toml", "20261120-212503-manual.tar.gz"})
        EXPECT_THAT(admin->get("/api/backups/" + odd + "/download/").status, testing::AnyOf(400, 404)) << odd;

    EXPECT_EQ(admin->ask("DELETE", "/api/backups/" + name + "/").status, 200);
    EXPECT_EQ(admin->get("/api/backups/").count("data"), 0u);
    const auto kept = bring_in(*admin, fetched.body);
    ASSERT_EQ(kept.status, 201) << kept.body;
    EXPECT_EQ(kept.at("data.kind"), "uploaded");
    EXPECT_EQ(kept.at("data.bytes"), std::to_string(fetched.body.size()));
    const auto twice = bring_in(*admin, fetched.body);  // because the first answer never came
    EXPECT_EQ(twice.status, 201) << twice.body;
    EXPECT_EQ(twice.at("data.name"), kept.at("data.name"));
    EXPECT_EQ(admin->get("/api/backups/").count("data"), 1u) << "one archive lies here once";

    auto damaged = fetched.body;
    const auto secret = damaged.find("data_key = ");
    ASSERT_NE(secret, std::string::npos);
    damaged[secret + 14] = static_cast<char>(damaged[secret + 14] ^ 1);
    for (const auto& bad : {damaged, fetched.body.substr(0, fetched.body.size() / 2), std::string("no archive"),
                            std::string(10'240, '\0')}) {
        const auto refused = bring_in(*admin, bad);
        EXPECT_EQ(refused.status, 422) << refused.body;
        EXPECT_EQ(refused.at("error.code"), "backups.damaged");
    }
    EXPECT_EQ(admin->get("/api/backups/").count("data"), 1u);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(scene.data() + "/backups")) ++files;
    EXPECT_EQ(files, 1u) << "nothing is left of what was refused";

    make_unit(*admin, "NEW-1");
    const auto uploaded = kept.at("data.name");
    EXPECT_EQ(ask_restore(*admin, uploaded, uploaded).status, 202);
    ASSERT_TRUE(scene.server().await_restart()) << scene.server().log();
    auto again = sign_in(scene);
    EXPECT_EQ(status_of(*again, "OLD-1"), 200);
    EXPECT_EQ(status_of(*again, "NEW-1"), 404);
}

// A backup that is not what it was when it was accepted: the job says so and nothing stops.
TEST_P(Restore, WhatWentBadOnTheShelfIsNotBroughtBack) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    const auto name = make_backup(*admin);
    make_unit(*admin, "NEW-1");
    const auto path = scene.data() + "/backups/" + name;
    auto text = read_text(path);
    text[text.find("data_key = ") + 14] ^= 1;
    write_text(path, text);
    const auto asked = ask_restore(*admin, name, name);
    ASSERT_EQ(asked.status, 202) << asked.body;
    const auto job = finished(*admin, asked.at("data.job_id"));
    EXPECT_EQ(job.at("data.state"), "discarded") << job.body;
    EXPECT_EQ(job.at("data.errors[0].code"), "backups.damaged");
    EXPECT_EQ(status_of(*admin, "NEW-1"), 200);
    EXPECT_FALSE(fs::exists(scene.data() + "/restoring"));
}

// By hand, beside a server that is running: nothing is touched.
TEST_P(Restore, AServerThatRunsKeepsTheVerbOut) {
    Scene scene(GetParam());
    const TempFolder place;
    auto admin = scene.admin();
    make_unit(*admin, "OLD-1");
    ASSERT_EQ(scene.verb({"backup", place.file("b.tar")}).code, 0);
    make_unit(*admin, "NEW-1");
    const auto refused = scene.verb({"restore", place.file("b.tar"), "--force"});
    EXPECT_EQ(refused.code, 1) << refused.out;
    EXPECT_THAT(refused.err, HasSubstr("using this database"));
    if (GetParam() == Backend::postgres) {
        EXPECT_THAT(refused.err, HasSubstr("yuanliu at "));
    }
    EXPECT_EQ(status_of(*admin, "NEW-1"), 200);
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
    const auto restored = scene.verb({"restore", place.file("b.tar"), "--force"});
    EXPECT_EQ(restored.code, 0) << restored.err;
    scene.start();
    auto again = sign_in(scene);
    EXPECT_EQ(status_of(*again, "OLD-1"), 200);
    EXPECT_EQ(status_of(*again, "NEW-1"), 404);
    scene.expect_sound();
}

// From the console, while a second instance works with the same database: everything stays as it is, and says why.
class RestoreOfMany : public Restore {};
INSTANTIATE_TEST_SUITE_P(Many, RestoreOfMany, ::testing::Values(Backend::postgres), backend_name);

TEST_P(RestoreOfMany, AnotherInstanceKeepsTheRestoreOut) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    make_unit(*admin, "OLD-1");
    const auto name = make_backup(*admin);
    make_unit(*admin, "NEW-1");
    Server second(scene.data(), {.settings = {{"DATABASE_URL", scene.url()}}});
    ASSERT_EQ(ask_restore(*admin, name, name).status, 202);
    ASSERT_TRUE(scene.server().await_restart()) << scene.server().log();
    auto again = sign_in(scene);
    EXPECT_EQ(again->get("/api/backups/restoring/").at("data.failure"), "backups.servers_running");
    EXPECT_EQ(status_of(*again, "NEW-1"), 200);
    EXPECT_EQ(Client(second.port(), again->token()).get("/api/users/me/").status, 200);
    EXPECT_EQ(second.stop(), 0) << second.log();
    scene.expect_sound();
}

// Killed at any moment of a restore, the server comes up with the old state or the new one, never with a mixture.
TEST_P(Restore, AKillInTheMiddleLeavesOneStateOrTheOther) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    make_unit(*admin, "OLD-1");
    const auto name = make_backup(*admin);
    make_unit(*admin, "NEW-1");
    const auto later = make_backup(*admin);
    // How long a whole one takes here and now: the kills come within that time.
    const auto begun = clock_ms();
    ASSERT_EQ(ask_restore(*admin, name, name).status, 202);
    ASSERT_TRUE(scene.server().await_restart()) << scene.server().log();
    const auto whole_ms = static_cast<unsigned>(clock_ms() - begun);
    admin = sign_in(scene);
    std::mt19937 dice(scene_seed());
    int old_states = 0, new_states = 0;
    bool at_old = true;
    for (int round = 0; round < (is_long() ? 40 : 6); ++round) {
        const auto& target = at_old ? later : name;
        const auto asked = ask_restore(*admin, target, target);
        ASSERT_EQ(asked.status, 202) << asked.body;
        // From its beginning on: a job that nobody has taken yet would only run after the next start.
        const auto job = "/api/jobs/" + asked.at("data.job_id") + "/";
        while (admin->get(job).at("data.state") == "available") std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::milliseconds(dice() % whole_ms));
        scene.server().crash();
        scene.start();
        admin = sign_in(scene);
        ASSERT_EQ(status_of(*admin, "OLD-1"), 200);
        const auto state = status_of(*admin, "NEW-1");
        ASSERT_TRUE(state == 200 || state == 404) << state;
        at_old = state == 404;
        ++(at_old ? old_states : new_states);
        scene.expect_sound();
    }
    std::cout << "after the kills: " << old_states << " times the backup, " << new_states << " times what was there\n";
}

}  // namespace
}  // namespace yuanliu::trust
