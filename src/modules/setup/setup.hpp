// Setting up an installation that nobody administers yet, from a web page.
#pragma once

#include <string>

#include "modules/identity/model.hpp"
#include "modules/setup/model.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::setup {

// The job that fills the installation with the demo company. The app has its handler, and refuses with `demo_refused`
// where there is data already.
inline constexpr std::string_view demo_job = "setup.demo", demo_refused = "setup.has_data";

// Makes a code and returns it as people copy it (XXXX-XXXX-XXXX); nothing when somebody administers this installation.
// Codes of earlier starts and of other instances stay good.
std::optional<std::string> issue_code(Tx& tx);

SetupState state(Rx& rx);
// The first administrator, signed in. Throws conflict `identity.administrator_exists` when there is one, invalid naming
// `setup_code`, `username`, `password` or `time_zone`.
identity::LoggedIn set_up(Database& db, const Actor& actor, const SetupInput& in);

void routes(Routes& r);

}  // namespace yuanliu::setup
