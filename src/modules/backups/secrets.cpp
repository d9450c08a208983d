#include "modules/backups/secrets.hpp"

#include <sstream>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace yuanliu::backups {
namespace {

constexpr std::size_t print_bytes = 12;

// The value of `key = '…'` or `key = "…"`; nothing when the line says something else.
std::optional<std::string> value_in(std::string_view line, std::string_view key) {
    line = trim(line);
    if (!line.starts_with(key)) return {};
    line = trim(line.substr(key.size()));
    if (!line.starts_with('=')) return {};
    line = trim(line.substr(1));
    if (line.size() < 2 || (line.front() != '\'' && line.front() != '"') || line.back() != line.front()) return {};
    return std::string(line.substr(1, line.size() - 2));
}

}  // namespace

std::optional<std::string> secret_in(const std::filesystem::path& file, std::string_view key) {
    std::istringstream text(read_file(file));
    for (std::string line; std::getline(text, line);)
        if (auto value = value_in(line, key)) return value;
    return {};
}

void replace_secret(const std::filesystem::path& file, std::string_view key, std::string_view value) {
    if (!secret_in(file, key)) return;
    std::istringstream text(read_file(file));
    std::string out;
    for (std::string line; std::getline(text, line);) {
        if (value_in(line, key)) line = std::string(key) + " = '" + std::string(value) + "'";
        out += line + "\n";
    }
    write_file(file, out);
}

bool is_configured(const Site& site, std::string_view name, std::string_view key) {
    return secret_in(site.data / secrets_file, name) != key;
}

std::string print_of_key(std::string_view key) {
    return hex_encode(view(derive_key(key, "backup.print")).substr(0, print_bytes));
}

}  // namespace yuanliu::backups
