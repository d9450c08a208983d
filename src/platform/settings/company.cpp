#include "platform/settings/company.hpp"

namespace yuanliu::settings {

Company::Company(Settings& all, std::string_view default_zone)
    : name_(all.declare<Text<0, 80>>(std::string(name_key), Text<0, 80>())),
      zone_(all.declare<Text<1, 60>>(std::string(zone_key), Zone(default_zone).name(),
                                     [](const Text<1, 60>& name) { Zone{name}; })) {}

}  // namespace yuanliu::settings
