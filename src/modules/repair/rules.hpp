// What the service files of this module share: the table of states, the way to a ticket, its costs.
#pragma once

#include "modules/repair/repair.hpp"
#include "platform/states/states.hpp"

namespace yuanliu::repair {

extern const StateTable<State> states;

bool closed(State state);

// The ticket, when it is this caller's to see. Throws not_found otherwise.
Ticket visible(Rx& rx, const Actor& actor, Id<Ticket> id);
// The same, locked; throws conflict `repair.closed` for a ticket at its end.
Ticket locked(Tx& tx, const Actor& actor, Id<Ticket> id);

void happened(Tx& tx, const Actor& actor, const Ticket& ticket, Happening kind, std::string_view note = "");
// The same for what is no move, told as an event.
void noted(Tx& tx, const Actor& actor, const Ticket& ticket, Happening kind, std::string_view note = "");
// Moves the ticket, which the caller stores; writes entry and event. Throws conflict `state.not_allowed`.
void move(Tx& tx, const Actor& actor, Ticket& ticket, State to, Happening kind, std::string_view note = "");
// The unit goes back to its owner, if it has been here.
void release_unit(Tx& tx, const Actor& actor, const Ticket& ticket);
// The unit is here: gives the verdict and writes down what it is and whose. Throws conflict `repair.unit_not_in_use`.
void take_in(Rx& rx, Ticket& ticket, const units::Unit& unit);
// What the unit's timeline says of the ticket.
std::string unit_detail(const Ticket& ticket);
void require_in_use(const units::Unit& unit);
// Who pays: as the verdict says, or otherwise for a reason. Throws invalid naming `charge_reason`.
void settle_charge(Ticket& ticket, std::optional<bool> chargeable, const std::optional<Text<0, 200>>& reason);

// Throws invalid naming `technician_id` unless the person is active staff or administrator.
void set_technician(Tx& tx, Ticket& ticket, std::optional<Id<identity::User>> technician);
// Throws invalid naming `field` for a negative amount or one beyond amount_max.
void require_amount(std::string_view field, Money amount);
// qty × price, half a fen rounded up. Throws invalid naming `field` beyond amount_max.
Money part_amount(std::string_view field, Qty qty, Money unit_price);
struct Costs {
    const std::optional<std::vector<PartInput>>& parts;
    const std::optional<Money>&labour, &shipping;
};
// Takes over what is given and sums up anew. Throws invalid naming the field.
void set_costs(Tx& tx, Ticket& ticket, const Costs& costs);

std::string aggregate(Id<Ticket> id);

}  // namespace yuanliu::repair
