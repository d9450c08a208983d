// The way of a ticket, step by step, and all of its rest at once.
#include "modules/repair/rules.hpp"

namespace yuanliu::repair {
namespace {

std::string_view text(const auto& note) { return note ? std::string_view(*note) : ""; }

TicketView stored(Tx& tx, const Actor& actor, Ticket&& ticket) {
    auto id = ticket.id;
    tx.update(std::move(ticket));
    tx.subject("repair_ticket", id.value);
    return view(tx, actor, id);
}

void require_agreed(const Ticket& ticket) {
    if (ticket.chargeable && !ticket.approved_at) throw conflict("repair.quote_not_approved");
}

void agree(Tx& tx, const Actor& actor, Ticket& ticket, std::string_view note) {
    if (ticket.chargeable && !ticket.quoted_at) throw conflict("repair.quote_needed");
    move(tx, actor, ticket, State::approved, Happening::approved, note);
    ticket.approved_at = tx.now();
    if (actor.signed_in()) ticket.approved_by = actor.user_id;
}

void begin(Tx& tx, const Actor& actor, Ticket& ticket, std::string_view note) {
    move(tx, actor, ticket, State::repairing, Happening::started, note);
    ticket.started_at = tx.now();
    bool works_here = actor.is(UserType::staff) || actor.is(UserType::administrator);
    if (!ticket.technician_id && works_here) ticket.technician_id = Id<identity::User>{actor.user_id};
}

void pass(Tx& tx, const Actor& actor, Ticket& ticket, std::string_view note) {
    move(tx, actor, ticket, State::tested, Happening::tested, note);
    ticket.finished_at = tx.now();
}

void hand_back(Tx& tx, const Actor& actor, Ticket& ticket, std::string_view note) {
    move(tx, actor, ticket, State::returned, Happening::returned, note);
    ticket.returned_at = tx.now();
    release_unit(tx, actor, ticket);
}

// What a repair cost when only the total is known counts as labour.
void set_total(Ticket& ticket, const Complete& input) {
    if (!input.cost) return;
    require_amount("cost", *input.cost);
    bool itemised = input.parts || input.labour || ticket.parts_cost.fen || ticket.labour.fen;
    if (!itemised) {
        ticket.labour = *input.cost - ticket.shipping;
        ticket.cost = *input.cost;
    }
    if (ticket.labour.fen < 0 || ticket.cost != *input.cost) throw invalid_field("cost", "repair.cost_differs");
}

}  // namespace

TicketView receive(Tx& tx, const Actor& actor, Id<Ticket> id, const Note& input) {
    Ticket ticket = locked(tx, actor, id);
    states.check(ticket.state, State::received);
    take_in(tx, ticket, tx.lock(ticket.unit_id));
    units::open_repair(tx, actor, ticket.unit_id, unit_detail(ticket));
    move(tx, actor, ticket, State::received, Happening::received, text(input.note));
    return stored(tx, actor, std::move(ticket));
}

TicketView diagnose(Tx& tx, const Actor& actor, Id<Ticket> id, const Diagnose& input) {
    Ticket ticket = locked(tx, actor, id);
    states.check(ticket.state, State::diagnosed);
    ticket.diagnosis = input.diagnosis.value;
    settle_charge(ticket, input.chargeable, input.charge_reason);
    set_technician(tx, ticket, input.technician_id);
    move(tx, actor, ticket, State::diagnosed, Happening::diagnosed, ticket.diagnosis);
    return stored(tx, actor, std::move(ticket));
}

TicketView offer(Tx& tx, const Actor& actor, Id<Ticket> id, const Offer& input) {
    Ticket ticket = locked(tx, actor, id);
    states.check(ticket.state, State::quoted);
    if (!ticket.chargeable) throw conflict("repair.nothing_to_quote");
    set_costs(tx, ticket, {input.parts, input.labour, input.shipping});
    auto quote = input.quote.value_or(ticket.cost);
    require_amount("quote", quote);
    ticket.quote = quote;
    ticket.quoted_at = tx.now();
    ticket.approved_at.reset(), ticket.approved_by.reset();
    move(tx, actor, ticket, State::quoted, Happening::quoted, text(input.note));
    return stored(tx, actor, std::move(ticket));
}

TicketView approve(Tx& tx, const Actor& actor, Id<Ticket> id, const Approve& input) {
    Ticket ticket = locked(tx, actor, id);
    states.check(ticket.state, State::approved);
    // Whether work that is free begins is ours to say, not the customer's.
    if (actor.is(UserType::customer) && ticket.state != State::quoted) throw conflict("repair.quote_needed");
    // He agrees to a sum, not to whatever it has become since he looked.
    if (actor.is(UserType::customer) && !input.quote) throw invalid_field("quote", "repair.quote_unnamed");
    if (input.quote && input.quote != ticket.quote) throw conflict("repair.quote_changed");
    agree(tx, actor, ticket, text(input.note));
    return stored(tx, actor, std::move(ticket));
}

TicketView start(Tx& tx, const Actor& actor, Id<Ticket> id, const Start& input) {
    Ticket ticket = locked(tx, actor, id);
    require_agreed(ticket);
    set_technician(tx, ticket, input.technician_id);
    begin(tx, actor, ticket, text(input.note));
    return stored(tx, actor, std::move(ticket));
}

TicketView test(Tx& tx, const Actor& actor, Id<Ticket> id, const Tested& input) {
    Ticket ticket = locked(tx, actor, id);
    states.check(ticket.state, State::tested);
    if (!input.passed) {
        noted(tx, actor, ticket, Happening::test_failed, text(input.note));
        ticket.updated_at = tx.now();
    } else {
        pass(tx, actor, ticket, text(input.note));
    }
    return stored(tx, actor, std::move(ticket));
}

TicketView give_back(Tx& tx, const Actor& actor, Id<Ticket> id, const Return& input) {
    Ticket ticket = locked(tx, actor, id);
    states.check(ticket.state, State::returned);
    if (input.result) ticket.result = *input.result;
    set_costs(tx, ticket, {{}, {}, input.shipping});
    hand_back(tx, actor, ticket, text(input.note));
    return stored(tx, actor, std::move(ticket));
}

TicketView replace(Tx& tx, const Actor& actor, Id<Ticket> id, const Replace& input) {
    Ticket ticket = locked(tx, actor, id);
    states.check(ticket.state, State::replaced);
    require_agreed(ticket);
    ticket.replaced_by = units::replace(tx, actor, ticket.unit_id, {input.new_qrcode_id, input.reason}).id;
    if (input.result) ticket.result = *input.result;
    move(tx, actor, ticket, State::replaced, Happening::replaced, input.reason);
    return stored(tx, actor, std::move(ticket));
}

TicketView reject(Tx& tx, const Actor& actor, Id<Ticket> id, const Refuse& input) {
    Ticket ticket = locked(tx, actor, id);
    move(tx, actor, ticket, State::rejected, Happening::rejected, input.reason);
    release_unit(tx, actor, ticket);
    return stored(tx, actor, std::move(ticket));
}

TicketView cancel(Tx& tx, const Actor& actor, Id<Ticket> id, const Note& input) {
    Ticket ticket = locked(tx, actor, id);
    move(tx, actor, ticket, State::cancelled, Happening::cancelled, text(input.note));
    release_unit(tx, actor, ticket);
    return stored(tx, actor, std::move(ticket));
}

TicketView complete(Tx& tx, const Actor& actor, Id<Ticket> id, const Complete& input) {
    Ticket ticket = locked(tx, actor, id);
    if (ticket.state == State::requested) states.check(ticket.state, State::returned);
    require_agreed(ticket);
    if (input.diagnosis) ticket.diagnosis = *input.diagnosis;
    if (input.result) ticket.result = *input.result;
    set_technician(tx, ticket, input.technician_id);
    set_costs(tx, ticket, {input.parts, input.labour, input.shipping});
    set_total(ticket, input);
    if (ticket.state == State::received)
        move(tx, actor, ticket, State::diagnosed, Happening::diagnosed, ticket.diagnosis);
    if (ticket.state == State::diagnosed || ticket.state == State::quoted) agree(tx, actor, ticket, "");
    if (ticket.state == State::approved) begin(tx, actor, ticket, "");
    if (ticket.state == State::repairing) pass(tx, actor, ticket, "");
    hand_back(tx, actor, ticket, "");
    return stored(tx, actor, std::move(ticket));
}

}  // namespace yuanliu::repair
