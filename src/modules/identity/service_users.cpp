// People: adding, changing, disabling, and who may do it to whom.
#include <fmt/format.h>

#include <set>

#include "base/password.hpp"
#include "base/region.hpp"
#include "base/text.hpp"
#include "modules/identity/rules.hpp"
#include "modules/identity/throttle.hpp"
#include "modules/identity/verbs.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::identity {
namespace {

constexpr std::string_view write_users = "identity.write_users";
constexpr std::size_t territories_max = 200;

std::string aggregate_of(const User& user) { return "user:" + std::to_string(user.id.value); }

template <class T>
std::optional<std::string> plain(const std::optional<Sealed<T>>& sealed) {
    return sealed ? std::optional(sealed->value.value) : std::nullopt;
}

// The row, held, if the caller may know of it.
User lock_known(Tx& tx, const Actor& actor, Id<User> id) {
    return tx.lock<User>("WHERE id = ? AND (? OR id = ?)", id, sees_everybody(actor), actor.user_id);
}

void set_username(Rx& rx, User& user, const Text<1, 64>& username) {
    user.username = username;
    user.username_key = lower_ascii(username);
    if (rx.exists<User>("username_key = ? AND id <> ?", user.username_key, user.id))
        throw invalid_field("username", "identity.username_taken");
}

// Who writes here is known to us, so an e-mail address that he gives does stand for the person.
void set_contacts(Rx& rx, User& user, const std::optional<Phone>& phone, const std::optional<Email>& email) {
    if (phone) user.phone = *phone, user.phone_blind = phone_blind(rx, *phone);
    if (email) user.email = *email, user.email_blind = email_blind(rx, *email), user.email_identifies = true;
}

void set_territories(User& user, const std::vector<Text<1, 60>>& territories) {
    if (territories.size() > territories_max)
        throw invalid_field("territories", "field.too_many", {{"max", std::to_string(territories_max)}});
    for (std::size_t i = 0; i < territories.size(); ++i)
        if (!territory_of(territories[i].value))
            throw invalid_field(fmt::format("territories[{}]", i), "identity.territory_unknown",
                                {{"territory", territories[i].value}});
    std::set<Text<1, 60>> unique(territories.begin(), territories.end());
    user.territories.assign(unique.begin(), unique.end());
}

// What must hold of every person, however he came to be.
void check_whole(Rx& rx, const User& user) {
    if (user.role_id && user.user_type != UserType::staff) throw invalid_field("role_id", "identity.role_for_staff");
    if (user.role_id && !rx.exists<Role>("id = ?", *user.role_id))
        throw invalid_field("role_id", "identity.role_unknown");
    if (!user.territories.empty() && user.user_type != UserType::agent)
        throw invalid_field("territories", "identity.territories_for_agents");
    if (user.user_type != UserType::customer) return;
    if (user.phone_blind &&
        rx.exists<User>("phone_blind = ? AND user_type = 2 AND id <> ?", *user.phone_blind, user.id))
        throw invalid_field("phone", "identity.phone_taken");
    if (user.email_blind && user.email_identifies &&
        rx.exists<User>("email_blind = ? AND user_type = 2 AND email_identifies AND id <> ?", *user.email_blind,
                        user.id))
        throw invalid_field("email", "identity.email_taken");
}

// The caller may make, or lay hands on, a person with this type and role. Agents and customers reach only what is
// theirs, so who manages people may manage them.
void require_over(Rx& rx, const Actor& actor, UserType type, const std::optional<Id<Role>>& role) {
    if (is_administrator(actor)) return;
    if (type == UserType::administrator) throw forbidden("identity.only_administrators");
    if (type == UserType::staff) require_covers(actor, *rx.part<IdentityDirectory>().powers_of(rx, type, role));
}

bool touches_contacts(const UserChange& in) {
    if (in.email || in.phone) return true;
    return in.clear && std::any_of(in.clear->begin(), in.clear->end(),
                                   [](Clearable c) { return c == Clearable::email || c == Clearable::phone; });
}

// What a person may change about himself without managing others.
void require_own_change(const Actor& actor, const User& user, const UserChange& in) {
    if (user.id.value != actor.user_id) throw forbidden();
    require_person(actor);
    const bool clears_role =
        in.clear && std::find(in.clear->begin(), in.clear->end(), Clearable::role_id) != in.clear->end();
    if (in.username || in.user_type || in.role_id || in.territories || in.active || in.password || clears_role)
        throw forbidden();
    // A customer is found by them; he would have to prove the new ones first.
    if (user.user_type == UserType::customer && touches_contacts(in)) throw forbidden("identity.contacts_by_staff");
}

// Proves that the caller is still the person who logged in. Its tries are few from all addresses together: who has
// stolen a log-in may come from many, and nobody else can use them up.
void confirm_password(Database& db, const Actor& actor, std::string_view password) {
    auto& passwords = db.parts().get<IdentityDirectory>().passwords();
    const auto user = db.write([&](Tx& tx) {
        auto row = tx.one(Id<User>{actor.user_id});
        spend(tx, throttles::confirm, row.username_key);
        return row;
    });
    if (!passwords.verify(user.password_hash, password))
        throw invalid_field("current_password", "identity.wrong_password");
    db.write([&](Tx& tx) { forget(tx, throttles::confirm, user.username_key); });
}

void clear_fields(User& user, const std::vector<Clearable>& fields) {
    for (auto field : fields) switch (field) {
            case Clearable::email: user.email.reset(), user.email_blind.reset(), user.email_identifies = false; break;
            case Clearable::phone: user.phone.reset(), user.phone_blind.reset(); break;
            case Clearable::address: user.address.reset(); break;
            case Clearable::role_id: user.role_id.reset(); break;
        }
}

void apply(Rx& rx, User& user, const UserChange& in) {
    if (in.user_type && *in.user_type != user.user_type) {
        user.user_type = *in.user_type;
        user.role_id.reset();
        user.territories.clear();
    }
    if (in.clear) clear_fields(user, *in.clear);
    if (in.username) set_username(rx, user, *in.username);
    if (in.name) user.name = *in.name;
    if (in.address) user.address = *in.address;
    set_contacts(rx, user, in.phone, in.email);
    if (in.role_id) user.role_id = *in.role_id;
    if (in.territories) set_territories(user, *in.territories);
    if (in.active) user.active = *in.active;
    check_whole(rx, user);
}

// Serializable transactions: of two that would leave nobody, one is run again and sees it.
void check_administrator_left(Rx& rx, const User& user) {
    if (!rx.exists<User>("user_type = ? AND active AND id <> ?", UserType::administrator, user.id))
        throw conflict("identity.last_administrator");
}

User change_row(Tx& tx, const Actor& actor, Id<User> id, const UserChange& in,
                const std::optional<std::string>& password_hash) {
    const User before = lock_known(tx, actor, id);
    if (actor.may(write_users))
        require_over(tx, actor, before.user_type, before.role_id);
    else
        require_own_change(actor, before, in);
    User user = before;
    apply(tx, user, in);
    const bool powers_changed = user.user_type != before.user_type || user.role_id != before.role_id;
    if (powers_changed) require_over(tx, actor, user.user_type, user.role_id);
    if (password_hash) {
        check_new_password("password", in.password->value, user.username);
        user.password_hash = *password_hash;
        user.password_changed_at = tx.now();
    }
    const bool was_administrator = before.active && before.user_type == UserType::administrator;
    if (was_administrator && (!user.active || user.user_type != UserType::administrator))
        check_administrator_left(tx, user);
    user.updated_at = tx.now();
    user = tx.update(std::move(user));
    events::emit(tx, UserChanged{user.id, user.user_type}, aggregate_of(user));
    if (!before.active && user.active) events::emit(tx, UserEnabled{user.id, user.user_type}, aggregate_of(user));
    if (before.active && !user.active) {
        end_sessions(tx, id, SessionEnd::disabled);
        events::emit(tx, UserDisabled{user.id, user.user_type}, aggregate_of(user));
    } else if (password_hash) {
        end_sessions(tx, id, SessionEnd::password_changed);
    } else if (powers_changed) {
        end_sessions(tx, id, SessionEnd::role_changed);
    }
    return user;
}

UserView view_for(Rx& rx, const Actor& actor, const User& user) {
    return user.id.value == actor.user_id ? own_view_of(rx, user) : view_of(user);
}

}  // namespace

