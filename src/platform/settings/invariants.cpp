#include "platform/settings/invariants.hpp"

#include "platform/settings/settings.hpp"

namespace yuanliu::settings {

std::vector<Invariant> invariants() {
    return {
        {"settings.have_a_version", "the row that tells instances of a change of settings is gone: none can be read",
         "SELECT 'version' AS name WHERE NOT EXISTS (SELECT 1 FROM settings_version WHERE id = 1)"},
    };
}

std::vector<Inspection> inspections() {
    return {{"settings.value_fits", "a setting that was changed has a value that its type refuses; its default counts",
             [](Database& db, std::size_t) {
                 const auto& all = db.parts().get<Settings>();
                 return db.read([&](Rx& rx) { return all.misfits(rx); });
             }}};
}

}  // namespace yuanliu::settings
