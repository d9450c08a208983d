// Units by the beginning of their code.
#include "base/unit_code.hpp"
#include "modules/units/units.hpp"
#include "platform/search/finders.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::units {
namespace {

struct Found {
    Id<Unit> id;
    Code<1, 64> code;
    std::string type, model;
    State status = State::in_stock;
};
YL_RECORD(Found, "units.found", id, code, type, model, status)

std::vector<search::Hit> find_units(Rx& rx, const Actor& actor, const search::Question& question) {
    if (!question.ascii()) return {};
    // A whole code of ours may be typed with hyphens, in small letters, with O for 0.
    search::Question code{canonical_code(question.text), question.limit};
    std::string sql =
        "SELECT u.id AS id, u.code AS code, t.name AS type, t.model AS model, u.status AS status FROM units_unit u"
        " JOIN catalog_type_name t ON t.id = u.product_type_id WHERE u.code >= ? AND u.code < ?";
    constexpr std::string_view tail = " ORDER BY u.code LIMIT ?";
    std::vector<Found> rows;
    const std::int64_t limit = question.limit;
    // One branch a scope, so that each can be walked along its own index in order of code.
    if (actor.is(UserType::agent))
        rows = rx.all<Found>(sql.append(" AND u.agent_id = ?").append(tail), code.text, code.after(), actor.user_id,
                             limit);
    else if (actor.is(UserType::customer))
        rows = rx.all<Found>(sql.append(" AND u.customer_id = ?").append(tail), code.text, code.after(), actor.user_id,
                             limit);
    else
        rows = rx.all<Found>(sql.append(tail), code.text, code.after(), limit);
    const auto& words = rx.part<Words>();
    std::vector<search::Hit> out;
    for (const auto& row : rows) {
        const Word* status = words.find("choice.units.status." + std::string(name_of(row.status)));
        out.push_back({"unit", row.id.value, row.code.value,
                       row.type + " · " + (status ? status->in(actor.locale) : std::string(name_of(row.status))),
                       "/products/" + std::to_string(row.id.value)});
    }
    return out;
}

}  // namespace

void declare(search::Finders& finders) { finders.add("units.read", &find_units); }

}  // namespace yuanliu::units