bool sees_everybody(const Actor& actor) {
    return actor.system || actor.is(UserType::administrator) || actor.is(UserType::staff);
}
bool is_administrator(const Actor& actor) { return actor.system || actor.is(UserType::administrator); }

void require_covers(const Actor& actor, const Permissions& powers) {
    bool all = is_administrator(actor);
    if (!all && !powers.all)
        all = std::all_of(powers.names.begin(), powers.names.end(), [&](auto& name) { return actor.may(name); });
    if (!all) throw forbidden("identity.more_than_own");
}
void require_person(const Actor& actor) {
    if (actor.session.empty()) throw forbidden("identity.person_needed");
}

void check_new_password(std::string_view field, std::string_view password, std::string_view username) {
    if (auto problem = password_problem(password, username))
        throw invalid_field(std::string(field), std::string(*problem));
}

UserView view_of(const User& user) {
    UserView out;
    out.id = user.id;
    out.username = user.username.value, out.name = user.name.value;
    out.email = plain(user.email), out.phone = plain(user.phone), out.address = plain(user.address);
    out.user_type = user.user_type, out.role_id = user.role_id;
    out.territories = user.territories, out.wechat_profile = user.wechat_profile;
    out.active = user.active;
    out.created_at = user.created_at, out.updated_at = user.updated_at, out.last_login_at = user.last_login_at;
    return out;
}

