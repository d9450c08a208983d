// Units, from printed label to scrap: all that other modules may call.
#pragma once

#include "base/time.hpp"
#include "modules/units/model.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/db/invariant.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::jobs {
class Registry;
}
namespace yuanliu::search {
class Finders;
}
namespace yuanliu::imports {
class Targets;
}
namespace yuanliu::settings {
class Settings;
}

namespace yuanliu::units {

// Codes one request may name or have made at once; more are made by a job.
inline constexpr std::size_t codes_per_request_max = 10000;

// ---- making and moving many ----

// Makes units with given codes, or with minted ones. All or nothing: throws conflict `units.codes_taken` listing every
// code that exists already or stands twice. Over 10,000 minted codes are left to a job, whose id is in the answer.
BulkCreated bulk_create(Tx& tx, const Actor& actor, const BulkCreate& input);
// Makes one unit. Throws like bulk_create.
UnitView create(Tx& tx, const Actor& actor, const UnitInput& input);
// Printed labels arrive in stock. Throws conflict `units.codes_refused` listing every code that is unknown or not
// printed.
Moved receive(Tx& tx, const Actor& actor, const CodeList& input);
// Ships units in stock to an agent. Throws conflict `units.codes_refused` as above, invalid for somebody who is no
// agent.
Shipped bulk_ship(Tx& tx, const Actor& actor, const BulkShip& input);
// Shipped or activated units come back; a warranty that ran ends, its history stays. Throws `units.codes_refused`.
Moved take_back(Tx& tx, const Actor& actor, const CodeList& input);
// Returned units, inspected, may be sold again. Throws `units.codes_refused`.
Moved restock(Tx& tx, const Actor& actor, const CodeList& input);

// ---- one unit ----

UnitView view(Rx& rx, const Actor& actor, Id<Unit> id);
// Throws not_found for a code that is not ours or not this caller's to see.
UnitView get_by_code(Rx& rx, const Actor& actor, const ByCode& query);
Page<UnitView> list(Rx& rx, const Actor& actor, const UnitFilter& filter, const PageQuery& page);
// What was made at once; for staff, agents and customers see none.
Page<BatchView> batches(Rx& rx, const Actor& actor, const BatchFilter& filter, const PageQuery& page);
BatchView batch(Rx& rx, const Actor& actor, Id<Batch> id);
// Makes the rest of a batch whose job was cancelled or failed. Throws conflict `units.batch_complete`.
BatchView resume_batch(Tx& tx, const Actor& actor, Id<Batch> id);
// Leaves a batch at what has been made of it; a job that is still at it ends. Throws conflict `units.batch_complete`.
BatchView close_batch(Tx& tx, const Actor& actor, Id<Batch> id);
// What was shipped at once; an agent sees his own, customers none.
Page<ShipmentView> shipments(Rx& rx, const Actor& actor, const ShipmentFilter& filter, const PageQuery& page);
ShipmentView shipment(Rx& rx, const Actor& actor, Id<Shipment> id);
std::vector<TimelineView> timeline(Rx& rx, const Actor& actor, Id<Unit> id);
// Changes the remark; the type only while the unit has not been shipped (conflict `units.already_shipped`).
UnitView change(Tx& tx, const Actor& actor, Id<Unit> id, const UnitChange& input);
// Removes a unit that was never shipped; conflict `units.already_shipped` otherwise.
void remove(Tx& tx, const Actor& actor, Id<Unit> id);
UnitView scrap(Tx& tx, const Actor& actor, Id<Unit> id, const Reason& reason);

// ---- activation and warranty ----

// Starts the warranty. Atomic: of two phones one wins, the other gets conflict `units.already_activated`; the same
// customer repeating gets the same answer. Throws not_found, conflict `units.not_shipped`, invalid when nobody is
// named; unauthenticated `units.activation_code_needed` where the setting wants consumers to sign in first; too_many
// for somebody who tries out whose unit it is.
Activated activate(Tx& tx, const Actor& actor, const Activate& input);
// By code for anybody: the warranty as it stands today. Throws not_found.
WarrantyView warranty_of_code(Rx& rx, std::string_view code);
// The units of the person with this e-mail or phone, and those activated with it; staff for anybody, a customer for
// himself. Throws forbidden.
std::vector<WarrantyView> warranties_of_person(Rx& rx, const Actor& actor, const WarrantyQuery& query);
// Adds calendar months to what was granted, or begins anew today when it is over. Throws conflict
// `units.not_activated`, invalid naming `months` beyond `warranty_months_max` in all.
UnitView extend_warranty(Tx& tx, const Actor& actor, Id<Unit> id, const Extend& input);
// A new owner; the warranty goes with the unit.
UnitView transfer(Tx& tx, const Actor& actor, Id<Unit> id, const Transfer& input);
// The unit is given up for another one, which takes over owner and the remaining warranty, at least the minimum of the
// setting. Throws not_found, conflict `units.not_replaceable`, `units.replacement_used`, `units.replacement_elsewhere`
// for one that was shipped to another agent.
UnitView replace(Tx& tx, const Actor& actor, Id<Unit> id, const Replace& input);

// So many calendar months from a day on. That day does not count and the last one does, as in the Civil Code (民法典
// 201, 202): twelve months from 2 March 2026 end with 2 March 2027.
struct WarrantySpan {
    Date from;
    std::int64_t months = 0;
};
// The day of that number, or the last of a shorter month.
Date last_day(const WarrantySpan& span);
// Of a warranty begun on `start`: its months from then on, but never beyond what a unit shipped on `shipped` can have
// when it may lie `shelf_months` first.
WarrantySpan warranty_span(Date start, int warranty_months, std::optional<Date> shipped,
                           std::optional<int> shelf_months);
// More months than any warranty can have, extensions and all.
inline constexpr std::int64_t warranty_months_max = 600;

// ---- for the modules above ----

// The unit with this code, however it was typed. Throws not_found.
Unit one_by_code(Rx& rx, std::string_view code);
bool in_warranty(const Unit& unit, Date today);
Date today(Rx& rx);
// Moves an activated unit into repair and back. Throws conflict `state.not_allowed`.
void open_repair(Tx& tx, const Actor& actor, Id<Unit> id, std::string detail_json);
void close_repair(Tx& tx, const Actor& actor, Id<Unit> id, std::string detail_json);

// ---- scans and alerts ----

// Counts a scan of a code that is none of ours.
void note_refused_scan(Tx& tx, ScanVerdict verdict);
// Counts a scan of a known unit and raises a clone alert when the pattern of scans is not one of a single thing.
void note_scan(Tx& tx, const Actor& actor, Id<Unit> id);
Page<AlertView> alerts(Rx& rx, const Actor& actor, const AlertFilter& filter, const PageQuery& page);
AlertView alert(Rx& rx, const Actor& actor, Id<Alert> id);
AlertSummary alert_summary(Rx& rx, const Actor& actor);
// How often the label of a unit was looked at. Throws not_found.
ScanView scans(Rx& rx, const Actor& actor, Id<Unit> id);
// Sums up scans older than 30 days, so many at a time; returns how many rows went. For a daily job, until it is 0.
std::int64_t prune_scans(Tx& tx);
AlertView decide(Tx& tx, const Actor& actor, Id<Alert> id, const AlertDecision& decision);

// ---- wiring ----

void routes(Routes& r);
// Jobs and settings this module declares.
void declare(settings::Settings& settings);
void declare(jobs::Registry& jobs);
void declare(search::Finders& finders);
void declare(imports::Targets& targets);
// What must always hold, for `yuanliu check`.
std::vector<Invariant> invariants();

}  // namespace yuanliu::units
