// The public face: what other modules and the app may ask about people. Permissions are named here; the verbs behind
// the paths stand in verbs.hpp, the caller's identity in directory.hpp.
#pragma once

#include <functional>
#include <string_view>

#include "modules/identity/model.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::search {
class Finders;
}
namespace yuanliu::imports {
class Targets;
}

namespace yuanliu::identity {

// A customer's e-mail and phone are personal: a module that has his id asks these functions, and joins only the view
// identity_user_name (id, username, name, user_type).

// The customer whom this phone number, else this e-mail address, stands for; otherwise a new one without a password.
// What is known about an existing customer never changes here: the caller has proved nothing. Throws invalid when
// neither is given.
Id<User> ensure_customer(Tx& tx, std::string_view name, const std::optional<Phone>& phone,
                         const std::optional<Email>& email, const std::optional<Text<1, 200>>& address);
// What a customer who has signed in says of himself: fills in name and address where nothing is known of them yet.
void complete_customer(Tx& tx, Id<User> id, std::string_view name, const std::optional<Text<1, 200>>& address);
// Nothing for an unknown id.
std::optional<Standing> standing_of(Rx& rx, Id<User> id);
// Throws not_found for an unknown id and for anybody who is not an active customer.
User one_customer(Rx& rx, Id<User> id);
// Throws not_found for an unknown id and for anybody who is not an active agent.
User one_agent(Rx& rx, Id<User> id);
// Every customer who gave this phone number or e-mail address, proved or not: for staff, never for the public. By id.
std::vector<Id<User>> customers_of(Rx& rx, const std::optional<Phone>& phone, const std::optional<Email>& email);

// The fingerprints of a phone number and an e-mail address, for rows that are found by them.
Blind phone_blind(const Rx& rx, const Phone& phone);
Blind email_blind(const Rx& rx, const Email& email);

// The active administrators and staff who have the permission now, by id. Needs the IdentityDirectory.
std::vector<Id<User>> staff_who_may(Rx& rx, std::string_view permission);

// Is there anybody who can manage the rest? False on a new database.
bool has_admin(Rx& rx);
// For the first start and the command line. Throws invalid naming `username` (taken) or `password` (too weak). Hashes
// inside the transaction, which a server under load must not do.
Id<User> create_admin(Tx& tx, std::string_view username, std::string_view password);
struct FirstAdmin {
    Text<1, 64> username;
    Secret<1, 1024> password;
    Text<0, 80> name;
};
// The administrator of an installation that has none, signed in from where `actor` is; the password is hashed on the
// bounded pool. `also` runs in the same transaction, as him; what it throws undoes all. Throws conflict
// `identity.administrator_exists`, invalid naming `username` or `password`.
LoggedIn create_first_admin(Database& db, const Actor& actor, const FirstAdmin& in,
                            const std::function<void(Tx&, const Actor& self)>& also);
// Forgets spent codes, done throttles and log-ins over for 30 days, at most 500; returns how many: again until none.
std::int64_t purge(Tx& tx);

// Ends every log-in of everybody, after a backup has brought back log-ins that had ended since.
void end_every_session(Tx& tx);

enum class Channel { sms, email };
YL_ENUM(Channel, sms, email)

// How a one-time code reaches a person. The app wires one in as a part of the database. `send` writes down the intent
// in the transaction and returns; it calls nobody. `target` is E.164 or an e-mail address.
class CodeSender {
 public:
    virtual ~CodeSender() = default;
    virtual void send(Tx& tx, Channel channel, std::string_view target, std::string_view code) = 0;
};

void routes(Routes& r);
void declare(search::Finders& finders);
void declare(imports::Targets& targets);

}  // namespace yuanliu::identity
