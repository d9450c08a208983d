// Log-ins: password, refresh tokens, ending.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/address.hpp"
#include "base/crypto.hpp"
#include "base/password.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "modules/identity/keys.hpp"
#include "modules/identity/rules.hpp"
#include "modules/identity/throttle.hpp"
#include "modules/identity/verbs.hpp"
#include "platform/audit/audit.hpp"

namespace yuanliu::identity {
namespace {

constexpr std::int64_t race_window_ms = 10 * second_ms;  // two windows of one browser refresh at once
constexpr std::int64_t purged_at_once = 500;
constexpr int sessions_max = 20;  // of one user
constexpr std::size_t user_agent_max = 200;

Error bad_credentials() { return unauthenticated("identity.bad_credentials"); }
Error session_ended() { return unauthenticated("identity.session_ended"); }

// Not beyond the day on which the log-in ends for good.
Time expiry(const IdentityConfig& config, Time created, Time now) {
    return std::min(Time{now.ms + config.refresh_days * day_ms}, Time{created.ms + config.session_days_max * day_ms});
}

void revoke(Tx& tx, Session session, SessionEnd why) {
    session.revoked_at = tx.now();
    session.revoked_reason = why;
    tx.update(std::move(session));
}

// Whether one of the account's latest log-ins was made from that address.
bool came_from(Rx& rx, Id<User> user, std::string_view address) {
    const auto latest = rx.all<Session>("WHERE user_id = ? ORDER BY id DESC LIMIT ?", user, sessions_max);
    return std::any_of(latest.begin(), latest.end(), [&](const Session& s) { return line_of(s.ip) == address; });
}

// What became of a refresh token; a refusal that must leave a mark cannot be thrown inside the transaction.
enum class Refreshed { done, raced, ended };

Refreshed rotate(Tx& tx, const Actor& actor, const RefreshToken& token, Tokens& out) {
    auto session = tx.find_lock<Session>("WHERE family_hash = ?", token.family_hash());
    const Time now = tx.now();
    if (!session || session->revoked_at || session->expires_at <= now) return Refreshed::ended;
    if (!tx.exists<User>("id = ? AND active", session->user_id)) return Refreshed::ended;
    const auto hash = token.hash();
    if (!constant_time_equal(hash, session->refresh_hash)) {
        const bool just_used = session->previous_hash && constant_time_equal(hash, *session->previous_hash) &&
                               now.ms - session->last_used_at.ms <= race_window_ms;
        if (just_used) return Refreshed::raced;
        spdlog::warn("[{}] a used refresh token of log-in {} came back; the log-in was ended", actor.request_id,
                     session->id.value);
        revoke(tx, *session, SessionEnd::reused);
        audit::refusal(tx, actor, "identity.token.refresh.create", "identity.refresh_reused");
        return Refreshed::ended;
    }
    auto& directory = tx.part<IdentityDirectory>();
    const auto next = next_refresh_token(tx.env(), token);
    session->previous_hash = session->refresh_hash;
    session->refresh_hash = next.hash();
    session->last_used_at = now;
    session->expires_at = expiry(directory.config(), session->created_at, now);
    tx.update(*session);
    out = {directory.sign_access(session->user_id, session->id, now), next.text(),
           directory.config().access_minutes * 60};
    return Refreshed::done;
}

}  // namespace

Actor acting_as(const Actor& from, const User& user) {
    Actor actor = from;
    actor.user_id = user.id.value;
    actor.name = user.username.value;
    actor.type = user.user_type;
    return actor;
}

void end_sessions(Tx& tx, Id<User> user, SessionEnd why) {
    tx.exec("UPDATE identity_session SET revoked_at = ?, revoked_reason = ? WHERE user_id = ? AND revoked_at IS NULL",
            tx.now(), why, user);
}

void end_every_session(Tx& tx) {
    tx.exec("UPDATE identity_session SET revoked_at = ?, revoked_reason = ? WHERE revoked_at IS NULL", tx.now(),
            SessionEnd::restored);
}

LoggedIn open_session(Tx& tx, const User& user, const Actor& from) {
    auto& directory = tx.part<IdentityDirectory>();
    const auto token = new_refresh_token(tx.env());
    const Time now = tx.now();
    Session session;
    session.user_id = user.id;
    session.family_hash = token.family_hash();
    session.refresh_hash = token.hash();
    session.created_at = session.last_used_at = now;
    session.expires_at = expiry(directory.config(), now, now);
    session.ip = from.ip;
    session.user_agent = clip(from.user_agent, user_agent_max);
    session = tx.insert(std::move(session));
    tx.exec(
        "UPDATE identity_session SET revoked_at = ?, revoked_reason = ? WHERE user_id = ? AND revoked_at IS NULL AND "
        "id NOT IN"
        " (SELECT id FROM identity_session WHERE user_id = ? AND revoked_at IS NULL ORDER BY last_used_at DESC, id "
        "DESC LIMIT ?)",
        now, SessionEnd::too_many, user.id, user.id, sessions_max);
    return {directory.sign_access(user.id, session.id, now), token.text(), directory.config().access_minutes * 60,
            own_view_of(tx, user)};
}

LoggedIn login(Database& db, const Actor& actor, const Login& in) {
    constexpr std::string_view action = "identity.login.create";
    auto& passwords = db.parts().get<IdentityDirectory>().passwords();
    const auto account = lower_ascii(in.username);
    const auto address = line_of(actor.ip);
    const auto pair = account + ' ' + address;
    bool stranger = true;
    const auto known = db.write([&](Tx& tx) {
        auto user = tx.find<User>("WHERE username_key = ?", account);
        stranger = !user || !came_from(tx, user->id, address);
        spend(tx, throttles::login_address, address);
        spend(tx, throttles::login_pair, pair);
        if (stranger) spend(tx, throttles::login_strangers, account);
        return user;
    });
    // Hashes for everybody, so that the time tells nothing.
    const bool matches = passwords.verify(known ? known->password_hash : std::nullopt, in.password);
    if (!matches || !known->active) {
        db.write([&](Tx& tx) { audit::refusal(tx, actor, action, "identity.bad_credentials"); });
        throw bad_credentials();
    }
    std::optional<std::string> stronger;
    if (needs_rehash(*known->password_hash)) stronger = passwords.hash(in.password);
    return db.write([&](Tx& tx) {
        User user = tx.lock(known->id);
        // Somebody may have changed or disabled the account since.
        if (!user.active || user.password_hash != known->password_hash) throw bad_credentials();
        forget(tx, throttles::login_pair, pair);
        if (stranger) give_back(tx, throttles::login_strangers, account);
        give_back(tx, throttles::login_address, address);
        if (stronger) user.password_hash = *stronger;
        user.last_login_at = tx.now();
        user = tx.update(std::move(user));
        auto out = open_session(tx, user, actor);
        audit::record(tx, acting_as(actor, user), action);
        return out;
    });
}

Tokens refresh(Database& db, const Actor& actor, const Refresh& in) {
    const auto token = read_refresh_token(in.refresh);
    if (!token) throw session_ended();
    Tokens out;
    switch (db.write([&](Tx& tx) { return rotate(tx, actor, *token, out); })) {
        case Refreshed::done: return out;
        case Refreshed::raced: throw conflict("identity.refresh_raced");
        case Refreshed::ended: break;
    }
    throw session_ended();
}

void logout(Tx& tx, const Actor& actor) {
    if (actor.session.empty()) return;  // a key has no log-in to end
    const Id<Session> id{std::stoll(actor.session)};
    if (auto session = tx.find_lock<Session>("WHERE id = ? AND user_id = ? AND revoked_at IS NULL", id, actor.user_id))
        revoke(tx, std::move(*session), SessionEnd::logout);
}

std::vector<SessionItem> sessions(Rx& rx, const Actor& actor) {
    require_person(actor);
    std::vector<SessionItem> out;
    for (auto& s : rx.all<Session>("WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY id DESC",
                                   actor.user_id, rx.now()))
        out.push_back({s.id, s.created_at, s.last_used_at, s.expires_at, s.ip, s.user_agent,
                       std::to_string(s.id.value) == actor.session});
    return out;
}

void end_session(Tx& tx, const Actor& actor, Id<Session> id) {
    require_person(actor);
    revoke(tx, tx.lock<Session>("WHERE id = ? AND user_id = ? AND revoked_at IS NULL", id, actor.user_id),
           SessionEnd::removed);
}

std::int64_t purge(Tx& tx) {
    const Time long_ago{tx.now().ms - 30 * day_ms};
    auto left = purged_at_once;
    left -= drop_finished(tx, left);
    left -= tx.exec(
        "DELETE FROM identity_one_time_code WHERE id IN (SELECT id FROM identity_one_time_code WHERE expires_at <= ?"
        " ORDER BY expires_at LIMIT ?)",
        Time{tx.now().ms - day_ms}, left);
    left -= tx.exec(
        "DELETE FROM identity_session WHERE id IN (SELECT id FROM identity_session WHERE expires_at <= ? OR revoked_at"
        " <= ? ORDER BY id LIMIT ?)",
        long_ago, long_ago, left);
    return purged_at_once - left;
}

}  // namespace yuanliu::identity
