// Reports on the product life cycle. Agents get their own figures only: to ask for another agent's is not_found.
//
// Ranges include both days and default to the last 30 days (12 weeks, 12 months). All throw invalid naming `to_date`
// for a range that runs backwards or has more rows than rows_max.
#pragma once

#include "modules/reports/model.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::jobs {
class Registry;
}

namespace yuanliu::reports {

inline constexpr std::size_t rows_max = 50'000;
inline constexpr std::size_t batches_max = 1'000;  // of reports by batch: the newest

Overview overview(Rx& rx, const Actor& actor, const OverviewQuery& query);
// Periods without any move are there, with zeros; types and agents without any are not.
std::vector<TrendRow> trend(Rx& rx, const Actor& actor, const TrendQuery& query);
// Of the units shipped in the range (all, when none is given), as they stand now.
std::vector<ActivationRow> activation(Rx& rx, const Actor& actor, const ActivationQuery& query);
// Where units were activated in the range (all, when none is given), and where that raised a diversion alert which
// nobody has dismissed; most first. Replacements do not count.
std::vector<TerritoryRow> territories(Rx& rx, const Actor& actor, const TerritoryQuery& query);
// Of the lives that units began with an owner in the range (all, when none is given), whatever became of them: one sold
// anew has begun another. A unit fails once a life, when it is received for repair.
std::vector<FailureRow> failures(Rx& rx, const Actor& actor, const FailureQuery& query);
std::vector<ReasonRow> reasons(Rx& rx, const Actor& actor, const ReasonQuery& query);
std::vector<TurnaroundRow> turnaround(Rx& rx, const Actor& actor, const TurnaroundQuery& query);

// Adds up the next entries of the timeline, and the next activations, that are old enough; returns how many it has
// read, 0 when there are no more. Reports are exact without it and quick with it. A job does it every ten minutes.
std::int64_t roll_up(Tx& tx, std::int64_t entries_max);

void routes(Routes& r);
void declare(jobs::Registry& jobs);

}  // namespace yuanliu::reports
