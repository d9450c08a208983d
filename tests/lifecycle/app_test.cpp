#include "lifecycle/app_test.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <future>

#include "modules/identity/identity.hpp"

namespace yuanliu {
namespace {

std::optional<Json> find(Json json, std::string_view path) {
    while (!path.empty()) {
        auto end = path.find_first_of(".[", 1);
        auto step = path.substr(0, end);
        path.remove_prefix(step.size());
        if (path.starts_with('.')) path.remove_prefix(1);
        std::optional<Json> next;
        if (step.starts_with('[')) {
            std::size_t wanted = 0, at = 0;
            std::from_chars(step.data() + 1, step.data() + step.size(), wanted);
            for (auto [key, value] : json)
                if (at++ == wanted) next = value;
        } else {
            for (auto [key, value] : json)
                if (key == step) next = value;
        }
        if (!next) return {};
        json = *next;
    }
    return json;
}

}  // namespace

std::string Reply::at(std::string_view path) const {
    auto document = JsonDocument::parse(body);
    auto found = find(document->root(), path);
    return found ? std::string(found->text()) : "";
}
std::size_t Reply::count(std::string_view path) const {
    auto document = JsonDocument::parse(body);
    auto found = find(document->root(), path);
    return found ? found->size() : 0;
}
std::string Reply::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return "";
}

std::string quoted_list(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const auto& item : items) out += (out.size() > 1 ? ",\"" : "\"") + item + "\"";
    return out + "]";
}

void AppTest::SetUp() {
    config_.data = folder_.path().string();
    config_.listen = "127.0.0.1:0";
    config_.jwt_secret_key = config_.data_key = config_.code_key = std::string(64, 'k');
    config_.rate_limits = app::Switch::off;
    config_.database_connections = 4;
    configure(config_);
    vault_ = std::make_unique<Vault>(sha256(config_.data_key), env_);
    database_ = std::make_unique<TestDatabase>(GetParam(), app::all_migrations(), env_, *vault_);
    config_.database_url = database_->options().url;
    database_->close();
    app_ = std::make_unique<app::Application>(config_, env_);
    if (!wants_admin()) return;
    app_->db().write([](Tx& tx) { identity::create_admin(tx, "admin", password); });
    admin_ = login("admin", password);
    as_admin();
}

std::unique_ptr<app::Application> AppTest::another_instance() {
    return std::make_unique<app::Application>(config_, env_);
}

void AppTest::TearDown() {
    app_.reset();
    database_.reset();
}

http::Request AppTest::request(std::string_view method, std::string_view path, std::string_view body,
                               http::Headers headers) const {
    http::Request request;
    request.method = method;
    auto question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string_view::npos) request.query = path.substr(question + 1);
    request.body = body;
    request.remote_ip = "203.0.113.9";
    request.id = "test";
    request.headers = std::move(headers);
    if (!token_.empty()) request.headers.emplace_back("authorization", "Bearer " + token_);
    return request;
}

void AppTest::ask_later(std::string_view method, std::string_view path, std::string_view body,
                        std::function<void(Reply)> done) {
    app_->api().dispatch(request(method, path, body, {}), [done = std::move(done)](http::Answer&& answer) {
        done({answer.status, std::move(answer.body), std::move(answer.headers), std::move(answer.file)});
    });
}

Reply AppTest::answer_to(http::Request&& request) {
    std::promise<Reply> promise;
    app_->api().dispatch(std::move(request), [&](http::Answer&& answer) {
        promise.set_value({answer.status, std::move(answer.body), std::move(answer.headers), std::move(answer.file)});
    });
    return promise.get_future().get();
}

Reply AppTest::ask(std::string_view method, std::string_view path, std::string_view body, http::Headers headers) {
    return answer_to(request(method, path, body, std::move(headers)));
}

Reply AppTest::ask_from(std::string_view ip, std::string_view method, std::string_view path, std::string_view body) {
    auto asked = request(method, path, body, {});
    asked.remote_ip = ip;
    return answer_to(std::move(asked));
}

Reply AppTest::ask_with_parts(std::string_view method, std::string_view path, std::vector<http::Part> parts) {
    auto asked = request(method, path, "", {});
    asked.parts = std::move(parts);
    return answer_to(std::move(asked));
}

std::string AppTest::login(std::string_view username, std::string_view secret) {
    auto reply = ask("POST", "/api/login/", fmt::format(R"({{"username":"{}","password":"{}"}})", username, secret));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.at("data.access");
}

std::string AppTest::last_code() const {
    std::ifstream file(folder_.path() / "messages.log");
    std::string word, last;
    while (file >> word) last = word;
    return last;
}

std::string AppTest::make_user(std::string_view username, int user_type, std::string_view more) {
    auto reply = post("/api/users/", fmt::format(R"({{"username":"{}","password":"{}","user_type":{}{}}})", username,
                                                 password, user_type, more));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.at("data.id");
}

std::string AppTest::make_type(std::string_view model, int months, std::string_view more) {
    auto reply = post("/api/product-types/",
                      fmt::format(R"({{"name":"净化器","model":"{}","warranty_months":{}{}}})", model, months, more));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.at("data.id");
}

void AppTest::make_units(std::string_view type, const std::vector<std::string>& codes, std::string_view agent) {
    auto list = quoted_list(codes);
    auto made =
        post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"qrcode_ids":{}}})", type, list));
    ASSERT_EQ(made.status, 201) << made.body;
    if (agent.empty()) return;
    auto shipped =
        post("/api/products/bulk_shipping/", fmt::format(R"({{"qrcode_ids":{},"agent_id":{}}})", list, agent));
    ASSERT_EQ(shipped.status, 200) << shipped.body;
}

}  // namespace yuanliu
