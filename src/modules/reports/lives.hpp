// Lives that units began with an owner: added up, and come since.
#pragma once

#include "modules/reports/rules.hpp"

namespace yuanliu::reports {

struct Life {
    std::int64_t batch_id = 0;  // 0: no batch
    Date day;
    std::int64_t product_type_id = 0, agent_id = 0;  // 0: no agent
    std::int64_t units = 0;
};
YL_RECORD(Life, "reports_life", batch_id, day, product_type_id, agent_id, units)

struct LifeFilter {
    std::optional<Date> from, to;  // both included
    std::optional<Id<catalog::ProductType>> type;
    std::optional<Id<identity::User>> agent;
};
// Every life that fits; one batch, day, type and agent may come several times.
void each_life(Rx& rx, const LifeFilter& filter, const std::function<void(const Life&)>& on_life);
// A part of roll_up().
std::int64_t roll_up_lives(Tx& tx, std::int64_t entries_max);

}  // namespace yuanliu::reports
