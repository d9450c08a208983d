// Agents and customers from a spreadsheet, and what a spreadsheet calls people.
#include "base/base64.hpp"
#include "base/text.hpp"
#include "modules/identity/keys.hpp"
#include "modules/identity/rules.hpp"
#include "platform/imports/targets.hpp"

namespace yuanliu::identity {
namespace {

// A sheet holds no passwords: customers come in by code, agents are given one later.
struct UserImport {
    UserType user_type = UserType::customer;
    std::optional<Text<1, 64>> username;  // customers get one when they have none
    std::optional<Text<0, 80>> name;
    std::optional<Phone> phone;
    std::optional<Email> email;
    std::optional<Text<1, 200>> address;
    std::optional<std::vector<Text<1, 60>>> territories;
};
YL_RECORD(UserImport, "identity.user_import", user_type, username, name, phone, email, address, territories)

UserView import_user(Tx& tx, const Actor&, const UserImport& in) {
    if (in.user_type != UserType::agent && in.user_type != UserType::customer)
        throw invalid_field("user_type", "identity.agents_and_customers");
    UserNew user;
    user.user_type = in.user_type;
    if (in.username)
        user.username = *in.username;
    else if (in.user_type == UserType::customer && (in.phone || in.email))
        user.username = "c" + hex_encode(random_bytes(tx.env(), 8));
    else
        throw invalid_field("username", "field.required");
    user.name = in.name, user.phone = in.phone, user.email = in.email, user.address = in.address;
    user.territories = in.territories;
    return view_of(add_user(tx, user, {}));
}

// By user name; by name when only one person of this type has it. Who does not see everybody finds nobody.
template <int type>
std::optional<std::int64_t> person_called(Rx& rx, const Actor& actor, std::string_view text) {
    if (!sees_everybody(actor)) return {};
    const std::string people = type == 3
                                   ? "SELECT id FROM identity_user WHERE user_type IN (0, 3) AND "
                                   : "SELECT id FROM identity_user WHERE user_type = " + std::to_string(type) + " AND ";
    if (auto id = rx.maybe<std::int64_t>(people + "username_key = ?", lower_ascii(text))) return id;
    const auto ids = rx.values<std::int64_t>(people + "name = ? LIMIT 2", text);
    return ids.size() == 1 ? std::optional(ids[0]) : std::nullopt;
}

}  // namespace

void declare(imports::Targets& targets) {
    targets.add("identity.users.create", &import_user).once("username");
    targets.refer("agent_id", &person_called<1>);
    targets.refer("customer_id", &person_called<2>);
    targets.refer("technician_id", &person_called<3>);
}

}  // namespace yuanliu::identity
