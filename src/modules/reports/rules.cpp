#include "modules/reports/rules.hpp"

#include <cmath>

namespace yuanliu::reports {

std::optional<Id<identity::User>> agent_of(const Actor& actor, std::optional<Id<identity::User>> asked) {
    if (!actor.is(UserType::agent)) return asked;
    if (asked && asked->value != actor.user_id) throw not_found();
    return Id<identity::User>{actor.user_id};
}

void require_forwards(std::optional<Date> from, std::optional<Date> to) {
    static const Date first{0}, last{*days_from_civil(2999, 12, 31)};
    if (from && *from < first) throw invalid_field("from_date", "field.too_small", {{"min", format_date(first.days)}});
    if (to && *to > last) throw invalid_field("to_date", "field.too_large", {{"max", format_date(last.days)}});
    if (from && to && *to < *from) throw invalid_field("to_date", "reports.range_reversed");
}

std::optional<std::int64_t> Histogram::percentile(int percent) const {
    if (total_ == 0) return {};
    const auto rank = (total_ * percent + 99) / 100;
    std::int64_t seen = 0;
    for (std::size_t value = 0; value < counts_.size(); ++value)
        if ((seen += counts_[value]) >= rank) return std::int64_t(value);
    return {};
}

std::optional<double> share_of(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return {};
    return std::round(double(part) / double(whole) * 10000) / 10000;
}

Labels type_labels(Rx& rx) {
    Labels out;
    for (auto& type : rx.all<catalog::ProductType>("ORDER BY id"))
        out.emplace(type.id.value, std::move(type.name.value));
    return out;
}

namespace {
struct UserName {
    Id<identity::User> id;
    std::string username, name;
};
YL_RECORD(UserName, "reports.user_name", id, username, name)
}  // namespace

Labels user_labels(Rx& rx, UserType type) {
    Labels out;
    for (auto& user : rx.all<UserName>("SELECT id, username, name FROM identity_user_name WHERE user_type = ?", type))
        out.emplace(user.id.value, user.name.empty() ? user.username : user.name);
    return out;
}

std::optional<std::string> label_of(const Labels& labels, std::optional<std::int64_t> id) {
    if (!id) return {};
    auto found = labels.find(*id);
    return found == labels.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace yuanliu::reports
