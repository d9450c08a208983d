// A repair: a unit comes in, somebody says what is wrong and what it costs, it is mended and goes back.
#pragma once

#include "modules/units/model.hpp"
#include "platform/files/model.hpp"

namespace yuanliu::repair {

// requested: the customer asked, the unit is still with him. received to tested: the unit is here. The last four are
// ends.
enum class State {
    requested,
    received,
    diagnosed,
    quoted,
    approved,
    repairing,
    tested,
    returned,
    replaced,
    rejected,
    cancelled
};
YL_ENUM(State, requested, received, diagnosed, quoted, approved, repairing, tested, returned, replaced, rejected,
        cancelled)

enum class Origin { staff, customer };
YL_ENUM(Origin, staff, customer)

// ---- rows ----

// Whose unit it was, what it was and whether the warranty held are written down when the unit is received: a ticket
// tells what was true then, whatever becomes of the unit.
struct Ticket {
    Id<Ticket> id;
    Id<units::Unit> unit_id;
    Code<1, 64> unit_code;
    Id<catalog::ProductType> product_type_id;
    std::optional<Id<units::Batch>> batch_id;
    std::optional<Date> activated_on;  // of the business calendar
    std::optional<Id<identity::User>> agent_id, customer_id;
    State state = State::received;
    Origin origin = Origin::staff;
    std::optional<std::int64_t> opened_by;
    Date opened_on;
    Text<1, 200> reason;
    Prose<0, 2000> fault;  // in the customer's words
    Prose<0, 2000> diagnosis;
    std::optional<bool> in_warranty;   // the verdict at receipt, never changed; none while only requested
    std::optional<Date> warranty_end;  // as it stood at receipt
    bool chargeable = false;           // the customer pays; differs from the verdict only for a charge_reason
    Text<0, 200> charge_reason;        // human damage, goodwill …
    Money parts_cost, labour, shipping;
    Money cost;                  // the sum of these three: what the repair costs us
    std::optional<Money> quote;  // what the customer shall pay
    std::optional<Time> quoted_at, approved_at;
    std::optional<std::int64_t> approved_by;
    std::optional<Id<identity::User>> technician_id;
    Prose<0, 2000> result;
    std::optional<Sealed<Text<1, 60>>> contact_name;
    std::optional<Sealed<Phone>> contact_phone;
    std::optional<Sealed<Text<1, 200>>> contact_address;
    std::optional<Id<units::Unit>> replaced_by;
    std::optional<Time> received_at, started_at, finished_at, returned_at, closed_at;
    std::optional<Date> received_on, closed_on;
    Time created_at, updated_at;
};
YL_RECORD(Ticket, "repair_ticket", id, unit_id, unit_code, product_type_id, batch_id, activated_on, agent_id,
          customer_id, state, origin, opened_by, opened_on, reason, fault, diagnosis, in_warranty, warranty_end,
          chargeable, charge_reason, parts_cost, labour, shipping, cost, quote, quoted_at, approved_at, approved_by,
          technician_id, result, contact_name, contact_phone, contact_address, replaced_by, received_at, started_at,
          finished_at, returned_at, closed_at, received_on, closed_on, created_at, updated_at)

struct Part {
    Id<Part> id;
    Id<Ticket> ticket_id;
    Text<1, 80> name;
    Text<0, 60> part_number;
    Qty qty;
    Money unit_price, amount;  // amount: qty × unit_price, rounded half up
};
YL_RECORD(Part, "repair_part", id, ticket_id, name, part_number, qty, unit_price, amount)

enum class Happening {
    requested,
    received,
    edited,
    diagnosed,
    quoted,
    approved,
    started,
    test_failed,
    tested,
    returned,
    replaced,
    rejected,
    cancelled,
    photo_added
};
YL_ENUM(Happening, requested, received, edited, diagnosed, quoted, approved, started, test_failed, tested, returned,
        replaced, rejected, cancelled, photo_added)

// What happened to a ticket, in order; never changed.
struct Entry {
    Id<Entry> id;
    Id<Ticket> ticket_id;
    Happening kind = Happening::received;
    State state = State::received;  // after it
    Time at;
    std::optional<std::int64_t> actor_id;
    std::string actor_name;
    Prose<0, 2000> note;
};
YL_RECORD(Entry, "repair_entry", id, ticket_id, kind, state, at, actor_id, actor_name, note)

struct Photo {
    Id<Photo> id;
    Id<Ticket> ticket_id;
    Id<files::File> file_id;
    std::string name;
    std::optional<std::int64_t> created_by;
    Time created_at;
};
YL_RECORD(Photo, "repair_photo", id, ticket_id, file_id, name, created_by, created_at)

// ---- what callers see ----

// What a repair costs us is for those who repair: `unit_price`, `amount` and every other optional sum but the quote are
// null for agents and customers, and so is why somebody pays or does not.
struct PartView {
    std::string name, part_number;
    Qty qty;
    std::optional<Money> unit_price, amount;
};
YL_RECORD(PartView, "repair.part", name, part_number, qty, unit_price, amount)

struct PhotoView {
    Id<Photo> id;
    std::string name;
    Time created_at;
};
YL_RECORD(PhotoView, "repair.photo", id, name, created_at)

struct TicketView {
    Id<Ticket> id;
    Id<units::Unit> product_id;
    Code<1, 64> qrcode_id;
    Id<catalog::ProductType> product_type_id;
    std::string product_type, model;
    State state = State::received;
    Origin origin = Origin::staff;
    std::optional<Id<identity::User>> customer_id, agent_id;
    std::optional<std::string> agent;
    Text<1, 200> reason;
    Prose<0, 2000> fault, diagnosis;
    std::optional<bool> in_warranty;
    std::optional<Date> warranty_end;
    bool chargeable = false;
    std::optional<Text<0, 200>> charge_reason;
    std::vector<PartView> parts;
    std::optional<Money> parts_cost, labour, shipping, cost;
    std::optional<Money> quote;
    std::optional<Time> quoted_at, approved_at;
    std::optional<Id<identity::User>> technician_id;
    std::optional<std::string> technician;
    Prose<0, 2000> result;
    std::optional<std::string> contact_name, contact_phone, contact_address;
    std::optional<Id<units::Unit>> replaced_by;
    std::vector<PhotoView> photos;
    std::optional<Time> received_at, started_at, finished_at, returned_at, closed_at;
    Time created_at, updated_at;
};
YL_RECORD(TicketView, "repair.ticket", id, product_id, qrcode_id, product_type_id, product_type, model, state, origin,
          customer_id, agent_id, agent, reason, fault, diagnosis, in_warranty, warranty_end, chargeable, charge_reason,
          parts, parts_cost, labour, shipping, cost, quote, quoted_at, approved_at, technician_id, technician, result,
          contact_name, contact_phone, contact_address, replaced_by, photos, received_at, started_at, finished_at,
          returned_at, closed_at, created_at, updated_at)

// A ticket in a list; the contact is masked.
struct TicketItem {
    Id<Ticket> id;
    Id<units::Unit> product_id;
    Code<1, 64> qrcode_id;
    Id<catalog::ProductType> product_type_id;
    std::string product_type;
    State state = State::received;
    Origin origin = Origin::staff;
    std::optional<Id<identity::User>> customer_id, agent_id;
    std::optional<std::string> agent;
    Text<1, 200> reason;
    std::optional<bool> in_warranty;
    bool chargeable = false;
    std::optional<Money> quote;
    std::optional<Money> cost;  // as in TicketView
    std::optional<Id<identity::User>> technician_id;
    std::optional<std::string> technician, contact_name, contact_phone;
    std::optional<Time> received_at, closed_at;
    Time created_at;
};
YL_RECORD(TicketItem, "repair.ticket_item", id, product_id, qrcode_id, product_type_id, product_type, state, origin,
          customer_id, agent_id, agent, reason, in_warranty, chargeable, quote, cost, technician_id, technician,
          contact_name, contact_phone, received_at, closed_at, created_at)

struct TicketFilter {
    std::optional<State> state;
    std::optional<bool> open;  // not at an end yet
    std::optional<Code<1, 64>> qrcode_id;
    std::optional<Id<units::Unit>> product_id;
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Id<identity::User>> customer_id, agent_id, technician_id;
    std::optional<bool> in_warranty;
    std::optional<Date> from_date, to_date;  // of opening
    std::optional<Text<0, 80>> search;       // in code and reason
};
YL_RECORD(TicketFilter, "repair.ticket_filter", state, open, qrcode_id, product_id, product_type_id, customer_id,
          agent_id, technician_id, in_warranty, from_date, to_date, search)

struct EntryView {
    Id<Entry> id;
    Happening kind = Happening::received;
    State state = State::received;
    Time at;
    std::string actor_name;
    Prose<0, 2000> note;
};
YL_RECORD(EntryView, "repair.entry", id, kind, state, at, actor_name, note)

// ---- what callers send ----

// Exactly one of qrcode_id and product_id.
struct Open {
    std::optional<Text<1, 100>> qrcode_id;
    std::optional<Id<units::Unit>> product_id;
    Text<1, 200> reason;
    std::optional<Prose<0, 2000>> fault;
    std::optional<Text<1, 60>> contact_name;
    std::optional<Phone> contact_phone;
    std::optional<Text<1, 200>> contact_address;
    std::optional<Id<identity::User>> technician_id;
};
YL_RECORD(Open, "repair.open", qrcode_id, product_id, reason, fault, contact_name, contact_phone, contact_address,
          technician_id)

struct PartInput {
    Text<1, 80> name;
    std::optional<Text<0, 60>> part_number;
    Qty qty;
    Money unit_price;
};
YL_RECORD(PartInput, "repair.part_input", name, part_number, qty, unit_price)

// What is left out stays as it is; `parts` takes the place of all parts.
struct TicketChange {
    std::optional<Text<1, 200>> reason;
    std::optional<Prose<0, 2000>> fault, diagnosis;
    std::optional<bool> chargeable;
    std::optional<Text<0, 200>> charge_reason;
    std::optional<std::vector<PartInput>> parts;
    std::optional<Money> labour, shipping, quote;
    std::optional<Id<identity::User>> technician_id;
    std::optional<Prose<0, 2000>> result;
    std::optional<Text<1, 60>> contact_name;
    std::optional<Phone> contact_phone;
    std::optional<Text<1, 200>> contact_address;
};
YL_RECORD(TicketChange, "repair.ticket_change", reason, fault, diagnosis, chargeable, charge_reason, parts, labour,
          shipping, quote, technician_id, result, contact_name, contact_phone, contact_address)

struct Diagnose {
    Prose<1, 2000> diagnosis;
    std::optional<bool> chargeable;  // left out: as the warranty says
    std::optional<Text<0, 200>> charge_reason;
    std::optional<Id<identity::User>> technician_id;
};
YL_RECORD(Diagnose, "repair.diagnose", diagnosis, chargeable, charge_reason, technician_id)

struct Offer {
    std::optional<Money> quote;  // left out: the cost of parts, labour and shipping
    std::optional<std::vector<PartInput>> parts;
    std::optional<Money> labour, shipping;
    std::optional<Prose<0, 500>> note;
};
YL_RECORD(Offer, "repair.offer", quote, parts, labour, shipping, note)

struct Approve {
    std::optional<Money> quote;  // what the customer saw; refused when it is another one by now. Staff may leave it out
    std::optional<Prose<0, 500>> note;
};
YL_RECORD(Approve, "repair.approve", quote, note)

struct Start {
    std::optional<Id<identity::User>> technician_id;  // left out: the one named before, else the caller
    std::optional<Prose<0, 500>> note;
};
YL_RECORD(Start, "repair.start", technician_id, note)

struct Tested {
    bool passed = true;
    std::optional<Prose<0, 500>> note;
};
YL_RECORD(Tested, "repair.tested", passed, note)

struct Return {
    std::optional<Prose<0, 2000>> result;
    std::optional<Money> shipping;
    std::optional<Prose<0, 500>> note;  // how it goes back, a tracking number
};
YL_RECORD(Return, "repair.return", result, shipping, note)

struct Replace {
    Code<1, 64> new_qrcode_id;
    std::optional<Prose<0, 2000>> result;
    Text<1, 200> reason;
};
YL_RECORD(Replace, "repair.replace", new_qrcode_id, result, reason)

struct Refuse {
    Text<1, 200> reason;
};
YL_RECORD(Refuse, "repair.refuse", reason)

struct Note {
    std::optional<Prose<0, 500>> note;
};
YL_RECORD(Note, "repair.note", note)

struct Complete {
    std::optional<Prose<0, 2000>> result, diagnosis;
    std::optional<std::vector<PartInput>> parts;
    std::optional<Money> labour, shipping;
    std::optional<Money>
        cost;  // of all; without parts and labour it is taken as labour, with them it must be their sum
    std::optional<Id<identity::User>> technician_id;
};
YL_RECORD(Complete, "repair.complete", result, diagnosis, parts, labour, shipping, cost, technician_id)

// ---- events ----

struct Opened {
    Id<Ticket> ticket_id;
    Id<units::Unit> unit_id;
    Code<1, 64> code;
    std::optional<Id<identity::User>> customer_id;
    Origin origin = Origin::staff;
    State state = State::received;
};
YL_RECORD(Opened, "repair.opened", ticket_id, unit_id, code, customer_id, origin, state)

struct StateChanged {
    Id<Ticket> ticket_id;
    Id<units::Unit> unit_id;
    std::optional<Id<identity::User>> customer_id;
    State from = State::received, to = State::received;
};
YL_RECORD(StateChanged, "repair.state_changed", ticket_id, unit_id, customer_id, from, to)

// What happened without a move: edited, a test failed, a picture added.
struct Noted {
    Id<Ticket> ticket_id;
    Id<units::Unit> unit_id;
    std::optional<Id<identity::User>> customer_id;
    Happening kind = Happening::edited;
    State state = State::received;
    std::optional<Money> quote;
};
YL_RECORD(Noted, "repair.noted", ticket_id, unit_id, customer_id, kind, state, quote)

// Opened by mistake and deleted.
struct Removed {
    Id<Ticket> ticket_id;
    Id<units::Unit> unit_id;
    Code<1, 64> code;
    std::optional<Id<identity::User>> customer_id;
    State state = State::received;
};
YL_RECORD(Removed, "repair.removed", ticket_id, unit_id, code, customer_id, state)

// Mended and given back, or replaced.
struct Completed {
    Id<Ticket> ticket_id;
    Id<units::Unit> unit_id;
    State outcome = State::returned;
    bool in_warranty = false, chargeable = false;
    Money cost;
    std::optional<Id<units::Unit>> replaced_by;
};
YL_RECORD(Completed, "repair.completed", ticket_id, unit_id, outcome, in_warranty, chargeable, cost, replaced_by)

}  // namespace yuanliu::repair
