// Customers and agents as other modules meet them, and the first administrator.
#include "base/base64.hpp"
#include "base/email.hpp"
#include "base/password.hpp"
#include "base/text.hpp"
#include "modules/identity/keys.hpp"
#include "modules/identity/rules.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::identity {
namespace {

constexpr std::size_t name_max = 80;

std::optional<Id<User>> by_phone(Rx& rx, const Phone& phone) {
    return rx.maybe<Id<User>>("SELECT id FROM identity_user WHERE phone_blind = ? AND user_type = 2",
                              phone_blind(rx, phone));
}
std::optional<Id<User>> by_email(Rx& rx, const Email& email) {
    return rx.maybe<Id<User>>(
        "SELECT id FROM identity_user WHERE email_blind = ? AND user_type = 2 AND email_identifies",
        email_blind(rx, email));
}

User one_active(Rx& rx, Id<User> id, UserType type) {
    return rx.one<User>("WHERE id = ? AND user_type = ? AND active", id, type);
}

}  // namespace

Blind email_blind(const Rx& rx, const Email& email) { return rx.blind("identity.email", email_key(email)); }
Blind phone_blind(const Rx& rx, const Phone& phone) { return rx.blind("identity.phone", phone); }

bool may_come_in(Rx& rx, const std::optional<Phone>& phone, const std::optional<Email>& email) {
    std::optional<Id<User>> id;
    if (phone) id = by_phone(rx, *phone);
    if (!id && email) id = by_email(rx, *email);
    return !id || rx.exists<User>("id = ? AND active", *id);
}

Id<User> ensure_customer(Tx& tx, std::string_view name, const std::optional<Phone>& phone,
                         const std::optional<Email>& email, const std::optional<Text<1, 200>>& address) {
    if (!phone && !email) throw invalid("identity.phone_or_email_needed");
    // A disabled customer is still the same person.
    if (phone)
        if (auto id = by_phone(tx, *phone)) return *id;
    if (email)
        if (auto id = by_email(tx, *email)) return *id;
    User user;
    user.username = "c" + hex_encode(random_bytes(tx.env(), 8));
    user.username_key = user.username.value;
    user.name = clip(trim(name), name_max);
    if (phone) user.phone = *phone, user.phone_blind = phone_blind(tx, *phone);
    if (email) user.email = *email, user.email_blind = email_blind(tx, *email);
    user.email_identifies = email && !phone;
    if (address) user.address = *address;
    user.created_at = user.updated_at = tx.now();
    user = tx.insert(std::move(user));
    events::emit(tx, UserCreated{user.id, user.user_type}, "user:" + std::to_string(user.id.value));
    return user.id;
}

void complete_customer(Tx& tx, Id<User> id, std::string_view name, const std::optional<Text<1, 200>>& address) {
    User user = tx.lock(id);
    const bool named = user.name.empty() && !trim(name).empty(), housed = !user.address && address;
    if (!named && !housed) return;
    if (named) user.name = clip(trim(name), name_max);
    if (housed) user.address = *address;
    user.updated_at = tx.now();
    user = tx.update(std::move(user));
    events::emit(tx, UserChanged{user.id, user.user_type}, "user:" + std::to_string(user.id.value));
}

std::optional<Standing> standing_of(Rx& rx, Id<User> id) {
    return rx.find<Standing>("SELECT user_type, active, territories FROM identity_user WHERE id = ?", id);
}
User one_customer(Rx& rx, Id<User> id) { return one_active(rx, id, UserType::customer); }
User one_agent(Rx& rx, Id<User> id) { return one_active(rx, id, UserType::agent); }

std::vector<Id<User>> customers_of(Rx& rx, const std::optional<Phone>& phone, const std::optional<Email>& email) {
    std::vector<Id<User>> out;
    if (phone)
        out = rx.values<Id<User>>("SELECT id FROM identity_user WHERE phone_blind = ? AND user_type = 2",
                                  phone_blind(rx, *phone));
    if (email)
        for (auto id : rx.values<Id<User>>(
                 "SELECT id FROM identity_user WHERE email_blind = ? AND user_type = 2 ORDER BY id LIMIT 100",
                 email_blind(rx, *email)))
            if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
    std::sort(out.begin(), out.end());
    return out;
}

bool has_admin(Rx& rx) { return rx.exists<User>("user_type = ? AND active", UserType::administrator); }

Id<User> create_admin(Tx& tx, std::string_view username, std::string_view password) {
    UserNew in;
    in.username = trim(username);
    in.user_type = UserType::administrator;
    check_new_password("password", password, in.username);
    return add_user(tx, in, hash_password(password, tx.env())).id;
}

LoggedIn create_first_admin(Database& db, const Actor& actor, const FirstAdmin& admin,
                            const std::function<void(Tx&, const Actor& self)>& also) {
    UserNew in;
    in.username = admin.username;
    in.name = admin.name;
    in.user_type = UserType::administrator;
    check_new_password("password", admin.password, admin.username);
    const auto hash = db.parts().get<IdentityDirectory>().passwords().hash(admin.password);
    return db.write([&](Tx& tx) {
        // Of two at once the second finds the first one's row: SQLite has one writer, PostgreSQL is serializable.
        if (has_admin(tx)) throw conflict("identity.administrator_exists");
        User user = add_user(tx, in, hash);
        auto out = open_session(tx, user, actor);
        tx.subject("identity_user", user.id.value);
        also(tx, acting_as(actor, user));
        return out;
    });
}

}  // namespace yuanliu::identity
