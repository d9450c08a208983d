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

}  // namespace yuanliu::reports
