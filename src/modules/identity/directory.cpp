#include "modules/identity/directory.hpp"

#include <spdlog/spdlog.h>

#include <charconv>

#include "base/base64.hpp"
#include "base/time.hpp"
#include "modules/identity/keys.hpp"

namespace yuanliu::identity {
namespace {

constexpr std::int64_t touch_every_ms = minute_ms;

// What the row behind an access token says about its bearer, in one indexed query: every request pays for it.
struct SessionRow {
    std::int64_t id = 0;
    std::string username;
    UserType user_type = UserType::customer;
    std::optional<Id<Role>> role_id;
    std::optional<std::string> permissions;
};
YL_RECORD(SessionRow, "identity.session_row", id, username, user_type, role_id, permissions)
constexpr std::string_view session_query =
    "SELECT u.id, u.username, u.user_type, u.role_id, r.permissions FROM identity_session s"
    " JOIN identity_user u ON u.id = s.user_id LEFT JOIN identity_role r ON r.id = u.role_id"
    " WHERE s.id = ? AND s.user_id = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND u.active";

struct KeyRow {
    std::int64_t id = 0;
    std::string name, permissions;
    std::optional<Time> last_used_at;
    std::int64_t user_id = 0;
    UserType user_type = UserType::customer;
    std::optional<Id<Role>> role_id;
    std::optional<std::string> role_permissions;
};
YL_RECORD(KeyRow, "identity.key_row", id, name, permissions, last_used_at, user_id, user_type, role_id,
          role_permissions)
constexpr std::string_view key_query =
    "SELECT k.id, k.name, k.permissions, k.last_used_at, u.id AS user_id, u.user_type, u.role_id,"
    " r.permissions AS role_permissions FROM identity_api_key k JOIN identity_user u ON u.id = k.created_by"
    " LEFT JOIN identity_role r ON r.id = u.role_id"
    " WHERE k.key_hash = ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?) AND u.active";

struct MandateRow {
    std::int64_t id = 0;
    UserType user_type = UserType::customer;
    std::optional<Id<Role>> role_id;
    std::optional<std::string> permissions;
};
YL_RECORD(MandateRow, "identity.mandate_row", id, user_type, role_id, permissions)
constexpr std::string_view mandate_query =
    "SELECT u.id, u.user_type, u.role_id, r.permissions FROM identity_user u"
    " LEFT JOIN identity_role r ON r.id = u.role_id WHERE u.id = ? AND u.active";

std::vector<std::string> names_of(std::string_view json) {
    std::vector<std::string> names;
    forms::load_json(type_of<std::vector<std::string>>(), &names, json);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

IdentityDirectory::IdentityDirectory(Database& db, Env& env, const Routes& routes, IdentityConfig config)
    : db_(db),
      config_(std::move(config)),
      token_key_(config_.token_secret),
      passwords_(env),
      declared_(routes.permissions()) {
    std::sort(declared_.begin(), declared_.end(),
              [](const Permission& a, const Permission& b) { return a.name < b.name; });
    for (auto type : {UserType::administrator, UserType::agent, UserType::customer, UserType::staff}) {
        auto permissions = std::make_shared<Permissions>();
        permissions->all = type == UserType::administrator;
        for (const auto& permission : declared_)
            if (std::find(permission.granted.begin(), permission.granted.end(), type) != permission.granted.end())
                permissions->names.push_back(permission.name);
        built_in_[type] = std::move(permissions);
    }
}

bool IdentityDirectory::is_declared(std::string_view name) const {
    return std::any_of(declared_.begin(), declared_.end(), [&](const Permission& p) { return p.name == name; });
}

std::shared_ptr<const Permissions> IdentityDirectory::powers(UserType type, std::optional<Id<Role>> role,
                                                             std::string_view text) {
    if (type != UserType::staff || !role) return built_in_.at(type);
    std::lock_guard guard(mutex_);
    auto& known = roles_[role->value];
    if (!known.permissions || known.text != text) {
        auto permissions = std::make_shared<Permissions>();
        permissions->names = names_of(text);
        known = {std::string(text), std::move(permissions)};
    }
    return known.permissions;
}

std::shared_ptr<const Permissions> IdentityDirectory::powers_of(Rx& rx, UserType type, std::optional<Id<Role>> role) {
    if (type != UserType::staff || !role) return powers(type, role, {});
    return powers(type, role, rx.value<std::string>("SELECT permissions FROM identity_role WHERE id = ?", *role));
}

std::string IdentityDirectory::sign_access(Id<User> user, Id<Session> session, Time now) const {
    const auto now_s = now.ms / 1000;
    return token_key_.sign({.user = user.value,
                            .session = std::to_string(session.value),
                            .kind = "access",
                            .issued_s = now_s,
                            .expires_s = now_s + config_.access_minutes * 60LL});
}

std::optional<Actor> IdentityDirectory::of_session(Rx& rx, const Claims& claims) {
    std::int64_t session = 0;
    const char* end = claims.session.data() + claims.session.size();
    if (auto [at, error] = std::from_chars(claims.session.data(), end, session); error != std::errc() || at != end)
        return {};
    auto row = rx.find<SessionRow>(session_query, session, claims.user, rx.now());
    if (!row) return {};
    Actor actor;
    actor.user_id = row->id;
    actor.name = std::move(row->username);
    actor.type = row->user_type;
    actor.permissions = powers(row->user_type, row->role_id, row->permissions.value_or("[]"));
    actor.session = claims.session;
    return actor;
}

bool IdentityDirectory::can_be_key(std::string_view key) const { return has_key_form(key); }

std::optional<Actor> IdentityDirectory::of_key(Rx& rx, std::string_view key) {
    if (!has_key_form(key)) return {};
    auto row = rx.find<KeyRow>(key_query, key_hash_of(key), rx.now());
    if (!row) return {};
    touch(row->id, row->last_used_at, rx.now());
    auto maker = powers(row->user_type, row->role_id, row->role_permissions.value_or("[]"));
    auto permissions = std::make_shared<Permissions>();
    for (auto& name : names_of(row->permissions))
        if (maker->has(name)) permissions->names.push_back(std::move(name));
    Actor actor;
    actor.user_id = row->user_id;
    actor.name = "key " + row->name;
    // A key is never an administrator: what only they may do is asked by type.
    actor.type = row->user_type == UserType::administrator ? UserType::staff : row->user_type;
    actor.permissions = std::move(permissions);
    return actor;
}

std::optional<Actor> IdentityDirectory::of_mandate(Rx& rx, const Mandate& mandate) {
    auto row = rx.find<MandateRow>(mandate_query, mandate.user_id);
    if (!row) return {};
    Actor actor;
    actor.user_id = row->id;
    actor.name = mandate.name;
    actor.type = row->user_type;
    actor.permissions = powers(row->user_type, row->role_id, row->permissions.value_or("[]"));
    actor.ip = mandate.ip, actor.request_id = mandate.request_id;
    actor.locale = mandate.english ? Locale::en : Locale::zh;
    if (!mandate.only) return actor;
    auto permissions = std::make_shared<Permissions>();
    for (const auto& name : *mandate.only)
        if (actor.permissions->has(name)) permissions->names.push_back(name);
    std::sort(permissions->names.begin(), permissions->names.end());
    actor.permissions = std::move(permissions);
    if (actor.type == UserType::administrator) actor.type = UserType::staff;
    return actor;
}

// Notes the use of a key, at most once a minute, in a transaction of its own that nobody waits for.
void IdentityDirectory::touch(std::int64_t key_id, std::optional<Time> last_used, Time now) {
    if (last_used && now.ms - last_used->ms < touch_every_ms) return;
    {
        std::lock_guard guard(mutex_);
        auto& touched = touched_ms_[key_id];
        if (touched != 0 && now.ms - touched < touch_every_ms) return;
        touched = now.ms;
    }
    db_.write_later(
        [key_id, now](Tx& tx) {
            tx.exec("UPDATE identity_api_key SET last_used_at = ? WHERE id = ?", now, Id<ApiKey>{key_id});
        },
        [](std::exception_ptr failure) {
            if (failure) spdlog::warn("the last use of an API key was not noted down");
        });
}

}  // namespace yuanliu::identity
