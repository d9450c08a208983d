// What the service files of this module share: the table of states, the timeline, codes as people type them.
#pragma once

#include "modules/units/units.hpp"
#include "platform/states/states.hpp"

namespace yuanliu::units {

extern const StateTable<State> states;

// Moves the unit, writes the timeline entry and the event. `unit` must have been locked; the caller stores it.
void move(Tx& tx, const Actor& actor, Unit& unit, State to, Happening kind, std::string detail_json = "{}");
// Only the timeline entry.
void happened(Tx& tx, const Actor& actor, Id<Unit> unit, Happening kind, std::string detail_json = "{}");

// Sets the unit's warranty, which has begun: its end is never before its start. The caller stores it.
void grant(Unit& unit, const WarrantySpan& span);

// The unit with this code, as one_by_code reads it, locked. Throws not_found.
Unit lock_by_code(Tx& tx, std::string_view code);

// A unit as bulk verbs need it.
struct Brief {
    Id<Unit> id;
    std::string code;
    State status = State::in_stock;
    std::optional<Id<identity::User>> agent_id;
};
YL_RECORD(Brief, "units_unit", id, code, status, agent_id)

// The units with these codes, each in the place of its code; locked when `lock`. Throws conflict `units.codes_refused`
// naming, per code: `units.unknown_code`, `units.code_repeated`, or `units.wrong_state` for one not in one of `wanted`.
std::vector<Brief> select_units(Tx& tx, const std::vector<Code<1, 64>>& codes, std::initializer_list<State> wanted);
// Runs `UPDATE units_unit SET <sets> WHERE id IN (…)` over all of them, in chunks; the ?s of `sets` are bound by
// `bind`.
void update_units(Tx& tx, const std::vector<Brief>& units, std::string_view sets,
                  const std::function<void(SqlParams&)>& bind);
void add_timeline(Tx& tx, const Actor& actor, const std::vector<Brief>& units, Happening kind,
                  const std::string& detail_json);

// Those of the codes that stand in the table already.
std::vector<std::string> existing_codes(Rx& rx, const std::vector<std::string>& codes);

std::string aggregate(Id<Unit> id);
// The /24 of an IPv4 address, the /48 of an IPv6 one: enough to tell places apart. What is no address stays as it is.
std::string network_of(std::string_view ip);
std::string json_object(std::initializer_list<std::pair<std::string_view, std::string_view>> strings);

}  // namespace yuanliu::units
