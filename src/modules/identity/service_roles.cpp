// Custom roles, and the keys of machines: both are lists of permissions that somebody hands out.
#include <set>

#include "modules/identity/keys.hpp"
#include "modules/identity/rules.hpp"
#include "modules/identity/verbs.hpp"

namespace yuanliu::identity {
namespace {

using Names = std::vector<Text<1, 80>>;

// Sorted, without repetitions. Throws invalid for a name that is none, forbidden for one that the caller does not have.
Names checked(const Rx& rx, const Actor& actor, const Names& names) {
    auto& directory = rx.part<IdentityDirectory>();
    std::vector<FieldProblem> problems;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!directory.is_declared(names[i]))
            problems.push_back(
                {"permissions[" + std::to_string(i) + "]", "identity.permission_unknown", {{"name", names[i].value}}});
    if (!problems.empty()) throw Error(Fault::invalid, "invalid").with(std::move(problems));
    for (const auto& name : names)
        if (!actor.may(name)) throw forbidden("identity.more_than_own");
    const std::set<Text<1, 80>> unique(names.begin(), names.end());
    return {unique.begin(), unique.end()};
}

// A role or key that can do more than the caller is not his to change.
void require_covers_names(const Actor& actor, const Names& names) {
    Permissions powers;
    for (const auto& name : names) powers.names.push_back(name.value);
    require_covers(actor, powers);
}

void check_name_free(Rx& rx, const Role& role) {
    if (rx.exists<Role>("name = ? AND id <> ?", role.name, role.id))
        throw invalid_field("name", "identity.role_name_taken");
}

}  // namespace

Role create_role(Tx& tx, const Actor& actor, const RoleNew& in) {
    Role role;
    role.name = in.name;
    role.permissions = checked(tx, actor, in.permissions);
    role.created_at = role.updated_at = tx.now();
    check_name_free(tx, role);
    return tx.insert(std::move(role));
}

Role view_role(Rx& rx, const Actor&, Id<Role> id) { return rx.one(id); }

Role change_role(Tx& tx, const Actor& actor, Id<Role> id, const RoleChange& in) {
    Role role = tx.lock(id);
    require_covers_names(actor, role.permissions);
    if (in.name) role.name = *in.name;
    if (in.permissions) role.permissions = checked(tx, actor, *in.permissions);
    check_name_free(tx, role);
    role.updated_at = tx.now();
    return tx.update(std::move(role));
}

void delete_role(Tx& tx, const Actor& actor, Id<Role> id) {
    const Role role = tx.lock(id);
    require_covers_names(actor, role.permissions);
    if (tx.exists<User>("role_id = ?", id)) throw conflict("identity.role_in_use");
    tx.erase(role);
}

std::vector<PermissionItem> permissions(Rx& rx, const Actor&) {
    std::vector<PermissionItem> out;
    for (const auto& permission : rx.part<IdentityDirectory>().declared())
        out.push_back({permission.name, permission.granted});
    return out;
}

ApiKeyMade create_api_key(Tx& tx, const Actor& actor, const ApiKeyNew& in) {
    if (in.permissions.empty()) throw invalid_field("permissions", "field.empty");
    if (in.expires_at && *in.expires_at <= tx.now()) throw invalid_field("expires_at", "identity.expires_in_past");
    const auto made = new_key(tx.env());
    ApiKey row;
    row.name = in.name;
    row.prefix = made.prefix;
    row.key_hash = key_hash_of(made.key);
    row.permissions = checked(tx, actor, in.permissions);
    row.created_by.value = actor.user_id;
    row.created_at = tx.now();
    row.expires_at = in.expires_at;
    row = tx.insert(std::move(row));
    return {row.id, row.name.value, row.prefix, made.key, row.permissions, row.created_at, row.expires_at};
}

void delete_api_key(Tx& tx, const Actor& actor, Id<ApiKey> id) {
    auto row = tx.lock<ApiKey>("WHERE id = ? AND (? OR created_by = ?) AND revoked_at IS NULL", id,
                               is_administrator(actor), actor.user_id);
    row.revoked_at = tx.now();
    tx.update(std::move(row));
}

}  // namespace yuanliu::identity
