#include "modules/units/settings.hpp"

#include "modules/units/units.hpp"
#include "platform/settings/settings.hpp"

namespace yuanliu::units {
namespace {

using settings::Setting;

// Handles; the values live in the Settings of the process. 0 months means that goods may lie as long as they like.
Setting<Int<0, 120>> shelf;
Setting<Int<0, 3650>> replacement_days;
Setting<bool> activation_code;
Setting<Int<1, 10000>> clone_networks;
Setting<Int<1, 100000>> clone_scans;

}  // namespace

void declare(settings::Settings& all) {
    shelf = all.declare<Int<0, 120>>("units.shelf_months", 12);
    replacement_days = all.declare<Int<0, 3650>>("units.replacement_days_min", 90);
    activation_code = all.declare<bool>("units.activation_code", false);
    clone_networks = all.declare<Int<1, 10000>>("units.clone_networks_max", 8);
    clone_scans = all.declare<Int<1, 100000>>("units.clone_scans_max", 60);
}

std::optional<int> shelf_limit(Rx& rx) {
    int months = int(shelf.get(rx));
    return months ? std::optional(months) : std::nullopt;
}
int replacement_days_min(Rx& rx) { return int(replacement_days.get(rx)); }
bool activation_needs_code(Rx& rx) { return activation_code.get(rx); }
int clone_networks_max(Rx& rx) { return int(clone_networks.get(rx)); }
int clone_scans_max(Rx& rx) { return int(clone_scans.get(rx)); }

}  // namespace yuanliu::units
