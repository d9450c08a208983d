#include "platform/auth/identities.hpp"

namespace yuanliu {

Mandate mandate_of(const Actor& actor) {
    Mandate out{actor.user_id, actor.name, actor.request_id, actor.ip, actor.locale == Locale::en, {}};
    // Only a log-in has a session; what a key lacks, its maker may still have.
    if (actor.session.empty()) out.only = actor.permissions ? actor.permissions->names : std::vector<std::string>{};
    return out;
}

}  // namespace yuanliu
