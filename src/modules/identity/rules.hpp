// What the services of this module share with one another and with nobody else.
#pragma once

#include "modules/identity/directory.hpp"
#include "modules/identity/identity.hpp"

namespace yuanliu::identity {

// ---- who may do what ----

// Agents and customers see themselves alone; staff and administrators see everybody.
bool sees_everybody(const Actor& actor);
// The system itself, or an administrator in person: never a key of his.
bool is_administrator(const Actor& actor);
// Throws forbidden unless the actor himself may do all of this: nobody hands out what he does not have.
void require_covers(const Actor& actor, const Permissions& powers);
// Throws forbidden for a machine's key: passwords and log-ins are a person's own.
void require_person(const Actor& actor);

// ---- people ----

// A new person as the caller describes him. Throws invalid naming username, phone or e-mail when taken.
User add_user(Tx& tx, const UserNew& in, std::optional<std::string> password_hash);
// Whether who proves that this phone number or e-mail address is his gets in: anybody but a disabled customer.
bool may_come_in(Rx& rx, const std::optional<Phone>& phone, const std::optional<Email>& email);
UserView view_of(const User& user);
// The same with what he may do.
UserView own_view_of(Rx& rx, const User& user);
// Throws invalid naming `field` when this must not become the password of that user.
void check_new_password(std::string_view field, std::string_view password, std::string_view username);

// ---- log-ins ----

// Opens a log-in for the user, who has just proved who he is; the oldest beyond 20 end.
LoggedIn open_session(Tx& tx, const User& user, const Actor& from);
// Ends all log-ins of the user, from the next request on.
void end_sessions(Tx& tx, Id<User> user, SessionEnd why);
// The caller as the operation record should name him, once he is known.
Actor acting_as(const Actor& from, const User& user);

// ---- one-time codes ----

inline constexpr std::string_view purpose_login = "login";
inline constexpr int code_minutes = 10, code_tries_max = 5;

// Makes a code of six digits; an older one for the same purpose and person is void from now on.
std::string issue_code(Tx& tx, std::string_view purpose, const Blind& target);
// True if this is the code, and then it is used up. Every wrong one counts against it. Never throws for a wrong code:
// the count must stay.
bool spend_code(Tx& tx, std::string_view purpose, const Blind& target, std::string_view code);

}  // namespace yuanliu::identity
