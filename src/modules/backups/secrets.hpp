// The secrets file as far as a restore must know it: lines such as  data_key = '…'
#pragma once

#include <optional>

#include "modules/backups/archive.hpp"

namespace yuanliu::backups {

inline constexpr const char* secrets_file = "secrets.toml";

std::optional<std::string> secret_in(const std::filesystem::path& file, std::string_view key);
// Writes the file anew with this secret in the place of the one that is there; leaves a file without it alone.
void replace_secret(const std::filesystem::path& file, std::string_view key, std::string_view value);

// Whether the operator has configured this key himself, so that no file decides it.
bool is_configured(const Site& site, std::string_view name, std::string_view key);
// Tells two keys apart and nothing else.
std::string print_of_key(std::string_view key);

}  // namespace yuanliu::backups
