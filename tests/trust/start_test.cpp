// The first minutes of an operator: settings, the first log-in, the verbs of the command line.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include "base/unit_code.hpp"
#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string secret = "Zk3vQ9xT1mB7nR5wL2pD8sF4hJ6gC0yA";

TEST(Start, TheFirstLoginIsToldOnceAndWorks) {
    const TempFolder folder;
    const auto data = folder.file("data");
    std::string password;
    {
        Server first(data);
        password = first.first_password();
        EXPECT_GE(password.size(), 12u) << first.out();
        Client client(first.port());
        EXPECT_TRUE(client.login("admin", password));
        EXPECT_EQ(client.get("/api/users/me/").at("data.user_type"), "0");
        EXPECT_THAT(first.log(), Not(HasSubstr(password)));
        EXPECT_EQ(first.stop(), 0) << first.log();
    }
    Server second(data);
    EXPECT_EQ(second.first_password(), "");
    EXPECT_THAT(second.out(), Not(HasSubstr("First start")));
    EXPECT_TRUE(Client(second.port()).login("admin", password));
    EXPECT_EQ(fs::status(data).permissions(), fs::perms::owner_all);
    for (const std::string name : {"/secrets.toml", "/yuanliu.db"})
        EXPECT_EQ(fs::status(data + name).permissions(), fs::perms::owner_read | fs::perms::owner_write) << name;
}

// The set-up page instead: nobody is there until somebody brings the code from the log.
TEST(Start, TheSetupPageWantsTheCodeFromTheLog) {
    const TempFolder folder;
    const auto data = folder.file("data");
    const Launch launch{.words = {"--setup", "page"}};
    const auto code_of = [](const Server& server) {
        std::istringstream text(server.out());
        for (std::string word; text >> word;)
            if (word == "code" && text >> word) return word;
        return std::string();
    };
    {
        Server first(data, launch);
        EXPECT_EQ(first.first_password(), "");
        EXPECT_EQ(code_of(first).size(), 14u) << first.out();
    }
    Server server(data, launch);
    const auto code = code_of(server);
    ASSERT_EQ(code.size(), 14u) << server.out();
    Client client(server.port());
    EXPECT_FALSE(client.login("admin", "anything at all"));
    EXPECT_EQ(client.get("/api/setup/").at("data.needed"), "true");
    const auto made = client.post("/api/setup/", fmt::format(R"({{"setup_code":"{}","username":"boss",)"
                                                             R"("password":"correct horse 42","demo":true}})",
                                                             code));
    ASSERT_EQ(made.status, 201) << made.body;
    client.as(made.at("data.access"));
    Answer job;
    for (const auto begun = clock_ms(); clock_ms() - begun < 300'000 && job.at("data[0].state") != "completed";) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        job = client.get("/api/jobs/?kind=setup.demo");
        ASSERT_NE(job.at("data[0].state"), "discarded") << job.body;
    }
    EXPECT_EQ(job.at("data[0].progress_done"), "365") << job.body;
    EXPECT_EQ(client.get("/api/product-types/").count("data"), 6u);
    EXPECT_EQ(client.get("/api/products/?status=activated").at("page.total"), "1000");
    EXPECT_EQ(server.stop(), 0);
    EXPECT_EQ(run_verb({"check", "--data", data}).code, 0);
    Server third(data, launch);
    EXPECT_EQ(code_of(third), "") << third.out();
    EXPECT_EQ(Client(third.port()).get("/api/setup/").at("data.needed"), "false");
}

