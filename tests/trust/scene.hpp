// A server over a fresh database with an administrator, for tests that hurt it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "kit/postgres_server.hpp"
#include "kit/test_database.hpp"
#include "trust/client.hpp"
#include "trust/program.hpp"
#include "trust/workload.hpp"

namespace yuanliu::trust {

// YL_TRUST=long asks for the long proofs.
bool is_long();
// From YL_SEED, or of this minute; printed by the first who asks.
std::uint32_t scene_seed();
std::string backend_name(const ::testing::TestParamInfo<Backend>& info);
// A PostgreSQL with fsync of this process's own, shared by its tests.
PostgresServer& durable_postgres();
// Runs statements on a database, outside of transactions.
void run_sql(const std::string& url, std::string_view sql);

class Scene {
 public:
    // Starts the server. `launch` is used at every start.
    explicit Scene(Backend backend, Launch launch = {});
    ~Scene();

    // Starts it anew; the one before must have ended.
    void start();
    Server& server() { return *server_; }
    const std::string& data() const { return data_; }
    // Empty on SQLite.
    const std::string& url() const { return url_; }
    // A client with the administrator's token, which outlives every restart.
    std::unique_ptr<Client> admin();
    const std::string& password() const { return password_; }
    // A verb beside the server, with the same settings.
    Ended verb(std::vector<std::string> words) const;
    // `yuanliu check` finds nothing.
    void expect_sound() const;

 private:
    Launch launch_;
    TempFolder folder_;
    std::string data_, url_, database_, password_, token_;
    std::unique_ptr<Server> server_;
};

}  // namespace yuanliu::trust
