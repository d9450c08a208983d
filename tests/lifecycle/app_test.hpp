// The whole program over a fresh database, asked through its API in this process: route, caller, arguments, transaction
// and answer are the real ones; only the socket is missing.
#pragma once

#include <gtest/gtest.h>

#include "app/wiring.hpp"
#include "kit/test_database.hpp"
#include "platform/api/api.hpp"
#include "platform/describe/json.hpp"

namespace yuanliu {

// An answer with its body read.
struct Reply {
    int status = 0;
    std::string body;
    http::Headers headers;
    std::string file = {};  // its path, where the answer is a file

    // The value at a path such as "data.items[0].id" as text (a string's characters, a number's digits); "" when
    // absent.
    std::string at(std::string_view path) const;
    std::size_t count(std::string_view path) const;  // entries of a list
    std::string header(std::string_view name) const;
};

class AppTest : public ::testing::TestWithParam<Backend> {
 protected:
    void SetUp() override;
    void TearDown() override;
    // False: nobody is there yet, and as_admin() is nobody.
    virtual bool wants_admin() const { return true; }
    // What is configured otherwise than in most tests.
    virtual void configure(app::Config&) const {}

    Reply ask(std::string_view method, std::string_view path, std::string_view body = "", http::Headers headers = {});
    Reply get(std::string_view path) { return ask("GET", path); }
    Reply post(std::string_view path, std::string_view body) { return ask("POST", path, body); }
    Reply put(std::string_view path, std::string_view body) { return ask("PUT", path, body); }
    Reply del(std::string_view path) { return ask("DELETE", path); }
    // A request of somebody at that address.
    Reply ask_from(std::string_view ip, std::string_view method, std::string_view path, std::string_view body);
    // A request whose body is files.
    Reply ask_with_parts(std::string_view method, std::string_view path, std::vector<http::Part> parts);
    // Starts a request and hands its answer to `done`, on whatever thread it comes.
    void ask_later(std::string_view method, std::string_view path, std::string_view body,
                   std::function<void(Reply)> done);

    // Who asks from now on.
    void as(const std::string& token) { token_ = token; }
    void as_nobody() { token_.clear(); }
    void as_admin() { token_ = admin_; }
    std::string login(std::string_view username, std::string_view password);

    // The one-time code that went out last; "" when none did.
    std::string last_code() const;

    // Makes a user and returns his id.
    std::string make_user(std::string_view username, int user_type, std::string_view more = "");
    std::string make_type(std::string_view model = "YL-1", int months = 24, std::string_view more = "");
    // Units in stock, or shipped when an agent is named.
    void make_units(std::string_view type, const std::vector<std::string>& codes, std::string_view agent = "");

    app::Application& app() { return *app_; }
    // One more process over the same database (PostgreSQL only: SQLite has one process).
    std::unique_ptr<app::Application> another_instance();
    const std::string& admin_token() const { return admin_; }
    FakeEnv& env() { return env_; }
    static bool on_sqlite() { return GetParam() == Backend::sqlite; }
    static constexpr std::string_view password = "correct horse 42";

 private:
    http::Request request(std::string_view method, std::string_view path, std::string_view body,
                          http::Headers headers) const;
    Reply answer_to(http::Request&& request);
    FakeEnv env_;
    TempFolder folder_;
    app::Config config_;
    std::unique_ptr<Vault> vault_;
    std::unique_ptr<TestDatabase> database_;
    std::unique_ptr<app::Application> app_;
    std::string token_, admin_;
};

std::string quoted_list(const std::vector<std::string>& items);

}  // namespace yuanliu

#define YL_APP_TEST(Suite)                                                                        \
    INSTANTIATE_TEST_SUITE_P(                                                                     \
        Both, Suite, ::testing::Values(::yuanliu::Backend::sqlite, ::yuanliu::Backend::postgres), \
        [](const auto& info) { return info.param == ::yuanliu::Backend::sqlite ? "sqlite" : "postgres"; })
