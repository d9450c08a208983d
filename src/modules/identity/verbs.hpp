// The verbs behind the paths of api.cpp. Those on Work hash passwords before their transaction; those on Database& must
// keep a count although they refuse, or answer what nobody may store, and write their operation records themselves.
#pragma once

#include "modules/identity/model.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::identity {

// ---- log-in ----

// Throws unauthenticated `identity.bad_credentials` for an unknown name, a wrong password and a disabled account alike,
// after the same time; too_many per account and per address.
LoggedIn login(Database& db, const Actor& actor, const Login& in);
// The next pair of tokens. Throws unauthenticated `identity.session_ended` for a token that is not the current one; a
// used one ends its log-in as well. Within 10 seconds the token just used is taken for a second window of the same
// browser: conflict `identity.refresh_raced`, and no second pair.
Tokens refresh(Database& db, const Actor& actor, const Refresh& in);
// Ends the log-in this request belongs to.
void logout(Tx& tx, const Actor& actor);
// Sends a one-time code to this number or address, and the same answer without one to a disabled customer. Throws
// too_many, invalid unless exactly one of the two is given.
CodeSent request_code(Tx& tx, const Actor& actor, const CodeRequest& in);
// Lets in the customer for whom the number or address stands, or opens an account for it: it owns nothing, but who has
// it may ask for what was activated with what he has proved. Throws unauthenticated `identity.bad_code` for a wrong,
// used or outdated code and for a disabled customer; too_many.
LoggedIn login_by_code(Database& db, const Actor& actor, const CodeLogin& in);

// One's own log-ins that are still good, newest first.
std::vector<SessionItem> sessions(Rx& rx, const Actor& actor);
// Throws not_found for another's.
void end_session(Tx& tx, const Actor& actor, Id<Session> id);

// ---- people ----

UserView me(Rx& rx, const Actor& actor);
// Ends all log-ins, this one too. Throws too_many; invalid naming `current_password` (wrong) or `new_password` (weak).
void change_own_password(const Work& work, const Actor& actor, const PasswordChange& in);
Page<AgentItem> agents(Rx& rx, const Actor& actor, const AgentFilter& filter, const PageQuery& page);
Page<UserItem> users(Rx& rx, const Actor& actor, const UserFilter& filter, const PageQuery& page);
// Throws invalid naming what is taken or does not fit the type; forbidden for more rights than one's own.
UserView create_user(const Work& work, const Actor& actor, const UserNew& in);
// Throws not_found for one that the caller may not know of.
UserView view_user(Rx& rx, const Actor& actor, Id<User> id);
// Changes what is given. Anybody may change his own name and address, and his e-mail and phone with his password; the
// rest needs `identity.write_users` and as many rights as that person has. Ends log-ins with the password, the type,
// the role or the account. Throws as create_user and view_user; conflict `identity.last_administrator`.
UserView change_user(const Work& work, const Actor& actor, Id<User> id, const UserChange& in);

// ---- roles and permissions ----

Page<Role> roles(Rx& rx, const Actor& actor, const PageQuery& page);
Role view_role(Rx& rx, const Actor& actor, Id<Role> id);
// Throws invalid for a name taken or a permission that does not exist; forbidden for one that the caller does not have.
Role create_role(Tx& tx, const Actor& actor, const RoleNew& in);
Role change_role(Tx& tx, const Actor& actor, Id<Role> id, const RoleChange& in);
// Throws conflict `identity.role_in_use`.
void delete_role(Tx& tx, const Actor& actor, Id<Role> id);
std::vector<PermissionItem> permissions(Rx& rx, const Actor& actor);

// ---- keys of machines ----

// Administrators see every key, others those they made.
Page<ApiKeyItem> api_keys(Rx& rx, const Actor& actor, const PageQuery& page);
// The only answer that tells the key. Throws as create_role.
ApiKeyMade create_api_key(Tx& tx, const Actor& actor, const ApiKeyNew& in);
// Revokes it. Throws not_found.
void delete_api_key(Tx& tx, const Actor& actor, Id<ApiKey> id);

}  // namespace yuanliu::identity
