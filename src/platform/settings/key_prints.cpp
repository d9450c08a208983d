#include "platform/settings/key_prints.hpp"

#include "platform/db/migrate.hpp"

namespace yuanliu::settings {
namespace {

constexpr int noted_since = 2;  // the migration that makes the table

std::optional<std::string> noted(Rx& rx, const std::string& name) {
    return rx.maybe<std::string>("SELECT print FROM settings_key_print WHERE name = ?", name);
}

}  // namespace

void note_keys(Tx& tx, const KeyPrints& prints) {
    for (const auto& [name, print] : prints)
        if (!noted(tx, name))
            tx.exec("INSERT INTO settings_key_print (name, print, noted_at) VALUES (?, ?, ?)", name, print, tx.now());
}

std::vector<std::string> other_keys(Rx& rx, const KeyPrints& prints) {
    const auto levels = applied_migrations(rx);
    const auto level = levels.find("settings");
    if (level == levels.end() || level->second < noted_since) return {};
    std::vector<std::string> out;
    for (const auto& [name, print] : prints)
        if (const auto known = noted(rx, name); known && *known != print) out.push_back(name);
    return out;
}

}  // namespace yuanliu::settings
