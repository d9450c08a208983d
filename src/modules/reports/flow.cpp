#include "modules/reports/flow.hpp"

#include <set>
#include <tuple>

#include "modules/reports/lives.hpp"
#include "modules/units/units.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu::reports {
namespace {

// An entry of the timeline. Its agent is the one of the last shipping up to then: the unit may have gone to another
// since.
struct Entry {
    std::int64_t id = 0;
    std::string kind;
    Time at;
    Date day;
    std::int64_t product_type_id = 0;
    std::optional<std::int64_t> agent_id;
    std::optional<std::string> shipment;
};
YL_RECORD(Entry, "reports.entry", id, kind, at, day, product_type_id, agent_id, shipment)
constexpr std::string_view entries =
    "SELECT id, kind, at, day, product_type_id, agent_id, shipment FROM units_report_move";

struct ShippingDetail {
    std::int64_t shipment_id = 0, agent_id = 0;
};
YL_RECORD(ShippingDetail, "reports.shipping_detail", shipment_id, agent_id)

std::optional<Move> move_of(std::string_view kind) {
    if (kind == name_of(Move::shipped)) return Move::shipped;
    if (kind == name_of(Move::activated)) return Move::activated;
    return {};
}

std::int64_t agent_then(const Entry& entry) {
    if (!entry.shipment) return entry.agent_id.value_or(0);
    return from_json<ShippingDetail>(*entry.shipment).agent_id;
}

constexpr std::int64_t entries_a_step = 5000;  // some ten milliseconds: others get their turn in between

void roll_up_all(jobs::Context& context, const jobs::Nothing&) {
    std::int64_t done = 0;
    for (;;) {
        context.check();
        auto read = context.write([](Tx& tx) { return roll_up(tx, entries_a_step); });
        if (read == 0) return;
        context.progress(done += read, 0);
    }
}

}  // namespace

std::int64_t mark(Rx& rx, std::string_view name, std::string_view lock) {
    return rx.value<std::int64_t>("SELECT upto FROM reports_mark WHERE name = ? " + std::string(lock), name);
}

void set_mark(Tx& tx, std::string_view name, std::int64_t upto) {
    tx.exec("UPDATE reports_mark SET upto = ? WHERE name = ?", upto, name);
}

static std::int64_t roll_up_flow(Tx& tx, std::int64_t entries_max) {
    auto upto = mark(tx, "flow", "@lock");
    const Time settled{tx.now().ms - settled_ms};
    std::map<std::tuple<Move, Date, std::int64_t, std::int64_t>, std::int64_t> sums;
    std::int64_t read = 0;
    for (const auto& entry :
         tx.all<Entry>(std::string(entries) + " WHERE id > ? ORDER BY id LIMIT ?", upto, entries_max)) {
        if (entry.at > settled) break;
        upto = entry.id;
        ++read;
        if (auto kind = move_of(entry.kind)) ++sums[{*kind, entry.day, entry.product_type_id, agent_then(entry)}];
    }
    for (const auto& [key, units] : sums)
        tx.exec(
            "INSERT INTO reports_flow (kind, day, product_type_id, agent_id, units) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, day, product_type_id, agent_id) DO UPDATE SET units = reports_flow.units + "
            "excluded.units",
            std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key), units);
    if (read > 0) set_mark(tx, "flow", upto);
    return read;
}

std::int64_t roll_up(Tx& tx, std::int64_t entries_max) {
    return roll_up_flow(tx, entries_max) + roll_up_lives(tx, entries_max);
}

void each_flow(Rx& rx, const Range& days, std::optional<Id<catalog::ProductType>> type,
               std::optional<Id<identity::User>> agent, const std::function<void(const Flow&)>& on_flow) {
    Where summed(rx, "day >= ? AND day <= ?");
    detail::bind_one(summed.params, days.from), detail::bind_one(summed.params, days.to);
    summed.add("product_type_id = ?", type).add("agent_id = ?", agent);
    Flow flow;
    rx.query(
        record_of<Flow>(), "SELECT kind, day, product_type_id, agent_id, units FROM reports_flow" + summed.text,
        summed.params,
        [&](StatementRow& row) {
            row.load(record_of<Flow>(), &flow);
            on_flow(flow);
            return true;
        },
        Rx::Fetch::streamed);

    Where fresh(rx, "id > ? AND kind IN ('shipped', 'activated') AND day >= ? AND day <= ?");
    fresh.params.integer(mark(rx, "flow"));
    detail::bind_one(fresh.params, days.from), detail::bind_one(fresh.params, days.to);
    fresh.add("product_type_id = ?", type);
    rx.query(
        record_of<Entry>(), std::string(entries) + fresh.text, fresh.params,
        [&](StatementRow& row) {
            Entry entry;
            row.load(record_of<Entry>(), &entry);
            Flow one{*move_of(entry.kind), entry.day, entry.product_type_id, agent_then(entry), 1};
            if (!agent || agent->value == one.agent_id) on_flow(one);
            return true;
        },
        Rx::Fetch::streamed);
}

void declare(jobs::Registry& registry) {
    registry.on<jobs::Nothing>("reports.roll_up", &roll_up_all);
    registry.schedule<jobs::Nothing>("reports.roll_up", "*/10 * * * *", "reports.roll_up", {});
}

}  // namespace yuanliu::reports
