// Repairs by number, or by the beginning of the unit's code.
#include <charconv>

#include "base/unit_code.hpp"
#include "modules/repair/repair.hpp"
#include "platform/search/finders.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::repair {
namespace {

struct Found {
    Id<Ticket> id;
    Code<1, 64> unit_code;
    State state = State::received;
    Text<1, 200> reason;
};
YL_RECORD(Found, "repair.found", id, unit_code, state, reason)

constexpr std::string_view tickets = "SELECT id, unit_code, state, reason FROM repair_ticket WHERE ";

// "12" or "#12"; 0 for anything else.
std::int64_t number_in(std::string_view text) {
    if (text.starts_with('#')) text.remove_prefix(1);
    std::int64_t number = 0;
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size() ? number : 0;
}

std::vector<Found> rows_for(Rx& rx, const Actor& actor, const search::Question& question) {
    std::string scope;
    if (actor.is(UserType::agent)) scope = " AND agent_id = ?";
    if (actor.is(UserType::customer)) scope = " AND customer_id = ?";
    auto ask = [&](std::string_view condition, std::string_view tail, const auto&... keys) {
        const std::string sql = std::string(tickets) + std::string(condition) + scope + std::string(tail);
        return scope.empty() ? rx.all<Found>(sql, keys...) : rx.all<Found>(sql, keys..., actor.user_id);
    };
    std::vector<Found> out;
    if (const auto number = number_in(question.text)) out = ask("id = ?", "", number);
    const search::Question code{canonical_code(question.text), question.limit};
    for (auto& row :
         ask("unit_code >= ? AND unit_code < ?", " ORDER BY unit_code, id DESC LIMIT " + std::to_string(question.limit),
             code.text, code.after()))
        if (int(out.size()) < question.limit && (out.empty() || out[0].id != row.id)) out.push_back(std::move(row));
    return out;
}

std::vector<search::Hit> find_tickets(Rx& rx, const Actor& actor, const search::Question& question) {
    if (!question.ascii()) return {};
    const auto& words = rx.part<Words>();
    std::vector<search::Hit> out;
    for (const auto& row : rows_for(rx, actor, question)) {
        const Word* state = words.find("choice.repair.state." + std::string(name_of(row.state)));
        out.push_back({"repair", row.id.value, "#" + std::to_string(row.id.value) + " " + row.unit_code.value,
                       (state ? state->in(actor.locale) : std::string(name_of(row.state))) + " · " + row.reason.value,
                       "/repairs/" + std::to_string(row.id.value)});
    }
    return out;
}

}  // namespace

void declare(search::Finders& finders) { finders.add("repair.read", &find_tickets); }

}  // namespace yuanliu::repair
