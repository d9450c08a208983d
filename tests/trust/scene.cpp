#include "trust/scene.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <iostream>

namespace yuanliu::trust {

bool is_long() {
    const char* wanted = std::getenv("YL_TRUST");
    return wanted && std::string_view(wanted) == "long";
}

std::uint32_t scene_seed() {
    static const std::uint32_t seed = [] {
        const char* given = std::getenv("YL_SEED");
        const auto chosen = given ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                                  : static_cast<std::uint32_t>(std::time(nullptr));
        std::cout << "YL_SEED=" << chosen << std::endl;
        return chosen;
    }();
    return seed;
}

std::string backend_name(const ::testing::TestParamInfo<Backend>& info) {
    return info.param == Backend::sqlite ? "sqlite" : "postgres";
}

PostgresServer& durable_postgres() {
    static PostgresServer server({.fsync = true});
    return server;
}

void run_sql(const std::string& url, std::string_view sql) {
    FakeEnv env;
    Vault vault(test_key(), env);
    DatabaseOptions options;
    options.url = url;
    options.connections = 1;
    Database::open(options, env, vault)->exclusively([&](Connection& c) { c.script(sql); });
}

Scene::Scene(Backend backend, Launch launch) : launch_(std::move(launch)), data_(folder_.file("data")) {
    if (backend == Backend::postgres) {
        static int last = 0;
        database_ = "trust_" + std::to_string(++last);
        run_sql(durable_postgres().url(), "CREATE DATABASE " + database_ + " TEMPLATE template0");
        launch_.settings["DATABASE_URL"] = url_ = durable_postgres().url(database_);
    }
    launch_.settings.try_emplace("JWT_EXPIRE_MINUTES", "1440");
    start();
    password_ = server_->first_password();
    Client client(server_->port());
    if (!client.login("admin", password_))
        throw std::runtime_error("cannot sign in: " + server_->out() + server_->log());
    token_ = client.token();
}

Scene::~Scene() {
    server_.reset();
    if (!database_.empty()) run_sql(durable_postgres().url(), "DROP DATABASE IF EXISTS " + database_ + " WITH (FORCE)");
}

void Scene::start() {
    server_.reset();
    server_ = std::make_unique<Server>(data_, launch_);
}

std::unique_ptr<Client> Scene::admin() { return std::make_unique<Client>(server_->port(), token_); }

Ended Scene::verb(std::vector<std::string> words) const {
    words.insert(words.end(), {"--data", data_});
    return run_verb({.words = std::move(words), .settings = launch_.settings});
}

void Scene::expect_sound() const {
    const auto checked = verb({"check"});
    EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
    EXPECT_NE(checked.out.find(" 0 broken"), std::string::npos) << checked.out;
}

}  // namespace yuanliu::trust
