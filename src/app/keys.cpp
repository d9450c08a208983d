#include "app/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/wiring.hpp"
#include "modules/backups/secrets.hpp"
#include "platform/settings/key_prints.hpp"

namespace yuanliu::app {
namespace {

settings::KeyPrints prints_of(const Config& config) {
    return {{"data_key", backups::print_of_key(config.data_key)}, {"code_key", backups::print_of_key(config.code_key)}};
}

void refuse(const Config& config, const std::vector<std::string>& others) {
    if (others.empty()) return;
    throw internal(
        fmt::format("this database was made under another {}: with the one in use now its personal data could not be "
                    "read, or its printed codes would count as forged. Put back the {}/{} that belongs to the database "
                    "(every backup has a copy of it), or set the keys that it was configured with",
                    fmt::join(others, " and another "), config.data, backups::secrets_file));
}

}  // namespace

std::vector<std::string> prepare_database(Database& db, const Config& config) {
    auto done = migrate(db, all_migrations());
    const auto prints = prints_of(config);
    refuse(config, db.write([&](Tx& tx) {
        auto others = settings::other_keys(tx, prints);
        if (others.empty()) settings::note_keys(tx, prints);
        return others;
    }));
    return done;
}

void require_own_keys(Database& db, const Config& config) {
    if (!is_migrated(db)) return;
    refuse(config, db.read([&](Rx& rx) { return settings::other_keys(rx, prints_of(config)); }, Freshness::latest));
}

}  // namespace yuanliu::app
