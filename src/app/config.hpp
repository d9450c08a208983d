// The settings a process starts with: TOML file, .env file, environment, flags, each weighing more than the one before.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "platform/describe/record.hpp"

namespace yuanliu::app {

enum class LogLevel { trace, debug, info, warning, error };
YL_ENUM(LogLevel, trace, debug, info, warning, error)
// How a start without an administrator goes on: `print` makes one and prints the password once; `page` prints a
// one-time code for the set-up page.
enum class SetupMode { print, page };
YL_ENUM(SetupMode, print, page)
enum class Switch { on, off };
YL_ENUM(Switch, on, off)

// One field a key: `jwt_expire_minutes` in TOML, JWT_EXPIRE_MINUTES in the environment, --jwt-expire-minutes as a flag.
struct Config {
    std::string listen = "127.0.0.1:8080";
    std::string data = "./data";
    std::string database_url;  // empty: SQLite in the data folder
    std::string database_replica_url;
    std::string public_url = "http://localhost:8080";  // what QR codes lead to
    std::string jwt_secret_key, data_key, code_key;    // empty: made at the first start, kept in the data folder
    Int<1, 1440> jwt_expire_minutes = 15;
    Int<1, 365> jwt_refresh_days = 30;
    LogLevel log_level = LogLevel::info;
    Switch rate_limits = Switch::on;
    Switch metrics_public = Switch::off;  // on: /metrics answers to other machines, too
    std::string time_zone = "Asia/Shanghai";
    std::string trusted_proxies;  // addresses or networks, separated by commas
    std::string allowed_origins;  // sites whose pages may open live connections besides our own, separated by commas
    std::string tls_certificate, tls_key;
    SetupMode setup = SetupMode::print;
    Int<0, 256> io_threads = 0;  // 0: one a core
    Int<1, 1000> database_connections = 16;
    Int<1, 64> job_workers = 2;
};
YL_RECORD(Config, "config", listen, data, database_url, database_replica_url, public_url, jwt_secret_key, data_key,
          code_key, jwt_expire_minutes, jwt_refresh_days, log_level, rate_limits, metrics_public, time_zone,
          trusted_proxies, allowed_origins, tls_certificate, tls_key, setup, io_threads, database_connections,
          job_workers)

// Where the value in effect came from, for `yuanliu config`.
using Origins = std::map<std::string, std::string, std::less<>>;

struct Loaded {
    Config config;
    Origins origins;
};

// Reads the sources. `file` may be empty (then yuanliu.toml is read if it is there); `flags` are key → value. Throws
// Error(invalid) for an unknown key (naming the nearest known one), a value that does not fit, a secret that is a known
// sample or too short.
Loaded load_config(const std::string& file, const std::map<std::string, std::string>& flags);

// The keys that are secrets and never shown.
bool is_secret(std::string_view key);

// Fills in the secrets that nobody configured: read from, or made and stored in, DATA/secrets.toml (0600). Processes
// that start on one folder together all get the same.
void complete_secrets(Loaded& loaded);

// The same for verbs that look at an installation: makes nothing. Throws internal naming the folder when there is none.
void find_secrets(Loaded& loaded);

std::string database_url(const Config& config);

}  // namespace yuanliu::app
