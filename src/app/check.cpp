#include "app/check.hpp"

#include <fmt/format.h>

#include "app/backup.hpp"
#include "app/wiring.hpp"

namespace yuanliu::app {

Checked check_everything(Database& db) {
    Checked out;
    auto note = [&](const std::string& name, const std::string& meaning, std::vector<std::string> what) {
        ++out.count;
        if (!what.empty()) out.broken.push_back({name, meaning, std::move(what)});
    };
    for (const auto& invariant : all_invariants())
        note(invariant.name, invariant.meaning, db.read([&](Rx& rx) {
            return rx.values<std::string>(
                fmt::format("SELECT * FROM ({}) AS broken LIMIT {}", invariant.sql, Checked::examples_max));
        }));
    for (const auto& inspection : all_inspections())
        note(inspection.name, inspection.meaning, inspection.find(db, Checked::examples_max));
    note("storage", "the database's own test of its files fails", check_storage(db));
    return out;
}

}  // namespace yuanliu::app
