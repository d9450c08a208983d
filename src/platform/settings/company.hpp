// The company that runs the program: what every module may need to know of it.
#pragma once

#include "base/time.hpp"
#include "platform/settings/settings.hpp"

namespace yuanliu::settings {

// Two settings, changed while the program runs. Thread-safe; a part of the Database.
class Company {
 public:
    // Declares them. Throws invalid `zone.unknown` for a default that is no zone.
    Company(Settings& all, std::string_view default_zone);

    // Empty until somebody names it.
    std::string name(Rx& rx) const { return name_.get(rx).value; }
    // Whose days the business counts by. Days already written down keep their dates when it changes.
    Zone zone(Rx& rx) const { return Zone(zone_.get(rx)); }

    static constexpr std::string_view name_key = "company.name", zone_key = "company.time_zone";

 private:
    Setting<Text<0, 80>> name_;
    Setting<Text<1, 60>> zone_;
};

}  // namespace yuanliu::settings
