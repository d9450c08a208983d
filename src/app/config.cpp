#include "app/config.hpp"

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <fstream>
#include <set>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/disk.hpp"
#include "base/env.hpp"
#include "base/text.hpp"

extern char** environ;

namespace yuanliu::app {
namespace {

constexpr std::string_view secret_keys[] = {"jwt_secret_key", "data_key", "code_key"};
constexpr std::size_t secret_bytes_min = 32;
constexpr std::size_t secret_symbols_min = 8;  // different characters; of 32 random hexadecimal digits fewer never come

// Secrets that stand in tutorials and samples: whoever finds them in use owns the installation.
constexpr std::string_view known_samples[] = {
    "secret",         "changeme",    "change-me", "change_me", "your-secret-key", "your_secret_key", "your-jwt-secret",
    "jwt_secret_key", "supersecret", "password",  "example",   "test-secret",     "default",         "insecure"};

Error bad(std::string field, std::string text) {
    return Error(Fault::invalid, "config.invalid").with({{field, "config.invalid"}}).log(std::move(text));
}

void set(Loaded& loaded, const std::string& key, const std::string& value, const std::string& origin) {
    const Record& record = record_of<Config>();
    const Field* field = record.find(key);
    if (!field) {
        std::vector<std::string_view> known;
        for (const auto& f : record.fields) known.push_back(f.name);
        auto near = nearest_word(key, known);
        throw bad(key, fmt::format("{}: unknown setting '{}'{}", origin, key,
                                   near ? fmt::format("; did you mean '{}'?", *near) : ""));
    }
    auto document = JsonDocument::from_pairs({{key, value}});
    Reader reader;
    reader.lenient = true;
    for (auto [name, json] : document->root()) field->type->read(field->at(&loaded.config), json, reader);
    if (!reader.problems.empty())
        throw bad(key, fmt::format("{}: '{}' is no value for {} ({})", origin, is_secret(key) ? "***" : value, key,
                                   reader.problems[0].code));
    loaded.origins[key] = origin;
}

void read_toml(Loaded& loaded, const std::string& path) {
    try {
        auto table = toml::parse_file(path);
        for (auto&& [key, node] : table) {
            std::string value;
            if (auto text = node.value<std::string>())
                value = *text;
            else if (auto number = node.value<std::int64_t>())
                value = std::to_string(*number);
            else if (auto flag = node.value<bool>())
                value = *flag ? "on" : "off";
            else
                throw bad(std::string(key.str()),
                          fmt::format("{}: {} must be a text, a whole number or true/false", path, key.str()));
            set(loaded, std::string(key.str()), value, path);
        }
    } catch (const toml::parse_error& e) {
        throw bad("file", fmt::format("{}:{}: {}", path, e.source().begin.line, e.description()));
    }
}

std::string env_name(std::string_view key) {
    std::string out(key);
    for (char& c : out) c = char(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

void read_dotenv(Loaded& loaded, const std::string& path) {
    std::ifstream file(path);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        auto text = trim(line);
        if (text.empty() || text.front() == '#') continue;
        if (text.starts_with("export ")) text = trim(text.substr(7));
        auto equals = text.find('=');
        if (equals == std::string_view::npos)
            throw bad("file", fmt::format("{}:{}: expected NAME=value", path, number));
        auto value = trim(text.substr(equals + 1));
        if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = value.substr(1, value.size() - 2);
        if (!value.empty()) set(loaded, lower_ascii(trim(text.substr(0, equals))), std::string(value), path);
    }
}

void check_secret(const std::string& key, const std::string& value) {
    auto low = lower_ascii(value);
    for (auto sample : known_samples)
        if (low.find(sample) != std::string::npos)
            throw bad(
                key, fmt::format("{} is a sample from documentation; use a random one (openssl rand -base64 48)", key));
    if (std::set<char>(value.begin(), value.end()).size() < secret_symbols_min)
        throw bad(key, fmt::format("{} repeats a few characters; use a random one (openssl rand -base64 48)", key));
    if (value.size() < secret_bytes_min)
        throw bad(key, fmt::format("{} is too short: at least {} characters (openssl rand -base64 48)", key,
                                   secret_bytes_min));
}

std::string& secret(Config& config, std::string_view key) {
    return key == "jwt_secret_key" ? config.jwt_secret_key : key == "data_key" ? config.data_key : config.code_key;
}

std::filesystem::path secrets_path(const Config& config) { return std::filesystem::path(config.data) / "secrets.toml"; }

// Fills in what the file holds of the secrets that nobody configured. Returns all it holds.
toml::table read_secrets(Loaded& loaded, const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) return {};
    auto stored = toml::parse_file(path.string());
    for (auto key : secret_keys) {
        auto& value = secret(loaded.config, key);
        auto known = stored[key].value<std::string>();
        if (!value.empty() || !known) continue;
        value = *known;
        loaded.origins[std::string(key)] = path.string();
    }
    return stored;
}

bool lacks_secrets(Config& config) {
    return std::any_of(std::begin(secret_keys), std::end(secret_keys),
                       [&](auto key) { return secret(config, key).empty(); });
}

// Makes those that are missing, and adds them to what the file holds.
void make_secrets(Loaded& loaded, toml::table& stored, const std::string& origin) {
    for (auto key : secret_keys) {
        auto& value = secret(loaded.config, key);
        if (!value.empty()) continue;
        unsigned char bytes[36];
        Env::real().random(bytes);
        value = base64url_encode({reinterpret_cast<const char*>(bytes), sizeof bytes});
        stored.insert_or_assign(key, value);
        loaded.origins[std::string(key)] = origin;
    }
}

// A folder that is there already may belong to others as well: its rights are theirs to choose.
void make_data_folder(const std::string& path) {
    std::error_code failed;
    const bool made = std::filesystem::create_directories(path, failed);
    if (failed) throw internal(fmt::format("cannot make the data folder {}: {}", path, failed.message()));
    if (made) ::chmod(path.c_str(), 0700);
}

}  // namespace

bool is_secret(std::string_view key) {
    return std::find(std::begin(secret_keys), std::end(secret_keys), key) != std::end(secret_keys) ||
           key == "database_url" || key == "database_replica_url";
}

Loaded load_config(const std::string& file, const std::map<std::string, std::string>& flags) {
    Loaded loaded;
    if (!file.empty()) {
        if (!std::filesystem::exists(file)) throw bad("file", fmt::format("no such configuration file: {}", file));
        read_toml(loaded, file);
    } else if (std::filesystem::exists("yuanliu.toml")) {
        read_toml(loaded, "yuanliu.toml");
    }
    if (std::filesystem::exists(".env")) read_dotenv(loaded, ".env");
    for (const auto& field : record_of<Config>().fields)
        if (const char* value = std::getenv(env_name(field.name).c_str()); value && *value)
            set(loaded, std::string(field.name), value, "environment " + env_name(field.name));
    for (const auto& [key, value] : flags) set(loaded, key, value, "flag");
    for (auto key : secret_keys)
        if (auto& value = secret(loaded.config, key); !value.empty()) check_secret(std::string(key), value);
    return loaded;
}

// Several processes may start on one folder at once. All of them must end up with the same keys: what one has sealed
// under a key that another then wrote over could never be read again. So they take turns, and who comes later reads.
void complete_secrets(Loaded& loaded) {
    make_data_folder(loaded.config.data);
    const auto path = secrets_path(loaded.config);
    read_secrets(loaded, path);
    if (!lacks_secrets(loaded.config)) return;
    auto& files = Env::real().files();
    const auto turn = disk::locked(files, loaded.config.data + "/secrets.lock", LOCK_EX);
    auto stored = read_secrets(loaded, path);
    if (!lacks_secrets(loaded.config)) return;
    const bool fresh = stored.empty();
    make_secrets(loaded, stored, path.string());
    std::ostringstream text;
    text << "# Made at the first start. Whoever has this file can read personal data and sign in as anybody; without "
            "it the\n"
            "# personal data in the database cannot be read. Keep a copy in a safe place.\n"
         << stored << "\n";
    if (!fresh) return disk::write_file(files, path.string(), text.str());
    // Locks do not reach across every network file system; that a name is taken only once does.
    if (!disk::write_new_file(files, path.string(), text.str()))
        throw internal(fmt::format("{} has just been made by another process; start again", path.string()));
}

void find_secrets(Loaded& loaded) {
    auto path = secrets_path(loaded.config);
    read_secrets(loaded, path);
    for (auto key : secret_keys)
        if (secret(loaded.config, key).empty())
            throw internal(fmt::format("{} holds no installation ({} is not there or has no {}). Is --data right?",
                                       loaded.config.data, path.string(), key));
}

std::string database_url(const Config& config) {
    if (!config.database_url.empty()) return config.database_url;
    return "sqlite:///" + std::filesystem::absolute(std::filesystem::path(config.data) / "yuanliu.db")
                              .lexically_normal()
                              .string()
                              .substr(1);
}

}  // namespace yuanliu::app
