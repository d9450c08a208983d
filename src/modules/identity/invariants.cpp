#include "modules/identity/invariants.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "modules/identity/directory.hpp"
#include "modules/identity/identity.hpp"

namespace yuanliu::identity {
namespace {

// A person is found by what stands beside his name, phone number and e-mail address.
bool can_be_found(Rx& rx, const User& user) {
    if (user.username_key != lower_ascii(user.username.value)) return false;
    if (user.phone && user.phone_blind != phone_blind(rx, user.phone->value)) return false;
    return !user.email || user.email_blind == email_blind(rx, user.email->value);
}

// Roles and keys are lists of permissions; a name that no route asks for grants nothing, and may be a typing error.
template <class Holder>
bool permissions_known(Rx& rx, const Holder& holder) {
    const auto& directory = rx.part<IdentityDirectory>();
    return std::all_of(holder.permissions.begin(), holder.permissions.end(),
                       [&](const auto& name) { return directory.is_declared(name.value); });
}

}  // namespace

std::vector<Invariant> invariants() {
    return {
        {"identity.administrator_left", "there are people to look after, but no administrator who is active",
         "SELECT id FROM identity_user WHERE user_type <> 2 AND NOT EXISTS"
         " (SELECT 1 FROM identity_user other WHERE other.user_type = 0 AND other.active)"},
        {"identity.disabled_is_out", "somebody is disabled and still has a log-in that goes on",
         "SELECT u.id FROM identity_user u WHERE NOT u.active AND EXISTS"
         " (SELECT 1 FROM identity_session s WHERE s.user_id = u.id AND s.revoked_at IS NULL)"},
        {"identity.log_in_ends_for_a_reason", "a log-in ended without a reason, or has one and goes on",
         "SELECT id FROM identity_session WHERE (revoked_at IS NULL) <> (revoked_reason IS NULL)"},
        {"identity.role_is_for_staff", "somebody who is not of the staff has a role of staff",
         "SELECT id FROM identity_user WHERE role_id IS NOT NULL AND user_type <> 3"},
        {"identity.territories_are_for_agents", "somebody who is no agent has territories",
         "SELECT id FROM identity_user WHERE territories <> '[]' AND user_type <> 1"},
        {"identity.contacts_have_blinds",
         "a phone number or e-mail address by which nobody can be found, or a trace of "
         "one that is gone",
         "SELECT id FROM identity_user WHERE (phone IS NULL) <> (phone_blind IS NULL)"
         " OR (email IS NULL) <> (email_blind IS NULL) OR (email_identifies AND email IS NULL)"},
    };
}

std::vector<Inspection> inspections() {
    auto users = readable<User>(&can_be_found);
    users.meaning =
        "somebody's row cannot be read, its personal data is not opened by this installation's key, or he "
        "cannot be found by his own name, phone number or e-mail address";
    auto roles = readable<Role>(&permissions_known<Role>);
    roles.meaning = "a role cannot be read, or names a permission that there is not";
    auto keys = readable<ApiKey>(&permissions_known<ApiKey>);
    keys.meaning = "a machine's key cannot be read, or names a permission that there is not";
    return {users, roles, keys};
}

}  // namespace yuanliu::identity
