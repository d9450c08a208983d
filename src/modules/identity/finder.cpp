// People by user name, name, telephone number or e-mail address.
#include "base/email.hpp"
#include "base/mask.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "modules/identity/rules.hpp"
#include "platform/search/finders.hpp"

namespace yuanliu::identity {
namespace {

struct Person {
    Id<User> id;
    std::string username, name;
    std::optional<Sealed<Phone>> phone;
    UserType user_type = UserType::customer;
};
YL_RECORD(Person, "identity.person", id, username, name, phone, user_type)

constexpr std::string_view people = "SELECT id, username, name, phone, user_type FROM identity_user WHERE ";

// The few who work with the system are found by any part of their names, the many customers by the beginning: only
// that can be looked up among a million.
std::vector<Person> by_name(Rx& rx, const search::Question& question) {
    const std::int64_t limit = question.limit;
    auto part = "%";
    std::string pattern = part;
    for (const char c : question.text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    pattern += part;
    auto out = rx.all<Person>(std::string(people) +
                                  "user_type IN (0, 1, 3) AND (username @ilike ? ESCAPE '\\' OR name @ilike ? ESCAPE "
                                  "'\\') ORDER BY id LIMIT ?",
                              pattern, pattern, limit);
    auto add = [&](std::string_view condition, const std::string& from, const std::string& to) {
        const auto left = limit - std::int64_t(out.size());
        if (left <= 0) return;
        for (auto& person :
             rx.all<Person>(std::string(people) + "user_type = 2 AND " + std::string(condition), from, to, left))
            if (std::none_of(out.begin(), out.end(), [&](const Person& p) { return p.id == person.id; }))
                out.push_back(std::move(person));
    };
    const search::Question key{lower_ascii(question.text), question.limit};
    add("username_key >= ? AND username_key < ? ORDER BY username_key LIMIT ?", key.text, key.after());
    add("name >= ? AND name < ? ORDER BY name LIMIT ?", question.text, question.after());
    return out;
}

std::vector<Person> by_contact(Rx& rx, const search::Question& question) {
    const std::int64_t limit = question.limit;
    if (question.text.find('@') != std::string::npos) {
        const auto email = normalise_email(question.text);
        if (!email) return {};
        return rx.all<Person>(std::string(people) + "email_blind = ? ORDER BY id LIMIT ?",
                              email_blind(rx, Email(*email)), limit);
    }
    const auto phone = normalise_phone(question.text);
    if (!phone) return {};
    return rx.all<Person>(std::string(people) + "phone_blind = ? ORDER BY id LIMIT ?", phone_blind(rx, Phone(*phone)),
                          limit);
}

std::vector<search::Hit> find_people(Rx& rx, const Actor& actor, const search::Question& question) {
    if (!sees_everybody(actor)) return {};
    auto rows = by_contact(rx, question);
    if (rows.empty()) rows = by_name(rx, question);
    std::vector<search::Hit> out;
    for (const auto& row : rows) {
        const bool agent = row.user_type == UserType::agent, customer = row.user_type == UserType::customer;
        std::string subtitle = row.name.empty() ? "" : row.username;
        if (row.phone) subtitle += (subtitle.empty() ? "" : " · ") + mask_phone(row.phone->value);
        out.push_back({agent      ? "agent"
                       : customer ? "customer"
                                  : "user",
                       row.id.value, row.name.empty() ? row.username : row.name, std::move(subtitle),
                       (agent      ? "/agents/"
                        : customer ? "/customers/"
                                   : "/users/") +
                           std::to_string(row.id.value)});
    }
    return out;
}

}  // namespace

void declare(search::Finders& finders) { finders.add("identity.view_users", &find_people); }

}  // namespace yuanliu::identity
