// Repairs, from request to return: all that other modules may call. Staff act on every ticket; a customer on those of
// his own units; an agent reads those of the units shipped to him. A ticket that is not the caller's is not_found.
#pragma once

#include "modules/repair/model.hpp"
#include "modules/units/units.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/db/invariant.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::events {
class Bus;
}

namespace yuanliu::search {
class Finders;
}
namespace yuanliu::imports {
class Targets;
}

namespace yuanliu::repair {

inline constexpr std::size_t parts_max = 100, photos_max = 9;  // of one ticket
// No single amount may be larger: sums of parts_max of them stay far from overflow.
inline constexpr Money amount_max{10'000'000'000};

// ---- a ticket ----

// Staff receive the unit at once; what a customer files is a request until staff receive it. Throws not_found for a
// unit that is unknown or not his, conflict `repair.already_open`, `repair.unit_not_in_use` for a unit nobody has
// activated or that is given up, invalid when not exactly one of code and id is given.
TicketView open(Tx& tx, const Actor& actor, const Open& input);
// Throws conflict `repair.closed` for a ticket at its end, `repair.not_now` naming what its state does not let change.
TicketView change(Tx& tx, const Actor& actor, Id<Ticket> id, const TicketChange& input);
// Removes a ticket opened by mistake: only requested or received, without parts or photos; conflict
// `repair.not_deletable`.
void remove(Tx& tx, const Actor& actor, Id<Ticket> id);

// Without what the repair costs us for those who have no repair.write.
TicketView view(Rx& rx, const Actor& actor, Id<Ticket> id);
Page<TicketItem> list(Rx& rx, const Actor& actor, const TicketFilter& filter, const PageQuery& page);
std::vector<EntryView> history(Rx& rx, const Actor& actor, Id<Ticket> id);

// ---- its way; each throws conflict `state.not_allowed` when the ticket is not where the step begins ----

// The requested unit has arrived: the warranty verdict is given. Throws conflict `repair.unit_not_in_use`.
TicketView receive(Tx& tx, const Actor& actor, Id<Ticket> id, const Note& input);
// Throws invalid naming `charge_reason` when the customer pays in warranty, or does not pay out of it, without a
// reason.
TicketView diagnose(Tx& tx, const Actor& actor, Id<Ticket> id, const Diagnose& input);
// Says what the customer shall pay; may be repeated until work begins and takes an approval back. Throws conflict
// `repair.nothing_to_quote` when he pays nothing.
TicketView offer(Tx& tx, const Actor& actor, Id<Ticket> id, const Offer& input);
// By the customer for a quote; by staff on his behalf, or for a repair that is free of charge. Throws conflict
// `repair.quote_needed`, `repair.quote_changed` when the quote is not the one he saw; invalid naming `quote` when the
// customer does not say which one he saw.
TicketView approve(Tx& tx, const Actor& actor, Id<Ticket> id, const Approve& input);
// Throws conflict `repair.quote_not_approved` when the customer has come to have to pay since.
TicketView start(Tx& tx, const Actor& actor, Id<Ticket> id, const Start& input);
// Passed: tested. Failed: written down, the repair goes on.
TicketView test(Tx& tx, const Actor& actor, Id<Ticket> id, const Tested& input);
TicketView give_back(Tx& tx, const Actor& actor, Id<Ticket> id, const Return& input);
// Gives another unit in its place. Throws what units::replace throws, conflict `repair.quote_not_approved`.
TicketView replace(Tx& tx, const Actor& actor, Id<Ticket> id, const Replace& input);
// Not to be repaired: the unit goes back as it is.
TicketView reject(Tx& tx, const Actor& actor, Id<Ticket> id, const Refuse& input);
// The customer's or staff's withdrawal, before work begins.
TicketView cancel(Tx& tx, const Actor& actor, Id<Ticket> id, const Note& input);
// All that remains to the return, at once. Throws conflict `repair.quote_not_approved` when the customer has to pay and
// has not agreed, invalid naming `cost` when it is not the sum of what is said beside it.
TicketView complete(Tx& tx, const Actor& actor, Id<Ticket> id, const Complete& input);

// ---- photos ----

// Adds the uploaded pictures, all or none. Throws invalid `repair.no_photo`, conflict `repair.too_many_photos`,
// `repair.closed`, and what FileStore::store_from refuses. Blocks on the disk.
std::vector<PhotoView> add_photos(const Work& work, const Actor& actor, Id<Ticket> id, const Upload& upload);
Content photo(Rx& rx, const Actor& actor, Id<Ticket> id, Id<Photo> photo_id);

// ---- wiring ----

void routes(Routes& r);
// A unit that is scrapped, replaced or taken back elsewhere ends its ticket.
void declare(events::Bus& bus);
void declare(search::Finders& finders);
void declare(imports::Targets& targets);
std::vector<Invariant> invariants();

}  // namespace yuanliu::repair
