// From the clock to the queue: which runs are due, what the policies say about them, and the ledger of what became of
// each.
//
// A run is entered in the ledger, its job added and last_nominal moved in one transaction, so neither a restart nor a
// change of leader loses or doubles a run. A clock set back runs nothing a second time: last_nominal only grows.
#pragma once

#include "platform/db/db.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu::jobs {

// Enters the schedules this program declares. Where an operator has changed the cron expression or its zone, his stay.
void store_schedules(Tx& tx, const Registry& registry);

// Schedules with runs due, or with runs that wait for an earlier one to finish.
std::vector<Id<Schedule>> due_schedules(Rx& rx);
// Deals with all of them that are due now. The caller has made sure it is the leader.
void fire(Tx& tx, Id<Schedule> id);

// Enters a run asked for by hand and its job. Throws conflict `jobs.schedule_busy`.
Id<Job> start_by_hand(Tx& tx, const Schedule& schedule, std::int64_t creator_id);

// From now on: what fell due before is not made up for.
void restart(Tx& tx, Schedule& schedule);

}  // namespace yuanliu::jobs