UserView own_view_of(Rx& rx, const User& user) {
    auto out = view_of(user);
    auto& directory = rx.part<IdentityDirectory>();
    const auto powers = directory.powers_of(rx, user.user_type, user.role_id);
    out.permissions.emplace();
    for (const auto& permission : directory.declared())
        if (powers->has(permission.name)) out.permissions->push_back(permission.name);
    return out;
}

User add_user(Tx& tx, const UserNew& in, std::optional<std::string> password_hash) {
    User user;
    set_username(tx, user, in.username);
    if (in.name) user.name = *in.name;
    set_contacts(tx, user, in.phone, in.email);
    if (in.address) user.address = *in.address;
    user.user_type = in.user_type;
    user.role_id = in.role_id;
    if (in.territories) set_territories(user, *in.territories);
    check_whole(tx, user);
    user.created_at = user.updated_at = tx.now();
    if (password_hash) user.password_hash = std::move(password_hash), user.password_changed_at = tx.now();
    user = tx.insert(std::move(user));
    events::emit(tx, UserCreated{user.id, user.user_type}, aggregate_of(user));
    return user;
}

UserView me(Rx& rx, const Actor& actor) { return own_view_of(rx, rx.one(Id<User>{actor.user_id})); }

UserView view_user(Rx& rx, const Actor& actor, Id<User> id) {
    return view_for(rx, actor,
                    rx.one<User>("WHERE id = ? AND (? OR id = ?)", id, sees_everybody(actor), actor.user_id));
}

UserView create_user(const Work& work, const Actor& actor, const UserNew& in) {
    // Only customers may do without: a code lets them in.
    if (!in.password && in.user_type != UserType::customer) throw invalid_field("password", "field.required");
    std::optional<std::string> hash;
    if (in.password) {
        check_new_password("password", *in.password, in.username);
        hash = work.database().parts().get<IdentityDirectory>().passwords().hash(*in.password);
    }
    return work.write([&](Tx& tx) {
        const auto user = add_user(tx, in, hash);
        require_over(tx, actor, user.user_type, user.role_id);
        return view_of(user);
    });
}

UserView change_user(const Work& work, const Actor& actor, Id<User> id, const UserChange& in) {
    const bool own = id.value == actor.user_id;
    std::optional<std::string> hash;
    if (in.password && actor.may(write_users)) {
        if (own) throw invalid_field("password", "identity.own_password");
        check_new_password("password", *in.password, in.username ? std::string_view(*in.username) : "");
        hash = work.database().parts().get<IdentityDirectory>().passwords().hash(*in.password);
    }
    if (own && touches_contacts(in)) {
        if (!in.current_password) throw invalid_field("current_password", "field.required");
        confirm_password(work.database(), actor, *in.current_password);
    }
    return work.write([&](Tx& tx) { return view_for(tx, actor, change_row(tx, actor, id, in, hash)); });
}

void change_own_password(const Work& work, const Actor& actor, const PasswordChange& in) {
    require_person(actor);
    check_new_password("new_password", in.new_password, actor.name);
    confirm_password(work.database(), actor, in.current_password);
    const auto hash = work.database().parts().get<IdentityDirectory>().passwords().hash(in.new_password);
    work.write([&](Tx& tx) {
        User user = tx.lock(Id<User>{actor.user_id});
        user.password_hash = hash;
        user.password_changed_at = user.updated_at = tx.now();
        user = tx.update(std::move(user));
        end_sessions(tx, user.id, SessionEnd::password_changed);
        tx.subject("identity_user", user.id.value);
    });
}

}  // namespace yuanliu::identity
