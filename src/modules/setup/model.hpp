// What the set-up page sends and sees.
#pragma once

#include <optional>

#include "platform/describe/record.hpp"

namespace yuanliu::setup {

// A code that one start has printed; only its keyed fingerprint.
struct SetupCode {
    Id<SetupCode> id;
    Blind code_blind;
    Time created_at;
};
YL_RECORD(SetupCode, "setup_code", id, code_blind, created_at)

// What anybody may know before signing in.
struct SetupState {
    bool needed = false;       // nobody administers this installation yet
    std::string company_name;  // empty until somebody names it
    std::string time_zone;     // whose days the business counts by
};
YL_RECORD(SetupState, "setup.state", needed, company_name, time_zone)

struct SetupInput {
    Secret<1, 40> setup_code;  // as the log shows it; case, hyphens and spaces do not matter
    Text<1, 64> username;
    Secret<1, 1024> password;
    std::optional<Text<0, 80>> name;
    std::optional<Text<0, 80>> company_name;
    std::optional<Text<1, 60>> time_zone;
    std::optional<bool> demo;
};
YL_RECORD(SetupInput, "setup.input", setup_code, username, password, name, company_name, time_zone, demo)

}  // namespace yuanliu::setup
