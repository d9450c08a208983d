// What holds the data: two processes on one file, backups, a disk that is full.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Makes a unit and returns what the server then says of it, but for what changes by itself.
std::string make_unit(Client& admin, const std::string& code) {
    const auto type =
        admin.post("/api/product-types/", R"({"name":"净化器","model":"B1","warranty_months":24})").at("data.id");
    const auto made =
        admin.post("/api/products/", fmt::format(R"({{"product_type_id":{},"qrcode_id":"{}"}})", type, code));
    EXPECT_EQ(made.status, 201) << made.body;
    return admin.get("/api/products/get_by_qrcode/?qrcode_id=" + code).body;
}

TEST(Storage, ASecondProcessIsKeptFromTheFile) {
    Scene scene(Backend::sqlite);
    const std::vector<std::vector<std::string>> intruders = {
        {"serve", "--listen", "127.0.0.1:0"},
        {"migrate"},
        {"admin", "create", "--username", "eve", "--password-stdin"}};
    for (const auto& words : intruders) {
        const auto second = scene.verb(words);
        EXPECT_EQ(second.code, 1) << words[0];
        EXPECT_THAT(second.err, HasSubstr("another yuanliu process is using this database")) << words[0];
    }
    EXPECT_EQ(scene.admin()->get("/api/users/me/").status, 200);
    scene.expect_sound();  // a look beside the server is allowed
    EXPECT_EQ(scene.server().stop(), 0);
    scene.start();
}

class Backups : public ::testing::TestWithParam<Backend> {};
INSTANTIATE_TEST_SUITE_P(Both, Backups, ::testing::Values(Backend::sqlite, Backend::postgres), backend_name);