TEST(Start, AdministratorsCanBeMadeByHand) {
    const TempFolder folder;
    const auto data = folder.file("data");
    const std::vector<std::string> words{"admin", "create", "--username", "root1", "--password-stdin", "--data", data};
    EXPECT_NE(run_verb({.words = words, .input = "short\n"}).code, 0);
    EXPECT_NE(run_verb({.words = words, .input = ""}).code, 0);
    const auto made = run_verb({.words = words, .input = "correct horse 42\n"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_NE(run_verb({.words = words, .input = "correct horse 43\n"}).code, 0) << "the name is taken";
    Server server(data);
    EXPECT_EQ(server.first_password(), "") << "there is an administrator already";
    EXPECT_TRUE(Client(server.port()).login("root1", "correct horse 42"));
    EXPECT_FALSE(Client(server.port()).login("root1", "correct horse 43"));
}

// As `compose up --scale yuanliu=3` does on a volume that is empty.
TEST(Start, ProcessesThatStartTogetherShareOneSetOfSecrets) {
    for (int round = 0; round < (is_long() ? 20 : 3); ++round) {
        const TempFolder folder;
        const auto data = folder.file("data");
        std::vector<std::thread> threads;
        std::vector<Ended> ended(6);
        for (auto& one : ended)
            threads.emplace_back([&] { one = run_verb({"codes", "generate", "--count", "1", "--data", data}); });
        for (auto& thread : threads) thread.join();
        std::string key;
        std::istringstream text(read_text(data + "/secrets.toml"));
        for (std::string line; std::getline(text, line);)
            if (line.starts_with("code_key = '")) key = line.substr(12, line.size() - 13);
        ASSERT_FALSE(key.empty());
        const CodeMint mint(key);
        for (const auto& one : ended) {
            EXPECT_EQ(one.code, 0) << one.err;
            EXPECT_EQ(mint.judge(one.out.substr(0, one.out.find('\n'))), CodeMint::Verdict::genuine)
                << "it used a key that was then written over";
        }
        for (const auto& entry : fs::directory_iterator(data))
            EXPECT_THAT(entry.path().filename().string(), ::testing::AnyOf("secrets.toml", "secrets.lock"));
    }
}

// `--data /srv`, perhaps as root: whose folder it is decides who may look into it.
TEST(Start, AFolderThatWasThereKeepsItsRights) {
    const TempFolder folder;
    const auto data = folder.file("srv");
    const auto rights = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec;
    fs::create_directory(data);
    fs::permissions(data, rights);
    Server server(data);
    EXPECT_EQ(fs::status(data).permissions(), rights);
    const auto own = fs::perms::owner_read | fs::perms::owner_write;
    for (const std::string name : {"/secrets.toml", "/yuanliu.db"})
        EXPECT_EQ(fs::status(data + name).permissions(), own) << name;
    for (const std::string name : {"/files/tmp", "/uploads"})
        EXPECT_EQ(fs::status(data + name).permissions() & fs::perms::others_all, fs::perms::none) << name;
}

class Keys : public ::testing::TestWithParam<Backend> {};
INSTANTIATE_TEST_SUITE_P(Both, Keys, ::testing::Values(Backend::sqlite, Backend::postgres), backend_name);

// New keys over old data would seal new rows so that nobody could ever read all of them.
TEST_P(Keys, ADatabaseIsNotServedWithKeysOfAnother) {
    Scene scene(GetParam());
    const auto made = scene.admin()->post(
        "/api/users/", R"({"username":"zhao","password":"correct horse 42","user_type":2,"phone":"+8613811112222"})");
    ASSERT_EQ(made.status, 201) << made.body;
    ASSERT_EQ(scene.server().stop(), 0);
    const auto file = scene.data() + "/secrets.toml";
    fs::rename(file, file + ".lost");
    const std::vector<std::vector<std::string>> verbs = {{"serve", "--listen", "127.0.0.1:0"},
                                                         {"migrate"},
                                                         {"codes", "generate", "--count", "1"},
                                                         {"backup", scene.data() + "/b.tar"},
                                                         {"check"}};
    for (const auto& words : verbs) {
        const auto refused = scene.verb(words);
        EXPECT_EQ(refused.code, 1) << words[0] << refused.out;
        EXPECT_THAT(refused.err, HasSubstr("another code_key and another data_key")) << words[0];
        EXPECT_THAT(refused.err, HasSubstr("secrets.toml")) << words[0];
        EXPECT_EQ(refused.out, "") << words[0];
    }
    fs::rename(file + ".lost", file);
    scene.start();
    EXPECT_EQ(scene.admin()->get("/api/users/" + made.at("data.id") + "/").at("data.phone"), "+8613811112222");
    scene.expect_sound();
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

TEST(Start, SecretsFromSamplesAreRefused) {
    const TempFolder folder;
    for (const std::string value :
         {"your-secret-key", "changeme-changeme-changeme-changeme", "SECRET_KEY_0123456789_0123456789",
          "your_jwt_secret_key_change_in_production", "django-insecure-abcdefghijklmnopqrstuvwxyz0123456789", "short",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        const auto ended = run_verb({"migrate", "--data", folder.file("data")}, {{"JWT_SECRET_KEY", value}});
        EXPECT_EQ(ended.code, 1) << value << ended.out;
        EXPECT_THAT(ended.err, HasSubstr("jwt_secret_key")) << value;
        if (value != "short") {
            EXPECT_THAT(ended.err, Not(HasSubstr(value))) << "it tells the log";
        }
    }
    EXPECT_FALSE(fs::exists(folder.file("data")));
}

TEST(Start, UnknownSettingsAreNamedWithTheNearestKnownOne) {
    const TempFolder folder;
    const auto here = folder.path().string();
    write_text(folder.file("other.toml"), "jwt_expire_minute = 5\n");
    const auto toml = run_verb({"config", "--config", folder.file("other.toml")});
    EXPECT_EQ(toml.code, 1);
    EXPECT_THAT(toml.err, HasSubstr("jwt_expire_minute'"));
    EXPECT_THAT(toml.err, HasSubstr("did you mean 'jwt_expire_minutes'"));

    write_text(folder.file(".env"), "# sample\nexport LOG_LEVEL=debug\nJWT_SECRT_KEY=x\n");
    const auto dotenv = run_verb({.words = {"config"}, .folder = here});
    EXPECT_EQ(dotenv.code, 1);
    EXPECT_THAT(dotenv.err, HasSubstr("did you mean 'jwt_secret_key'"));

    write_text(folder.file(".env"), "LOG_LEVEL=loud\n");
    const auto value = run_verb({.words = {"config"}, .folder = here});
    EXPECT_EQ(value.code, 1);
    EXPECT_THAT(value.err, HasSubstr("log_level"));

    write_text(folder.file("broken.toml"), "listen = [\n");
    const auto broken = run_verb({"config", "--config", folder.file("broken.toml")});
    EXPECT_EQ(broken.code, 1);
    EXPECT_THAT(broken.err, HasSubstr("broken.toml:"));
    EXPECT_NE(run_verb({"config", "--no-such-flag", "1"}).code, 0);
    EXPECT_EQ(run_verb({"config", "--config", folder.file("missing.toml")}).code, 1);
}

TEST(Start, LaterSourcesWeighMoreAndSecretsStayHidden) {
    const TempFolder folder;
    write_text(folder.file("yuanliu.toml"),
               "log_level = \"debug\"\njwt_expire_minutes = 1\njwt_refresh_days = 1\nio_threads = 1\n");
    write_text(folder.file(".env"), "JWT_EXPIRE_MINUTES=2\nJWT_REFRESH_DAYS=2\nIO_THREADS='2'\n");
    const auto shown = run_verb({.words = {"config", "--io-threads", "4"},
                                 .settings = {{"JWT_REFRESH_DAYS", "3"},
                                              {"IO_THREADS", "3"},
                                              {"JWT_SECRET_KEY", secret},
                                              {"DATABASE_URL", "postgresql://me:hunter2@db/yl"},
                                              {"TLS_KEY", "/etc/key.pem"}},
                                 .folder = folder.path().string()});
    ASSERT_EQ(shown.code, 0) << shown.err;
    const auto line = [&](const std::string& key) {
        std::istringstream text(shown.out);
        for (std::string one; std::getline(text, one);)
            if (one.starts_with(key + " ")) return one;
        return std::string();
    };
    EXPECT_THAT(line("log_level"), HasSubstr("debug"));
    EXPECT_THAT(line("jwt_expire_minutes"), HasSubstr("= 2 "));
    EXPECT_THAT(line("jwt_refresh_days"), HasSubstr("= 3 "));
    EXPECT_THAT(line("io_threads"), HasSubstr("= 4 "));
    EXPECT_THAT(line("jwt_secret_key"), HasSubstr("***"));
    EXPECT_THAT(line("database_url"), HasSubstr("***"));
    EXPECT_THAT(line("listen"), HasSubstr("default"));
    EXPECT_THAT(shown.out, Not(HasSubstr(secret)));
    EXPECT_THAT(shown.out, Not(HasSubstr("hunter2")));
}

TEST(Start, CodesAreGenuineAndDistinct) {
    const TempFolder folder;
    const auto printed =
        run_verb({"codes", "generate", "--count", "1000", "--data", folder.file("data")}, {{"CODE_KEY", secret}});
    ASSERT_EQ(printed.code, 0) << printed.err;
    const CodeMint mint(secret), other("another key of another installation");
    std::set<std::string> all;
    std::istringstream text(printed.out);
    for (std::string code; std::getline(text, code);) {
        all.insert(code);
        EXPECT_EQ(mint.judge(code), CodeMint::Verdict::genuine) << code;
        EXPECT_EQ(other.judge(code), CodeMint::Verdict::forged) << code;
    }
    EXPECT_EQ(all.size(), 1000u);
    EXPECT_NE(run_verb({"codes", "generate", "--count", "0"}).code, 0);
}

TEST(Start, TheApiDescriptionIsJson) {
    for (const bool english : {false, true}) {
        const auto printed = english ? run_verb({"openapi", "--english"}) : run_verb({"openapi"});
        ASSERT_EQ(printed.code, 0) << printed.err;
        Answer read;
        read.body = printed.out;
        EXPECT_THAT(read.at("openapi"), ::testing::StartsWith("3.1"));
        EXPECT_GT(read.count("paths"), 40u);
    }
}

TEST(Start, MigratingTwiceDoesNothingAndNewerDatabasesAreRefused) {
    const TempFolder folder;
    const auto data = folder.file("data");
    const auto first = run_verb({"migrate", "--data", data});
    EXPECT_EQ(first.code, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr("identity/"));
    const auto second = run_verb({"migrate", "--data", data});
    EXPECT_EQ(second.code, 0) << second.err;
    EXPECT_EQ(second.out, "nothing to do\n");
    run_sql("sqlite://" + data + "/yuanliu.db",
            "INSERT INTO schema_migration (module, number, name, checksum, applied_at) VALUES ('units', 99, "
            "'0099_later.sql', 'x', 1)");
    for (const std::string verb : {"migrate", "serve"}) {
        const auto refused = run_verb({verb, "--listen", "127.0.0.1:0", "--data", data});
        EXPECT_EQ(refused.code, 1);
        EXPECT_THAT(refused.err, HasSubstr("newer than this program"));
    }
}

TEST(Start, APortInUseAndAFolderThatCannotBeWrittenAreSaid) {
    Scene scene(Backend::sqlite);
    const TempFolder folder;
    const auto address = fmt::format("127.0.0.1:{}", scene.server().port());
    const auto taken = run_verb({"serve", "--listen", address, "--data", folder.file("data")});
    EXPECT_EQ(taken.code, 1);
    EXPECT_THAT(taken.err, HasSubstr(std::to_string(scene.server().port())));
    for (const std::string listen : {"nonsense", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:80x"}) {
        const auto bad = run_verb({"serve", "--listen", listen, "--data", folder.file("data")});
        EXPECT_EQ(bad.code, 1) << listen;
        EXPECT_THAT(bad.err, HasSubstr("listen")) << listen;
    }
    write_text(folder.file("file"), "");
    const auto blocked = run_verb({"serve", "--listen", "127.0.0.1:0", "--data", folder.file("file/data")});
    EXPECT_EQ(blocked.code, 1);
    EXPECT_THAT(blocked.err, HasSubstr("file/data"));
}

TEST(Start, HelpNamesEveryVerb) {
    const auto help = run_verb({"--help"});
    EXPECT_EQ(help.code, 0);
    for (const std::string verb :
         {"serve", "migrate", "admin", "demo", "codes", "backup", "restore", "openapi", "check", "config"})
        EXPECT_THAT(help.out, HasSubstr("\n  " + verb));
    EXPECT_NE(run_verb({"no-such-verb"}).code, 0);
    EXPECT_NE(run_verb(std::vector<std::string>{}).code, 0);
}

}  // namespace
}  // namespace yuanliu::trust
