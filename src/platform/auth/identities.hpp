// The port through which the edge learns who a token or key belongs to. The identity module implements it.
#pragma once

#include <optional>
#include <string_view>

#include "base/jwt.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"

namespace yuanliu {

class Identities {
 public:
    virtual ~Identities() = default;
    // The actor behind a verified access token, as the rows stand now; nothing when the session has ended or the
    // account is disabled, so that taking a right away counts from the next request on.
    virtual std::optional<Actor> of_session(Rx& rx, const Claims& claims) = 0;
    // The actor behind a machine's API key; nothing when unknown, expired or revoked.
    virtual std::optional<Actor> of_key(Rx& rx, std::string_view key) = 0;
    // The key that access tokens are signed with.
    virtual const JwtKey& token_key() const = 0;
};

}  // namespace yuanliu
