// What the process knows about identities besides rows: the signing key, the password pool, what each type may do.
#pragma once

#include <map>
#include <mutex>

#include "modules/identity/model.hpp"
#include "modules/identity/password_pool.hpp"
#include "platform/auth/identities.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::identity {

struct IdentityConfig {
    std::string token_secret;    // at least 32 random bytes
    int access_minutes = 15;     // JWT_EXPIRE_MINUTES
    int refresh_days = 30;       // a log-in that is not used for so long is over
    int session_days_max = 180;  // and in any case after this
};

// Thread-safe. Made after every module has declared its routes; added as a part of the database, which outlives it.
class IdentityDirectory : public Identities {
 public:
    // Throws internal for a token secret that is too short.
    IdentityDirectory(Database& db, Env& env, const Routes& routes, IdentityConfig config);

    std::optional<Actor> of_session(Rx& rx, const Claims& claims) override;
    bool can_be_key(std::string_view key) const override;
    std::optional<Actor> of_key(Rx& rx, std::string_view key) override;
    std::optional<Actor> of_mandate(Rx& rx, const Mandate& mandate) override;
    const JwtKey& token_key() const override { return token_key_; }

    const IdentityConfig& config() const { return config_; }
    PasswordPool& passwords() { return passwords_; }
    std::string sign_access(Id<User> user, Id<Session> session, Time now) const;

    // Every permission that a route may ask for, by name.
    const std::vector<Permission>& declared() const { return declared_; }
    bool is_declared(std::string_view permission) const;
    // What a user of this type and role may do.
    std::shared_ptr<const Permissions> powers(UserType type, std::optional<Id<Role>> role,
                                              std::string_view role_permissions);
    std::shared_ptr<const Permissions> powers_of(Rx& rx, UserType type, std::optional<Id<Role>> role);

 private:
    void touch(std::int64_t key_id, std::optional<Time> last_used, Time now);

    Database& db_;
    IdentityConfig config_;
    JwtKey token_key_;
    PasswordPool passwords_;
    std::vector<Permission> declared_;
    std::map<UserType, std::shared_ptr<const Permissions>> built_in_;

    // Reading a list of names is dearer than the query that fetched it, so each text is read once.
    std::mutex mutex_;
    struct Known {
        std::string text;
        std::shared_ptr<const Permissions> permissions;
    };
    std::map<std::int64_t, Known> roles_;
    std::map<std::int64_t, std::int64_t> touched_ms_;  // by key: when its use was last written down
};

}  // namespace yuanliu::identity
