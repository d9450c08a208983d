// The first minutes in a browser: the code, the first administrator, the company's settings, the demo company.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>

#include "lifecycle/app_test.hpp"
#include "modules/setup/setup.hpp"

namespace yuanliu {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SetupTest : public AppTest {
 protected:
    bool wants_admin() const override { return false; }
    std::string code() {
        auto code = app().db().write([](Tx& tx) { return setup::issue_code(tx); });
        return code.value_or("");
    }
    static std::string body(std::string_view code, std::string_view more = "", std::string_view secret = password) {
        return fmt::format(R"({{"setup_code":"{}","username":"boss","password":"{}"{}}})", code, secret, more);
    }
};
YL_APP_TEST(SetupTest);

TEST_P(SetupTest, the_code_makes_the_first_administrator_once) {
    as_nobody();
    EXPECT_EQ(get("/api/setup/").at("data.needed"), "true");
    const auto secret = code();
    EXPECT_THAT(secret, testing::MatchesRegex("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"));
    auto made =
        post("/api/setup/", body(secret, R"(,"name":"王芳","company_name":"源流电器","time_zone":"Europe/Berlin")"));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_THAT(made.body, Not(HasSubstr(secret)));
    EXPECT_EQ(made.at("data.user.user_type"), "0");
    EXPECT_EQ(made.at("data.user.name"), "王芳");
    EXPECT_FALSE(made.at("data.refresh").empty());

    EXPECT_EQ(get("/api/setup/").at("data.needed"), "false");
    EXPECT_EQ(post("/api/setup/", body(secret)).at("error.code"), "identity.administrator_exists");
    EXPECT_EQ(code(), "") << "with an administrator no code is made any more";

    as(made.at("data.access"));
    auto settings = get("/api/settings/");
    for (std::size_t i = 0; i < settings.count("data"); ++i) {
        const auto at = fmt::format("data[{}].", i);
        if (settings.at(at + "key") == "company.name") {
            EXPECT_EQ(settings.at(at + "value"), "源流电器");
        }
        if (settings.at(at + "key") == "company.time_zone") {
            EXPECT_EQ(settings.at(at + "value"), "Europe/Berlin");
        }
    }
    EXPECT_GE(settings.count("data"), 2u);
    as(login("boss", password));
    EXPECT_EQ(get("/api/users/me/").at("data.username"), "boss");
    auto records = get("/api/operation-records/");
    EXPECT_THAT(records.body, HasSubstr("setup.setup.create"));
    EXPECT_THAT(records.body, Not(HasSubstr(secret)));
}

TEST_P(SetupTest, a_code_may_be_typed_as_people_type_and_those_of_all_starts_count) {
    as_nobody();
    auto first = code();
    for (int i = 0; i < 5; ++i) code();
    for (char& c : first) c = c == '-' ? ' ' : c == '0' ? 'o' : c == '1' ? 'l' : char(std::tolower(c));
    EXPECT_EQ(post("/api/setup/", body(first)).status, 201);
}

TEST_P(SetupTest, nothing_goes_without_the_code) {
    as_nobody();
    for (const std::string guess : {"0000-0000-0000", "-", "x"}) {
        EXPECT_EQ(post("/api/setup/", body(guess)).at("error.fields[0].code"), "setup.wrong_code") << "none was made";
    }
    auto secret = code();
    auto other = secret;
    other.back() = other.back() == 'A' ? 'B' : 'A';
    for (const std::string& guess : {other, std::string("0000-0000-0000"), secret.substr(0, 13), secret + "0"}) {
        auto refused = post("/api/setup/", body(guess, "", "short"));
        EXPECT_EQ(refused.status, 422);
        EXPECT_EQ(refused.count("error.fields"), 1u) << "a stranger learns nothing else";
        EXPECT_EQ(refused.at("error.fields[0].field"), "setup_code");
    }
    auto weak = post("/api/setup/", body(secret, "", "short"));
    EXPECT_EQ(weak.at("error.fields[0].field"), "password") << weak.body;
    auto nowhere = post("/api/setup/", body(secret, R"(,"time_zone":"Asia/Atlantis")"));
    EXPECT_EQ(nowhere.at("error.fields[0].field"), "time_zone") << nowhere.body;
    EXPECT_EQ(post("/api/setup/", R"({"username":"boss","password":"correct horse 42"})").status, 400);
    EXPECT_EQ(get("/api/setup/").at("data.needed"), "true");
    EXPECT_EQ(post("/api/setup/", body(secret)).status, 201) << "a refusal does not use the code up";
}

TEST_P(SetupTest, of_two_set_ups_one_wins) {
    as_nobody();
    const std::string codes[] = {code(), code()};
    std::promise<Reply> replies[2];
    for (int i = 0; i < 2; ++i)
        ask_later("POST", "/api/setup/",
                  fmt::format(R"({{"setup_code":"{}","username":"boss{}","password":"{}"}})", codes[i], i, password),
                  [&, i](Reply reply) { replies[i].set_value(std::move(reply)); });
    auto a = replies[0].get_future().get(), b = replies[1].get_future().get();
    if (a.status != 201) std::swap(a, b);
    EXPECT_EQ(a.status, 201) << a.body;
    EXPECT_EQ(b.status, 409) << b.body;
    EXPECT_EQ(app().db().read([](Rx& rx) {
        return rx.value<std::int64_t>("SELECT count(*) FROM identity_user WHERE user_type = 0");
    }),
              1);
}

TEST_P(SetupTest, the_time_zone_counts_at_once) {
    as_nobody();
    env().set(Time{1'772'490'600'000});  // 2026-03-02T22:30:00Z: in Shanghai the 3rd already
    as(post("/api/setup/", body(code())).at("data.access"));
    auto agent = make_user("agent", 1);
    auto type = make_type();
    make_units(type, {"UNIT-A", "UNIT-B"}, agent);
    auto activate = [&](std::string_view unit) {
        return post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"{}","phone":"13800138000"}})", unit))
            .at("data.warranty_start");
    };
    EXPECT_EQ(activate("UNIT-A"), "2026-03-03");
    auto changed = put("/api/settings/company.time_zone/", R"({"value":"Europe/Lisbon"})");
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(activate("UNIT-B"), "2026-03-02");
    auto refused = put("/api/settings/company.time_zone/", R"({"value":"Mars/Olympus"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.at("error.fields[0].field"), "value") << refused.body;
}

TEST_P(SetupTest, the_demo_company_comes_as_a_job) {
    as_nobody();
    auto made = post("/api/setup/", body(code(), R"(,"demo":true)"));
    ASSERT_EQ(made.status, 201) << made.body;
    as(made.at("data.access"));
    auto jobs = get("/api/jobs/?kind=setup.demo");
    ASSERT_EQ(jobs.count("data"), 1u) << jobs.body;
    EXPECT_EQ(jobs.at("data[0].creator_id"), made.at("data.user.id"));
    make_type();  // somebody is quicker than the job
    app().start_background();
    for (int i = 0; i < 2000 && jobs.at("data[0].state") != "discarded"; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        jobs = get("/api/jobs/?kind=setup.demo");
    }
    EXPECT_EQ(jobs.at("data[0].state"), "discarded");
    auto job = get("/api/jobs/" + jobs.at("data[0].id") + "/");
    EXPECT_EQ(job.at("data.errors[0].code"), "setup.has_data") << job.body;
    EXPECT_EQ(get("/api/product-types/").count("data"), 1u);
}

}  // namespace
}  // namespace yuanliu
