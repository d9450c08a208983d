// Who may come in: people, their roles, their log-ins and the keys of their machines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/auth/actor.hpp"

namespace yuanliu::identity {

// ---- rows ----

// A custom role of staff: it takes the place of what the type `staff` may do by itself.
struct Role {
    Id<Role> id;
    Text<1, 60> name;
    std::vector<Text<1, 80>> permissions;  // declared names, sorted
    Time created_at, updated_at;
};
YL_RECORD(Role, "identity_role", id, name, permissions, created_at, updated_at)

struct User {
    Id<User> id;
    Text<1, 64> username;
    std::string username_key;                  // in lower case: names that differ in case alone are one name
    std::optional<std::string> password_hash;  // nothing: this person has no password to log in with
    Text<0, 80> name;
    std::optional<Sealed<Email>> email;
    std::optional<Blind> email_blind;
    // The e-mail address may stand for the customer (log-in by code, look-up). Not so when somebody unknown wrote it
    // beside a phone number: he could lay his own address beside another person's number and wait.
    bool email_identifies = false;
    std::optional<Sealed<Phone>> phone;
    std::optional<Blind> phone_blind;
    std::optional<Sealed<Text<1, 200>>> address;
    UserType user_type = UserType::customer;
    std::optional<Id<Role>> role_id;       // staff only
    std::vector<Text<1, 60>> territories;  // agents only: "广东省", "广东省深圳市"
    std::optional<RawJson> wechat_profile;
    bool active = true;
    Time created_at, updated_at;
    std::optional<Time> password_changed_at, last_login_at;
};
YL_RECORD(User, "identity_user", id, username, username_key, password_hash, name, email, email_blind, email_identifies,
          phone, phone_blind, address, user_type, role_id, territories, wechat_profile, active, created_at, updated_at,
          password_changed_at, last_login_at)

// What somebody is to the business: as much of a user as most rules need, and nothing personal to unseal.
struct Standing {
    UserType user_type = UserType::customer;
    bool active = false;
    std::vector<Text<1, 60>> territories;
};
YL_RECORD(Standing, "identity.standing", user_type, active, territories)

// Why a log-in ended before its time. `reused`: an old refresh token came back, so one of two holders is a thief.
enum class SessionEnd { logout, removed, password_changed, disabled, role_changed, reused, too_many, restored };
YL_ENUM(SessionEnd, logout, removed, password_changed, disabled, role_changed, reused, too_many, restored)

// One log-in. A refresh token is 16 bytes that name the family (this row) and 16 that change with every refresh; only
// digests are stored.
struct Session {
    Id<Session> id;
    Id<User> user_id;
    std::string family_hash, refresh_hash;
    std::optional<std::string> previous_hash;
    Time created_at, last_used_at;  // last_used_at: of the log-in or the last refresh
    Time expires_at;
    std::string ip, user_agent;
    std::optional<Time> revoked_at;
    std::optional<SessionEnd> revoked_reason;
};
YL_RECORD(Session, "identity_session", id, user_id, family_hash, refresh_hash, previous_hash, created_at, last_used_at,
          expires_at, ip, user_agent, revoked_at, revoked_reason)

// A machine's key. It can do what stands here and what its maker may still do, whichever is less.
struct ApiKey {
    Id<ApiKey> id;
    Text<1, 80> name;
    std::string prefix;  // how people recognise it
    std::string key_hash;
    std::vector<Text<1, 80>> permissions;
    Id<User> created_by;
    Time created_at;
    std::optional<Time> last_used_at;  // to the minute
    std::optional<Time> expires_at, revoked_at;
};
YL_RECORD(ApiKey, "identity_api_key", id, name, prefix, key_hash, permissions, created_by, created_at, last_used_at,
          expires_at, revoked_at)

// Six digits sent to a phone or an e-mail address. Only fingerprints stand here: neither the person nor the digits.
struct OneTimeCode {
    Id<OneTimeCode> id;
    std::string purpose;
    Blind target_blind;
    std::string code_hash;
    int tries = 0;
    Time created_at, expires_at;
    std::optional<Time> used_at;  // spent, or replaced by a newer one
};
YL_RECORD(OneTimeCode, "identity_one_time_code", id, purpose, target_blind, code_hash, tries, created_at, expires_at,
          used_at)

// ---- what callers send and get ----

struct Login {
    Text<1, 64> username;
    Secret<1, 1024> password;
};
YL_RECORD(Login, "identity.login", username, password)

struct Refresh {
    Secret<1, 200> refresh;
};
YL_RECORD(Refresh, "identity.refresh", refresh)

// A person as he himself and the back office see him.
struct UserView {
    Id<User> id;
    std::string username, name;
    std::optional<std::string> email, phone, address;
    UserType user_type = UserType::customer;
    std::optional<Id<Role>> role_id;
    std::vector<Text<1, 60>> territories;
    std::optional<RawJson> wechat_profile;
    bool active = true;
    Time created_at, updated_at;
    std::optional<Time> last_login_at;
    std::optional<std::vector<std::string>> permissions;  // told to oneself only
};
YL_RECORD(UserView, "identity.user_view", id, username, name, email, phone, address, user_type, role_id, territories,
          wechat_profile, active, created_at, updated_at, last_login_at, permissions)

struct Tokens {
    std::string access, refresh;
    int expires_in = 0;  // seconds for which `access` is good
};
YL_RECORD(Tokens, "identity.tokens", access, refresh, expires_in)

struct LoggedIn {
    std::string access, refresh;
    int expires_in = 0;
    UserView user;
};
YL_RECORD(LoggedIn, "identity.logged_in", access, refresh, expires_in, user)

// Exactly one of the two.
struct CodeRequest {
    std::optional<Phone> phone;
    std::optional<Email> email;
};
YL_RECORD(CodeRequest, "identity.code_request", phone, email)

struct CodeSent {
    int expires_in = 0;  // seconds
};
YL_RECORD(CodeSent, "identity.code_sent", expires_in)

struct CodeLogin {
    std::optional<Phone> phone;
    std::optional<Email> email;
    Secret<6, 6> code;
};
YL_RECORD(CodeLogin, "identity.code_login", phone, email, code)

struct PasswordChange {
    Secret<1, 1024> current_password, new_password;
};
YL_RECORD(PasswordChange, "identity.password_change", current_password, new_password)

struct UserNew {
    Text<1, 64> username;
    std::optional<Secret<1, 1024>> password;
    std::optional<Text<0, 80>> name;
    std::optional<Email> email;
    std::optional<Phone> phone;
    std::optional<Text<1, 200>> address;
    UserType user_type = UserType::customer;
    std::optional<Id<Role>> role_id;
    std::optional<std::vector<Text<1, 60>>> territories;
};
YL_RECORD(UserNew, "identity.user_new", username, password, name, email, phone, address, user_type, role_id,
          territories)

// What a change may take away; everything else that is absent stays as it is.
enum class Clearable { email, phone, address, role_id };
YL_ENUM(Clearable, email, phone, address, role_id)

struct UserChange {
    std::optional<Text<1, 64>> username;
    std::optional<Text<0, 80>> name;
    std::optional<Email> email;
    std::optional<Phone> phone;
    std::optional<Text<1, 200>> address;
    std::optional<UserType> user_type;
    std::optional<Id<Role>> role_id;
    std::optional<std::vector<Text<1, 60>>> territories;
    std::optional<bool> active;
    std::optional<Secret<1, 1024>> password;
    std::optional<Secret<1, 1024>> current_password;  // needed to change one's own e-mail or phone
    std::optional<std::vector<Clearable>> clear;
};
YL_RECORD(UserChange, "identity.user_change", username, name, email, phone, address, user_type, role_id, territories,
          active, password, current_password, clear)

struct UserFilter {
    std::optional<UserType> user_type;
    std::optional<bool> active;
    std::optional<Id<Role>> role_id;
    std::optional<Text<0, 100>> search;  // in user name and name
    std::optional<Phone> phone;          // the whole number
    std::optional<Email> email;          // the whole address
};
YL_RECORD(UserFilter, "identity.user_filter", user_type, active, role_id, search, phone, email)

// A person in a list: e-mail and phone are masked.
struct UserItem {
    Id<User> id;
    std::string username, name;
    std::optional<std::string> email, phone;
    UserType user_type = UserType::customer;
    std::optional<Id<Role>> role_id;
    std::vector<Text<1, 60>> territories;
    bool active = true;
    Time created_at;
    std::optional<Time> last_login_at;
};
YL_RECORD(UserItem, "identity.user_item", id, username, name, email, phone, user_type, role_id, territories, active,
          created_at, last_login_at)

struct AgentFilter {
    std::optional<Text<0, 100>> search;
};
YL_RECORD(AgentFilter, "identity.agent_filter", search)

struct AgentItem {
    Id<User> id;
    std::string username;
    std::optional<std::string> email, phone;  // masked
    UserType user_type = UserType::agent;
    std::optional<RawJson> wechat_profile;
    std::string name;
    std::vector<Text<1, 60>> territories;
};
YL_RECORD(AgentItem, "identity.agent_item", id, username, email, phone, user_type, wechat_profile, name, territories)

struct RoleNew {
    Text<1, 60> name;
    std::vector<Text<1, 80>> permissions;
};
YL_RECORD(RoleNew, "identity.role_new", name, permissions)

struct RoleChange {
    std::optional<Text<1, 60>> name;
    std::optional<std::vector<Text<1, 80>>> permissions;
};
YL_RECORD(RoleChange, "identity.role_change", name, permissions)

struct PermissionItem {
    std::string name;
    std::vector<UserType> granted;  // the types that have it without a custom role
};
YL_RECORD(PermissionItem, "identity.permission_item", name, granted)

struct ApiKeyNew {
    Text<1, 80> name;
    std::vector<Text<1, 80>> permissions;
    std::optional<Time> expires_at;
};
YL_RECORD(ApiKeyNew, "identity.api_key_new", name, permissions, expires_at)

struct ApiKeyMade {
    Id<ApiKey> id;
    std::string name, prefix;
    std::string key;  // told this once
    std::vector<Text<1, 80>> permissions;
    Time created_at;
    std::optional<Time> expires_at;
};
YL_RECORD(ApiKeyMade, "identity.api_key_made", id, name, prefix, key, permissions, created_at, expires_at)

struct ApiKeyItem {
    Id<ApiKey> id;
    std::string name, prefix;
    std::vector<Text<1, 80>> permissions;
    Id<User> created_by;
    Time created_at;
    std::optional<Time> last_used_at, expires_at, revoked_at;
};
YL_RECORD(ApiKeyItem, "identity.api_key_item", id, name, prefix, permissions, created_by, created_at, last_used_at,
          expires_at, revoked_at)

struct SessionItem {
    Id<Session> id;
    Time created_at, last_used_at, expires_at;
    std::string ip, user_agent;
    bool current = false;  // the one this request belongs to
};
YL_RECORD(SessionItem, "identity.session_item", id, created_at, last_used_at, expires_at, ip, user_agent, current)

// ---- events ----

struct UserCreated {
    Id<User> user_id;
    UserType user_type = UserType::customer;
};
YL_RECORD(UserCreated, "identity.user_created", user_id, user_type)

struct UserDisabled {
    Id<User> user_id;
    UserType user_type = UserType::customer;
};
YL_RECORD(UserDisabled, "identity.user_disabled", user_id, user_type)

struct UserEnabled {
    Id<User> user_id;
    UserType user_type = UserType::customer;
};
YL_RECORD(UserEnabled, "identity.user_enabled", user_id, user_type)

// Something about the person is different; what, the row tells.
struct UserChanged {
    Id<User> user_id;
    UserType user_type = UserType::customer;
};
YL_RECORD(UserChanged, "identity.user_changed", user_id, user_type)

}  // namespace yuanliu::identity
