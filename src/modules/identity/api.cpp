#include "modules/identity/identity.hpp"
#include "modules/identity/verbs.hpp"

namespace yuanliu::identity {

void routes(Routes& r) {
    r.module("identity");
    // Agents and customers have it too: their rows are themselves alone.
    r.permission("identity.view_users", {UserType::staff, UserType::agent, UserType::customer});
    r.permission("identity.view_agents", {UserType::staff});
    r.permission("identity.write_users", {});
    r.permission("identity.view_roles", {});
    r.permission("identity.write_roles", {});
    r.permission("identity.manage_keys", {});

    r.post("/api/login/", "public", &login, "Log in by user name and password")
        .as_nobody()
        .rate_limit("login")
        .hashes_password();
    r.post("/api/login/code/request/", "public", &request_code, "Ask for a one-time code by phone or e-mail")
        .as_nobody()
        .rate_limit("code");
    r.post("/api/login/code/", "public", &login_by_code, "Log in by one-time code").as_nobody().rate_limit("login");
    r.post("/api/token/refresh/", "public", &refresh, "Exchange the refresh token for the next pair")
        .as_nobody()
        .rate_limit("login")
        .unaudited();
    r.post("/api/logout/", "signed_in", &logout, "End this log-in");
    r.get("/api/sessions/", "signed_in", &sessions, "List one's own log-ins");
    r.del("/api/sessions/{id}/", "signed_in", &end_session, "End one of one's own log-ins");

    r.get("/api/users/me/", "signed_in", &me, "The person asking, with permissions");
    r.put("/api/users/me/password/", "signed_in", &change_own_password, "Change one's own password; ends all log-ins")
        .hashes_password();
    r.get("/api/users/agents/", "identity.view_agents", &agents, "List active agents");
    r.get("/api/users/", "identity.view_users", &users, "List people");
    r.post("/api/users/", "identity.write_users", &create_user, "Add a person").created().hashes_password();
    r.get("/api/users/{id}/", "identity.view_users", &view_user, "One person");
    r.put("/api/users/{id}/", "signed_in", &change_user, "Change, disable or give a new password").hashes_password();

    r.get("/api/roles/", "identity.view_roles", &roles, "List custom roles");
    r.post("/api/roles/", "identity.write_roles", &create_role, "Add a custom role").created();
    r.get("/api/roles/{id}/", "identity.view_roles", &view_role, "One custom role");
    r.put("/api/roles/{id}/", "identity.write_roles", &change_role, "Change a custom role, from the next request on");
    r.del("/api/roles/{id}/", "identity.write_roles", &delete_role, "Delete a custom role that nobody has");
    r.get("/api/permissions/", "identity.view_roles", &permissions, "List what roles and keys can be made of");

    r.get("/api/api-keys/", "identity.manage_keys", &api_keys, "List keys of machines");
    r.post("/api/api-keys/", "identity.manage_keys", &create_api_key, "Make a key; this answer alone tells it")
        .told_once()
        .created();
    r.del("/api/api-keys/{id}/", "identity.manage_keys", &delete_api_key, "Revoke a key");
}

}  // namespace yuanliu::identity
