// Lists of people, roles and keys.
#include "base/mask.hpp"
#include "modules/identity/directory.hpp"
#include "modules/identity/identity.hpp"
#include "modules/identity/rules.hpp"
#include "modules/identity/verbs.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::identity {
namespace {

// A person as a list reads him, before his e-mail and phone are masked.
struct UserLine {
    Id<User> id;
    std::string username, name;
    std::optional<Sealed<Email>> email;
    std::optional<Sealed<Phone>> phone;
    UserType user_type = UserType::customer;
    std::optional<Id<Role>> role_id;
    std::vector<Text<1, 60>> territories;
    std::optional<RawJson> wechat_profile;
    bool active = true;
    Time created_at;
    std::optional<Time> last_login_at;
};
YL_RECORD(UserLine, "identity.user_line", id, username, name, email, phone, user_type, role_id, territories,
          wechat_profile, active, created_at, last_login_at)
constexpr const char* user_lines =
    "SELECT id, username, name, email, phone, user_type, role_id, territories, wechat_profile, active, created_at, "
    "last_login_at"
    " FROM identity_user";

// What decides what a person may do.
struct PowersLine {
    Id<User> id;
    UserType user_type = UserType::staff;
    std::optional<Id<Role>> role_id;
    std::optional<std::string> permissions;
};
YL_RECORD(PowersLine, "identity.powers_line", id, user_type, role_id, permissions)
constexpr const char* powers_lines =
    "SELECT u.id, u.user_type, u.role_id, r.permissions FROM identity_user u LEFT JOIN identity_role r"
    " ON r.id = u.role_id WHERE u.user_type IN (?, ?) AND u.active ORDER BY u.id";

std::optional<std::string> masked(const std::optional<Sealed<Email>>& email) {
    return email ? std::optional(mask_email(email->value)) : std::nullopt;
}
std::optional<std::string> masked(const std::optional<Sealed<Phone>>& phone) {
    return phone ? std::optional(mask_phone(phone->value)) : std::nullopt;
}

template <class Item, class Make>
Page<Item> map_page(Page<UserLine> lines, Make make) {
    Page<Item> out;
    out.info = std::move(lines.info);
    out.items.reserve(lines.items.size());
    for (auto& line : lines.items) out.items.push_back(make(line));
    return out;
}

std::string_view text_or_nothing(const std::optional<Text<0, 100>>& search) {
    return search ? std::string_view(*search) : "";
}

}  // namespace

Page<UserItem> users(Rx& rx, const Actor& actor, const UserFilter& filter, const PageQuery& page) {
    std::optional<std::int64_t> only;
    if (!sees_everybody(actor)) only = actor.user_id;
    std::optional<Blind> phone, email;
    if (filter.phone) phone = phone_blind(rx, *filter.phone);
    if (filter.email) email = email_blind(rx, *filter.email);
    auto lines =
        List(user_lines)
            .where("id = ?", only)
            .where("user_type = ?", filter.user_type)
            .where("active = ?", filter.active)
            .where("role_id = ?", filter.role_id)
            .where("phone_blind = ?", phone)
            .where("email_blind = ?", email)
            .search({"username", "name"}, text_or_nothing(filter.search))
            .sort({{"id", "id"}, {"username", "username"}, {"name", "name"}, {"created_at", "created_at"}}, "-id")
            .page<UserLine>(rx, page);
    return map_page<UserItem>(std::move(lines), [](const UserLine& u) {
        return UserItem{u.id,      u.username,    u.name,   masked(u.email), masked(u.phone), u.user_type,
                        u.role_id, u.territories, u.active, u.created_at,    u.last_login_at};
    });
}

Page<AgentItem> agents(Rx& rx, const Actor&, const AgentFilter& filter, const PageQuery& page) {
    auto lines = List(user_lines)
                     .always("user_type = 1 AND active")
                     .search({"username", "name"}, text_or_nothing(filter.search))
                     .sort({{"id", "id"}, {"username", "username"}, {"name", "name"}}, "id")
                     .page<UserLine>(rx, page);
    return map_page<AgentItem>(std::move(lines), [](const UserLine& u) {
        return AgentItem{u.id,        u.username,       masked(u.email), masked(u.phone),
                         u.user_type, u.wechat_profile, u.name,          u.territories};
    });
}

Page<Role> roles(Rx& rx, const Actor&, const PageQuery& page) {
    return List("SELECT id, name, permissions, created_at, updated_at FROM identity_role")
        .sort({{"id", "id"}, {"name", "name"}}, "id")
        .page<Role>(rx, page);
}

Page<ApiKeyItem> api_keys(Rx& rx, const Actor& actor, const PageQuery& page) {
    std::optional<std::int64_t> only;
    if (!is_administrator(actor)) only = actor.user_id;
    return List(
               "SELECT id, name, prefix, permissions, created_by, created_at, last_used_at, expires_at, revoked_at "
               "FROM identity_api_key")
        .where("created_by = ?", only)
        .sort({{"id", "id"}, {"name", "name"}}, "-id")
        .page<ApiKeyItem>(rx, page);
}

std::vector<Id<User>> staff_who_may(Rx& rx, std::string_view permission) {
    auto& directory = rx.part<IdentityDirectory>();
    std::vector<Id<User>> out;
    for (const auto& user : rx.all<PowersLine>(powers_lines, UserType::administrator, UserType::staff))
        if (directory.powers(user.user_type, user.role_id, user.permissions.value_or("[]"))->has(permission))
            out.push_back(user.id);
    return out;
}

}  // namespace yuanliu::identity