TEST_P(Backups, TakenUnderLoadTheyBringEverythingBack) {
    Scene scene(GetParam());
    const TempFolder place;
    const auto archive = place.file("backup.tar");
    auto admin = scene.admin();
    const auto unit = make_unit(*admin, "BACK-1");
    Workload load(*admin, scene.server().port(), "b", scene_seed(), 100);
    load.start(4);
    ASSERT_TRUE(load.wait_for_more(10, 20'000));
    const auto saved = scene.verb({"backup", archive});
    ASSERT_EQ(saved.code, 0) << saved.out << saved.err;
    load.stop();
    EXPECT_EQ(scene.verb({"backup", archive}).code, 1) << "an archive is never overwritten";
    struct stat facts {};
    ASSERT_EQ(::stat(archive.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0077, 0u) << "it holds secrets";

    std::map<std::string, std::string> settings;
    if (GetParam() == Backend::postgres) {
        run_sql(durable_postgres().url(), "DROP DATABASE IF EXISTS trust_restored WITH (FORCE)");
        run_sql(durable_postgres().url(), "CREATE DATABASE trust_restored TEMPLATE template0");
        settings["DATABASE_URL"] = durable_postgres().url("trust_restored");
    }
    const auto data = place.file("restored");
    fs::create_directory(data);  // empty, as a fresh volume is
    const auto restored = run_verb({"restore", archive, "--data", data}, settings);
    ASSERT_EQ(restored.code, 0) << restored.out << restored.err;
    {
        Server second(data, {.settings = settings});
        EXPECT_EQ(second.first_password(), "");
        Client client(second.port());
        EXPECT_TRUE(client.login("admin", scene.password())) << second.log();
        EXPECT_EQ(client.get("/api/products/get_by_qrcode/?qrcode_id=BACK-1").body, unit);
        EXPECT_EQ(run_verb({"check", "--data", data}, settings).code, 0);
        EXPECT_EQ(second.stop(), 0) << second.log();
    }
    const auto again = run_verb({"restore", archive, "--data", data}, settings);
    EXPECT_EQ(again.code, 1) << "what is there is not replaced unasked";
    EXPECT_EQ(run_verb({"check", "--data", data}, settings).code, 0);
    const auto forced = run_verb({"restore", archive, "--force", "--data", data}, settings);
    EXPECT_EQ(forced.code, 0) << forced.out << forced.err;
    EXPECT_EQ(run_verb({"check", "--data", data}, settings).code, 0);
}

TEST(Storage, ARunningServerIsNotRestoredOver) {
    Scene scene(Backend::sqlite);
    const TempFolder place;
    const auto archive = place.file("backup.tar");
    ASSERT_EQ(scene.verb({"backup", archive}).code, 0);
    auto admin = scene.admin();
    const auto unit = make_unit(*admin, "KEEP-1");
    const auto refused = scene.verb({"restore", archive, "--force"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("another yuanliu process"));
    EXPECT_EQ(admin->get("/api/products/get_by_qrcode/?qrcode_id=KEEP-1").body, unit);
    scene.expect_sound();
}

// Where the content of a member of an uncompressed tar begins.
std::size_t member_at(const std::string& tar, const std::string& name) {
    for (std::size_t at = 0; at + 512 <= tar.size();) {
        const auto size = std::strtoull(tar.substr(at + 124, 11).c_str(), nullptr, 8);
        if (tar.c_str() + at == "./" + name) return at + 512;
        at += 512 + (size + 511) / 512 * 512;
    }
    return std::string::npos;
}

TEST(Storage, ADamagedArchiveIsRefused) {
    Scene scene(Backend::sqlite);
    const TempFolder place;
    const auto archive = place.file("backup.tar");
    ASSERT_EQ(scene.verb({"backup", archive}).code, 0);
    const auto good = read_text(archive);
    std::vector<std::pair<std::string, std::string>> damaged = {
        {"cut", good.substr(0, good.size() / 2)}, {"empty", ""}, {"no archive", std::string(4096, 'x')}};
    for (const std::string member : {"yuanliu.db", "secrets.toml", "manifest.json"}) {
        const auto at = member_at(good, member);
        ASSERT_NE(at, std::string::npos) << member;
        auto text = good;
        text[at + 60] = static_cast<char>(text[at + 60] ^ 0x01);
        damaged.emplace_back(member, std::move(text));
    }
    for (const auto& [what, text] : damaged) {
        write_text(place.file("bad.tar"), text);
        const auto data = place.file("never");
        const auto refused = run_verb({"restore", place.file("bad.tar"), "--data", data});
        EXPECT_EQ(refused.code, 1) << what << refused.out;
        EXPECT_THAT(refused.err, HasSubstr("yuanliu: ")) << what;
        EXPECT_FALSE(fs::exists(data + "/yuanliu.db")) << what;
    }
    EXPECT_EQ(run_verb({"restore", place.file("none.tar"), "--data", place.file("never")}).code, 1);
    const auto elsewhere =
        run_verb({"restore", archive, "--data", place.file("never"), "--database", "sqlite:///tmp/elsewhere.db"});
    EXPECT_EQ(elsewhere.code, 1);
    EXPECT_THAT(elsewhere.err, HasSubstr("DATABASE_URL"));
}

TEST(Storage, LookingAtAFolderMakesNothingThere) {
    const TempFolder place;
    const auto data = place.file("mistyped");
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"check"}, {"backup", place.file("x.tar")}, {"config"}, {"openapi"}}) {
        auto all = words;
        all.insert(all.end(), {"--data", data});
        const auto ended = run_verb(all);
        if (words[0] == "check" || words[0] == "backup") {
            EXPECT_EQ(ended.code, 1) << words[0] << ended.out;
            EXPECT_THAT(ended.err, HasSubstr(data)) << words[0];
        }
        EXPECT_FALSE(fs::exists(data)) << words[0];
    }
    EXPECT_FALSE(fs::exists(place.file("x.tar")));
}

// ---- a full disk

struct Disk {
    std::function<void()> fill, free;
};

// Writes are refused for what they are, reads go on, and once there is room again all is well without a restart.
void survive_full_disk(Server& server, const Disk& disk) {
    Client admin(server.port());
    ASSERT_TRUE(admin.login("admin", server.first_password())) << server.log();
    const auto unit = make_unit(admin, "FULL-1");
    Workload load(admin, server.port(), "f", scene_seed(), 50);
    load.start(2);
    ASSERT_TRUE(load.wait_for_more(5, 20'000));
    disk.fill();
    const auto type = admin.get("/api/product-types/").at("data[0].id");
    Answer refused;
    for (const auto end = clock_ms() + 30'000; clock_ms() < end && refused.status != 507 && refused.status != 503;)
        refused =
            admin.post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":500}})", type));
    // A 503 says when to come back; a 507 cannot know.
    EXPECT_TRUE(refused.status == 507 || (refused.status == 503 && !refused.header("retry-after").empty()))
        << refused.status << refused.body << server.log();
    EXPECT_EQ(refused.at("status"), "error");
    EXPECT_FALSE(refused.at("error.message").empty());
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(admin.get("/api/products/get_by_qrcode/?qrcode_id=FULL-1").body, unit);
        EXPECT_EQ(admin.get("/api/products/?search=FULL").status, 200);
    }
    EXPECT_EQ(admin.get("/health").status, 200);
    EXPECT_EQ(admin.get("/ready").status, 200);
    const auto stuck = load.acked();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_LT(load.acked() - stuck, 50u) << "the disk was not full";
    disk.free();
    EXPECT_TRUE(load.wait_for_more(10, 10'000)) << server.log();
    load.stop();
    EXPECT_TRUE(server.runs()) << server.log();
    EXPECT_THAT(load.verify(admin), IsEmpty());
}

TEST(Storage, AFileThatMayNotGrowIsAFullDisk) {
    const TempFolder folder;
    const auto data = folder.file("data");
    Server server(data);
    survive_full_disk(server, {[&] { server.limit(RLIMIT_FSIZE, fs::file_size(data + "/yuanliu.db-wal")); },
                               [&] { server.limit(RLIMIT_FSIZE, RLIM_INFINITY); }});
    EXPECT_EQ(run_verb({"check", "--data", data}).code, 0);
    EXPECT_EQ(server.stop(), 0) << server.log();
}

TEST(Storage, AFullDiskRefusesWritesAndKeepsReading) {
    // A small disk of the server's own, where the machine lets us make one; elsewhere the test above has to do, and
    // tools/run-tests says so beside its result.
    if (const auto tried = run_program({"unshare", "-rm", "mount", "-t", "tmpfs", "trust", "/mnt"}); tried.code != 0) {
        std::cout << "\nLEFT OUT: a server on a full disk of its own, because this machine lets nobody mount one: "
                  << tried.err << std::endl;
        return;
    }
    const TempFolder folder;
    const auto data = folder.file("data");
    fs::create_directory(data);
    Server server(data, {.under = {"unshare", "-rm", "sh", "-c",
                                   "mount -t tmpfs -o size=48m,mode=700 trust \"$0\" && exec \"$@\"", data}});
    const auto ballast = fmt::format("/proc/{}/root{}/ballast", server.pid(), data);
    survive_full_disk(server, {[&] {
                                   std::ofstream file(ballast, std::ios::binary);
                                   const std::string block(4096, 'x');
                                   while (file.write(block.data(), std::streamsize(block.size())).flush()) {
                                   }
                               },
                               [&] { fs::remove(ballast); }});
    const auto checked =
        run_verb({.words = {"check", "--data", data},
                  .under = {"nsenter", "-t", std::to_string(server.pid()), "-U", "-m", "--preserve-credentials"}});
    EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
    EXPECT_EQ(server.stop(), 0) << server.log();
}

}  // namespace
}  // namespace yuanliu::trust
