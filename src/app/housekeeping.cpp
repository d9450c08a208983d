#include "app/housekeeping.hpp"

#include "modules/identity/identity.hpp"
#include "modules/notices/notices.hpp"
#include "modules/units/units.hpp"
#include "platform/api/idempotency.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::app {
namespace {

// Each forgets some hundred rows at most, so that nobody waits long for the one writer, and nothing when it is done.
constexpr std::int64_t (*steps[])(Tx&) = {&Idempotency::prune, &identity::purge, &events::prune, &notices::prune,
                                          &units::prune_scans};

}  // namespace

void declare_housekeeping(jobs::Registry& registry) {
    registry.on<jobs::Nothing>("app.housekeeping", [](jobs::Context& context, const jobs::Nothing&) {
        jobs::Counts counts;
        for (const auto step : steps)
            while (const auto rows = context.write([&](Tx& tx) { return step(tx); })) {
                counts.seen = counts.done += rows;
                context.counts(counts);
                context.check();
            }
    });
    registry.schedule("app.housekeeping", "20 4 * * *", "app.housekeeping", jobs::Nothing{});
}

}  // namespace yuanliu::app
