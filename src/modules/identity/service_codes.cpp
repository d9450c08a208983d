// Customers come in by a code sent to their phone or mailbox.
#include <fmt/format.h>

#include "base/address.hpp"
#include "base/crypto.hpp"
#include "base/time.hpp"
#include "modules/identity/rules.hpp"
#include "modules/identity/throttle.hpp"
#include "modules/identity/verbs.hpp"
#include "platform/audit/audit.hpp"

namespace yuanliu::identity {
namespace {

// Six digits could be tried out against a plain digest in no time; this one needs the server's key.
std::string code_hash_of(const Rx& rx, std::string_view purpose, const Blind& target, std::string_view code) {
    return rx.blind("identity.code", fmt::format("{}:{}:{}", purpose, target.value, code)).value;
}

std::string six_digits(Env& env) {
    constexpr std::uint32_t codes = 1'000'000,
                            fair = UINT32_MAX / codes * codes;  // beyond it some codes would be likelier
    for (;;) {
        std::uint32_t number = 0;
        env.random({reinterpret_cast<unsigned char*>(&number), sizeof number});
        if (number < fair) return fmt::format("{:06}", number % codes);
    }
}

// Whom a code goes to.
struct Target {
    Channel channel;
    std::string address;
    Blind blind;
};
Target target_of(const Rx& rx, const std::optional<Phone>& phone, const std::optional<Email>& email) {
    if (phone.has_value() == email.has_value()) throw invalid("identity.phone_or_email");
    if (phone) return {Channel::sms, phone->value, phone_blind(rx, *phone)};
    return {Channel::email, email->value, email_blind(rx, *email)};
}

}  // namespace

std::string issue_code(Tx& tx, std::string_view purpose, const Blind& target) {
    tx.exec("UPDATE identity_one_time_code SET used_at = ? WHERE target_blind = ? AND purpose = ? AND used_at IS NULL",
            tx.now(), target, purpose);
    auto code = six_digits(tx.env());
    OneTimeCode row;
    row.purpose = purpose;
    row.target_blind = target;
    row.code_hash = code_hash_of(tx, purpose, target, code);
    row.created_at = tx.now();
    row.expires_at = {tx.now().ms + code_minutes * minute_ms};
    tx.append(row);
    return code;
}

bool spend_code(Tx& tx, std::string_view purpose, const Blind& target, std::string_view code) {
    auto row = tx.find_lock<OneTimeCode>(
        "WHERE target_blind = ? AND purpose = ? AND used_at IS NULL AND expires_at > ? AND tries < ?"
        " ORDER BY id DESC LIMIT 1",
        target, purpose, tx.now(), code_tries_max);
    if (!row) return false;
    ++row->tries;
    const bool right = constant_time_equal(row->code_hash, code_hash_of(tx, purpose, target, code));
    if (right) row->used_at = tx.now();
    tx.update(*row);
    return right;
}

CodeSent request_code(Tx& tx, const Actor& actor, const CodeRequest& in) {
    const auto target = target_of(tx, in.phone, in.email);
    spend(tx, throttles::code_address, line_of(actor.ip));
    spend(tx, throttles::code_pause, target.blind);
    spend(tx, throttles::code_target, target.blind);
    // A stranger gets one, too: by proving that the number or address is his he opens an account. The same rows and the
    // same answer for a disabled customer; only nothing is sent.
    const auto code = issue_code(tx, purpose_login, target.blind);
    if (may_come_in(tx, in.phone, in.email)) tx.part<CodeSender>().send(tx, target.channel, target.address, code);
    return {code_minutes * 60};
}

LoggedIn login_by_code(Database& db, const Actor& actor, const CodeLogin& in) {
    constexpr std::string_view action = "identity.login.code.create";
    auto out = db.write([&](Tx& tx) -> std::optional<LoggedIn> {
        const auto target = target_of(tx, in.phone, in.email);
        const auto address = line_of(actor.ip);
        spend(tx, throttles::code_try, address);
        const bool right = spend_code(tx, purpose_login, target.blind, in.code);
        if (!right || !may_come_in(tx, in.phone, in.email)) {
            audit::refusal(tx, actor, action, "identity.bad_code");
            return {};
        }
        give_back(tx, throttles::code_try, address);
        User known = tx.lock(ensure_customer(tx, "", in.phone, in.email, {}));
        known.last_login_at = tx.now();
        known = tx.update(std::move(known));
        auto tokens = open_session(tx, known, actor);
        audit::record(tx, acting_as(actor, known), action);
        return tokens;
    });
    if (!out) throw unauthenticated("identity.bad_code");
    return std::move(*out);
}

}  // namespace yuanliu::identity
