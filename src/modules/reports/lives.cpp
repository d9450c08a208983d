#include "modules/reports/lives.hpp"

#include <tuple>

#include "modules/reports/flow.hpp"

namespace yuanliu::reports {
namespace {

struct Beginning {
    std::int64_t id = 0;
    Time at;
    Date day;
    std::int64_t product_type_id = 0;
    std::optional<std::int64_t> agent_id, batch_id;
};
YL_RECORD(Beginning, "reports.beginning", id, at, day, product_type_id, agent_id, batch_id)
constexpr std::string_view beginnings =
    "SELECT id, at, day, product_type_id, agent_id, batch_id FROM units_report_life";

void narrow(Where& where, const LifeFilter& filter) {
    where.add("day >= ?", filter.from).add("day <= ?", filter.to);
    where.add("product_type_id = ?", filter.type).add("agent_id = ?", filter.agent);
}

}  // namespace

void each_life(Rx& rx, const LifeFilter& filter, const std::function<void(const Life&)>& on_life) {
    Where summed(rx, "0 = 0");
    narrow(summed, filter);
    walk<Life>(rx, "SELECT batch_id, day, product_type_id, agent_id, units FROM reports_life" + summed.text,
               summed.params, on_life);
    Where fresh(rx, "id > ?");
    fresh.params.integer(mark(rx, "life"));
    narrow(fresh, filter);
    walk<Beginning>(rx, std::string(beginnings) + fresh.text, fresh.params, [&](const Beginning& b) {
        on_life({b.batch_id.value_or(0), b.day, b.product_type_id, b.agent_id.value_or(0), 1});
    });
}

std::int64_t roll_up_lives(Tx& tx, std::int64_t entries_max) {
    auto upto = mark(tx, "life", "@lock");
    const Time settled{tx.now().ms - settled_ms};
    std::map<std::tuple<std::int64_t, Date, std::int64_t, std::int64_t>, std::int64_t> sums;
    std::int64_t read = 0;
    for (const auto& b :
         tx.all<Beginning>(std::string(beginnings) + " WHERE id > ? ORDER BY id LIMIT ?", upto, entries_max)) {
        if (b.at > settled) break;
        upto = b.id;
        ++read;
        ++sums[{b.batch_id.value_or(0), b.day, b.product_type_id, b.agent_id.value_or(0)}];
    }
    for (const auto& [key, units] : sums)
        tx.exec(
            "INSERT INTO reports_life (batch_id, day, product_type_id, agent_id, units) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (batch_id, day, product_type_id, agent_id) DO UPDATE SET units = reports_life.units + "
            "excluded.units",
            std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key), units);
    if (read > 0) set_mark(tx, "life", upto);
    return read;
}

}  // namespace yuanliu::reports
