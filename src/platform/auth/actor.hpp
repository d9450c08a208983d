// Who asks, and from where. Made at the edge for every request; rules read it, never make it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "platform/describe/record.hpp"

namespace yuanliu {

// The numbers are those clients already know.
enum class UserType { administrator = 0, agent = 1, customer = 2, staff = 3 };
YL_NUMERIC_ENUM(UserType, administrator, agent, customer, staff)

enum class Locale { zh, en };

// What a role may do: permission names such as `units.ship`, sorted; or everything.
struct Permissions {
    bool all = false;
    std::vector<std::string> names;
    bool has(std::string_view name) const {
        return all || std::binary_search(names.begin(), names.end(), name, std::less<>());
    }
};

struct Actor {
    std::int64_t user_id = 0;  // 0: nobody (a public request), or the system itself
    std::string name;          // for the operation record
    UserType type = UserType::customer;
    bool system = false;  // jobs, the command line
    std::shared_ptr<const Permissions> permissions;
    std::string session;  // the login this request belongs to; empty for API keys and nobody

    std::string ip, user_agent, request_id;
    bool prefetch = false;  // nobody reads the answer yet: HEAD, or a browser that fetches ahead
    Locale locale = Locale::zh;

    bool signed_in() const { return user_id != 0; }
    bool may(std::string_view permission) const {
        return system || permission == "public" || (signed_in() && permission == "signed_in") ||
               (permissions && permissions->has(permission));
    }
    // Throws unauthenticated for nobody, forbidden for somebody without the permission.
    void require(std::string_view permission) const {
        if (may(permission)) return;
        if (!signed_in()) throw unauthenticated();
        throw forbidden();
    }
    bool is(UserType t) const { return signed_in() && type == t; }

    // The program itself, for jobs and the command line; `name` says which part.
    static Actor of_system(std::string name) {
        Actor actor;
        actor.system = true;
        actor.name = std::move(name);
        return actor;
    }
};

}  // namespace yuanliu
