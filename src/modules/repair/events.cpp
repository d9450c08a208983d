// What happens to a unit elsewhere ends its ticket: the bench must not wait for something that was scrapped.
#include "platform/events/events.hpp"

#include "modules/repair/rules.hpp"

namespace yuanliu::repair {
namespace {

void end_ticket(Tx& tx, const units::UnitMoved& moved, const events::Delivery& told) {
    using Unit = units::State;
    if (moved.to != Unit::scrapped && moved.to != Unit::replaced && moved.to != Unit::returned) return;
    auto ticket = tx.find_lock<Ticket>("WHERE unit_id = ? AND closed_at IS NULL", moved.unit_id);
    if (!ticket) return;
    auto unit = tx.find(moved.unit_id);
    if (!unit || unit->status == Unit::in_repair) return;
    // Told late: the unit may have come back since, and the ticket be of its new life. One from before must not live on
    // into it: whoever has the unit now has not asked for it.
    if (unit->status == Unit::activated && ticket->created_at > told.at) return;
    auto actor = Actor::of_system("repair");
    auto why = std::string("unit ") + std::string(name_of(moved.to));
    if (ticket->state == State::requested) {
        move(tx, actor, *ticket, State::cancelled, Happening::cancelled, why);
    } else if (unit->status == Unit::replaced) {
        ticket->replaced_by = unit->replaced_by;
        move(tx, actor, *ticket, State::replaced, Happening::replaced, why);
    } else {
        move(tx, actor, *ticket, State::rejected, Happening::rejected, why);
    }
    tx.update(std::move(*ticket));
}

}  // namespace

void declare(events::Bus& bus) { bus.on<units::UnitMoved>(&end_ticket); }

}  // namespace yuanliu::repair
