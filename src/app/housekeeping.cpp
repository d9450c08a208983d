#include "app/housekeeping.hpp"

#include "base/time.hpp"
#include "modules/identity/identity.hpp"
#include "modules/notices/notices.hpp"
#include "modules/units/units.hpp"
#include "platform/api/idempotency.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::app {

void declare_housekeeping(jobs::Registry& registry) {
    registry.on<jobs::Nothing>("app.housekeeping", [](jobs::Context& context, const jobs::Nothing&) {
        jobs::Counts counts;
        counts.done += context.write([](Tx& tx) { return Idempotency::prune(tx); });
        context.check();
        counts.done += context.write([](Tx& tx) { return identity::purge(tx); });
        context.check();
        counts.done += context.write([](Tx& tx) { return events::prune(tx); });
        context.check();
        counts.done += context.write([](Tx& tx) { return notices::prune(tx); });
        while (const auto rows = context.write([](Tx& tx) { return units::prune_scans(tx); })) {
            counts.done += rows;
            context.check();
        }
        counts.seen = counts.done;
        context.counts(counts);
    });
    registry.schedule("app.housekeeping", "20 4 * * *", "app.housekeeping", jobs::Nothing{});
}

}  // namespace yuanliu::app
