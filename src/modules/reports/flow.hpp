// Shipments and activations a day: what has been added up, and what has come since.
#pragma once

#include "modules/reports/rules.hpp"

namespace yuanliu::reports {

enum class Move { shipped, activated };
YL_ENUM(Move, shipped, activated)

struct Flow {
    Move kind = Move::shipped;
    Date day;
    std::int64_t product_type_id = 0, agent_id = 0;  // 0: no agent
    std::int64_t units = 0;
};
YL_RECORD(Flow, "reports_flow", kind, day, product_type_id, agent_id, units)

// Every flow of these days; one day, type and agent may come several times.
void each_flow(Rx& rx, const Range& days, std::optional<Id<catalog::ProductType>> type,
               std::optional<Id<identity::User>> agent, const std::function<void(const Flow&)>& on_flow);

// Up to where a sum goes. With "@lock" for who is about to move it.
std::int64_t mark(Rx& rx, std::string_view name, std::string_view lock = "");
void set_mark(Tx& tx, std::string_view name, std::int64_t upto);

// On PostgreSQL a transaction may commit rows with lower ids than others that are there already. After this time all of
// them have: no statement, and no idle transaction, is allowed to take so long.
inline constexpr std::int64_t settled_ms = 15 * minute_ms;

}  // namespace yuanliu::reports
