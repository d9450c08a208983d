// The port through which the edge learns who a token or key belongs to. The identity module implements it.
#pragma once

#include <optional>
#include <string_view>

#include "base/jwt.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"

namespace yuanliu {

// Who asked for something that a job does later, written down with it: the job acts as he then may, and never as he
// might not when he asked.
struct Mandate {
    std::int64_t user_id = 0;
    std::string name, request_id, ip;
    bool english = false;
    std::optional<std::vector<std::string>> only;  // a machine's key asked: what it may do at most
};
YL_RECORD(Mandate, "auth.mandate", user_id, name, request_id, ip, english, only)

Mandate mandate_of(const Actor& actor);

class Identities {
 public:
    virtual ~Identities() = default;
    // The actor behind a verified access token, as the rows stand now; nothing when the session has ended or the
    // account is disabled, so that taking a right away counts from the next request on.
    virtual std::optional<Actor> of_session(Rx& rx, const Claims& claims) = 0;
    // Whether the text could be an API key at all: told without asking the database.
    virtual bool can_be_key(std::string_view key) const { return !key.empty(); }
    // The actor behind a machine's API key; nothing when unknown, expired or revoked.
    virtual std::optional<Actor> of_key(Rx& rx, std::string_view key) = 0;
    // The actor who gave the mandate, as the rows stand now; nothing when the account is disabled.
    virtual std::optional<Actor> of_mandate(Rx& rx, const Mandate& mandate) = 0;
    // The key that access tokens are signed with.
    virtual const JwtKey& token_key() const = 0;
};

}  // namespace yuanliu
