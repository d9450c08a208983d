// One physical piece: its code, where it is in its life, who holds it, until when it is under warranty.
// Callers know it as a "product"; in here it is a Unit.
#pragma once

#include "modules/catalog/model.hpp"
#include "modules/identity/model.hpp"

namespace yuanliu::units {

enum class State { printed, in_stock, shipped, activated, in_repair, returned, replaced, scrapped };
YL_ENUM(State, printed, in_stock, shipped, activated, in_repair, returned, replaced, scrapped)

struct Batch;
struct Shipment;

struct Unit {
    Id<Unit> id;
    Code<1, 64> code;  // what the QR carries; given by the caller or minted
    Id<catalog::ProductType> product_type_id;
    State status = State::in_stock;
    std::optional<Id<Batch>> batch_id;
    std::optional<Id<identity::User>> agent_id;     // to whom it was shipped
    std::optional<Id<identity::User>> customer_id;  // who owns it
    std::optional<Time> shipped_at, activated_at;
    // The day of activation does not count, the last day does: twelve months from 2 March end with the next 2 March.
    std::optional<Date> warranty_start, warranty_end;
    // What `warranty_end` follows from: so many calendar months from that day on.
    std::optional<Date> warranty_from;
    std::optional<std::int64_t> warranty_months;
    std::optional<Id<Unit>> replaced_by;
    Prose<0, 500> remark;
    Time created_at, updated_at;
};
YL_RECORD(Unit, "units_unit", id, code, product_type_id, status, batch_id, agent_id, customer_id, shipped_at,
          activated_at, warranty_start, warranty_end, warranty_from, warranty_months, replaced_by, remark, created_at,
          updated_at)

// What happened to a unit, in order; never changed.
enum class Happening {
    printed,
    received,
    shipped,
    activated,
    transferred,
    warranty_extended,
    repair_opened,
    repair_closed,
    returned,
    restocked,
    replaced,
    replaces,
    scrapped,
    edited
};
YL_ENUM(Happening, printed, received, shipped, activated, transferred, warranty_extended, repair_opened, repair_closed,
        returned, restocked, replaced, replaces, scrapped, edited)

struct TimelineEntry {
    Id<TimelineEntry> id;
    Id<Unit> unit_id;
    Happening kind = Happening::received;
    Time at;
    Date day;  // of the business calendar, for reports
    std::optional<std::int64_t> actor_id;
    std::string actor_name;
    RawJson detail;  // what this kind of entry has to say
};
YL_RECORD(TimelineEntry, "units_timeline", id, unit_id, kind, at, day, actor_id, actor_name, detail)

struct Batch {
    Id<Batch> id;
    Id<catalog::ProductType> product_type_id;
    std::int64_t count = 0;  // ordered
    std::int64_t made = 0;   // so far; less than ordered while a job makes them, or when that was cancelled
    bool printed_only = false;
    std::optional<std::int64_t> created_by;
    std::optional<std::int64_t> job_id;  // of the job that makes a large one
    Prose<0, 500> remark;
    Time created_at;
};
YL_RECORD(Batch, "units_batch", id, product_type_id, count, made, printed_only, created_by, job_id, remark, created_at)

struct Shipment {
    Id<Shipment> id;
    Id<identity::User> agent_id;
    std::int64_t count = 0;
    std::optional<std::int64_t> created_by;
    Prose<0, 500> remark;
    Time created_at;
};
YL_RECORD(Shipment, "units_shipment", id, agent_id, count, created_by, remark, created_at)

// One activation. `live` until the unit comes back; then it is history and the unit may be activated anew.
struct Activation {
    Id<Activation> id;
    Id<Unit> unit_id;
    Id<identity::User> customer_id;
    bool live = true;
    Time at;
    std::optional<Sealed<Text<1, 200>>> address;
    std::string province, city;  // read from the address; empty when it names none
    Date warranty_start, warranty_end;
    std::string ip_network;  // of the phone, without its last part
    std::int64_t product_type_id = 0;
    std::optional<Id<identity::User>> agent_id;  // who had it then
    bool replacement = false;                    // not activated by its buyer, but handed out for another one
    // What was given at the activation, whoever the customer behind it is: for him who proves that it is his.
    std::optional<Blind> phone_blind, email_blind;
};
YL_RECORD(Activation, "units_activation", id, unit_id, customer_id, live, at, address, province, city, warranty_start,
          warranty_end, ip_network, product_type_id, agent_id, replacement, phone_blind, email_blind)

struct Scan {
    Id<Scan> id;
    Id<Unit> unit_id;
    Time at;
    std::string ip_network;
    std::string agent;  // the browser's name, short
};
YL_RECORD(Scan, "units_scan", id, unit_id, at, ip_network, agent)

// The scans of one day that are older than rules look back, summed up.
struct ScanDay {
    Id<ScanDay> id;
    Id<Unit> unit_id;
    Date day;
    std::int64_t scans = 0;
    Time last_at;
};
YL_RECORD(ScanDay, "units_scan_day", id, unit_id, day, scans, last_at)

// What the page says of a code that is none of ours.
enum class ScanVerdict { forged, typo, unknown };
YL_ENUM(ScanVerdict, forged, typo, unknown)

struct RefusedScan {
    Id<RefusedScan> id;
    Date day;
    ScanVerdict verdict = ScanVerdict::unknown;
    std::int64_t scans = 0;
};
YL_RECORD(RefusedScan, "units_refused_scan", id, day, verdict, scans)

enum class AlertKind { diversion, clone };
YL_ENUM(AlertKind, diversion, clone)
enum class AlertState { open, confirmed, dismissed };
YL_ENUM(AlertState, open, confirmed, dismissed)

// Something to look into: goods sold outside their territory (窜货), or a code seen in too many places (a copied
// label).
struct Alert {
    Id<Alert> id;
    AlertKind kind = AlertKind::diversion;
    AlertState state = AlertState::open;
    Id<Unit> unit_id;
    std::optional<Id<identity::User>> agent_id;
    RawJson detail;
    Time created_at;
    std::optional<std::int64_t> handled_by;
    std::optional<Time> handled_at;
    Prose<0, 500> note;
};
YL_RECORD(Alert, "units_alert", id, kind, state, unit_id, agent_id, detail, created_at, handled_by, handled_at, note)

// ---- what callers see ----

// `batch_id` and `remark` are internal: told to those with units.write.
struct UnitView {
    Id<Unit> id;
    Code<1, 64> qrcode_id;
    Id<catalog::ProductType> product_type_id;
    std::string product_type, model;
    State status = State::in_stock;
    std::optional<Id<Batch>> batch_id;
    std::optional<Id<identity::User>> agent_id;
    std::optional<std::string> agent;
    std::optional<Id<identity::User>> customer_id;
    std::optional<Time> shipped_at, activated_at;
    std::optional<Date> warranty_start, warranty_end;
    std::optional<Id<Unit>> replaced_by;
    std::optional<Prose<0, 500>> remark;
    Time created_at, updated_at;
};
YL_RECORD(UnitView, "units.unit", id, qrcode_id, product_type_id, product_type, model, status, batch_id, agent_id,
          agent, customer_id, shipped_at, activated_at, warranty_start, warranty_end, replaced_by, remark, created_at,
          updated_at)

struct UnitFilter {
    std::optional<State> status;
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Id<identity::User>> agent_id, customer_id;
    std::optional<Id<Batch>> batch_id;
    std::optional<Id<Shipment>> shipment_id;  // all that went with it, whatever became of them since
    std::optional<Code<1, 64>> qrcode_id;
    std::optional<Time> shipped_from, shipped_to, activated_from, activated_to;  // both ends count
    std::optional<Text<0, 64>> search;                                           // the beginning of a code
};
YL_RECORD(UnitFilter, "units.unit_filter", status, product_type_id, agent_id, customer_id, batch_id, shipment_id,
          qrcode_id, shipped_from, shipped_to, activated_from, activated_to, search)

struct BatchView {
    Id<Batch> id;
    Id<catalog::ProductType> product_type_id;
    std::string product_type, model;
    std::int64_t count = 0, made = 0;
    bool printed_only = false;
    std::optional<std::int64_t> created_by;
    std::optional<std::string> creator;
    std::optional<std::int64_t> job_id;
    Prose<0, 500> remark;
    Time created_at;
};
YL_RECORD(BatchView, "units.batch", id, product_type_id, product_type, model, count, made, printed_only, created_by,
          creator, job_id, remark, created_at)

struct BatchFilter {
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Text<0, 64>> search;  // in the remark
};
YL_RECORD(BatchFilter, "units.batch_filter", product_type_id, search)

// `created_by`, `creator` and `remark` are internal: told to those with units.write.
struct ShipmentView {
    Id<Shipment> id;
    Id<identity::User> agent_id;
    std::string agent;
    std::int64_t count = 0;
    std::optional<std::int64_t> created_by;
    std::optional<std::string> creator;
    std::optional<Prose<0, 500>> remark;
    Time created_at;
};
YL_RECORD(ShipmentView, "units.shipment", id, agent_id, agent, count, created_by, creator, remark, created_at)

struct ShipmentFilter {
    std::optional<Id<identity::User>> agent_id;
    std::optional<Time> created_from, created_to;  // both ends count
};
YL_RECORD(ShipmentFilter, "units.shipment_filter", agent_id, created_from, created_to)

// How often a label was looked at.
struct ScanView {
    std::int64_t scans = 0;
    std::optional<Time> last_scanned_at;
    std::int64_t scans_in_an_hour = 0, networks_in_a_day = 0;  // as the clone rule counts them
};
YL_RECORD(ScanView, "units.scans", scans, last_scanned_at, scans_in_an_hour, networks_in_a_day)

struct ByCode {
    Text<1, 100> qrcode_id;
};
YL_RECORD(ByCode, "units.by_code", qrcode_id)

struct TimelineView {
    Id<TimelineEntry> id;
    Happening kind = Happening::received;
    Time at;
    std::string actor_name;
    RawJson detail;
};
YL_RECORD(TimelineView, "units.timeline_entry", id, kind, at, actor_name, detail)

// ---- making units ----

struct UnitInput {
    std::optional<Code<1, 64>> qrcode_id;  // left out: one is minted
    Id<catalog::ProductType> product_type_id;
    std::optional<bool> printed_only;
    std::optional<Prose<0, 500>> remark;
};
YL_RECORD(UnitInput, "units.unit_input", qrcode_id, product_type_id, printed_only, remark)

struct UnitChange {
    std::optional<Id<catalog::ProductType>> product_type_id;  // only before it is shipped
    std::optional<Prose<0, 500>> remark;
};
YL_RECORD(UnitChange, "units.unit_change", product_type_id, remark)

struct BulkCreate {
    Id<catalog::ProductType> product_type_id;
    std::optional<std::vector<Code<1, 64>>> qrcode_ids;
    std::optional<Int<1, 1000000>> count;
    std::optional<bool> printed_only;
    std::optional<Prose<0, 500>> remark;
};
YL_RECORD(BulkCreate, "units.bulk_create", product_type_id, qrcode_ids, count, printed_only, remark)

struct BulkCreated {
    Id<Batch> batch_id;
    std::int64_t created = 0;
    std::vector<std::string> qrcode_ids;  // of those made at once
    std::optional<std::int64_t> job_id;   // of the job that makes the rest
};
YL_RECORD(BulkCreated, "units.bulk_created", batch_id, created, qrcode_ids, job_id)

struct CodeList {
    std::vector<Code<1, 64>> qrcode_ids;
    std::optional<Prose<0, 500>> remark;
};
YL_RECORD(CodeList, "units.code_list", qrcode_ids, remark)

struct BulkShip {
    std::vector<Code<1, 64>> qrcode_ids;
    Id<identity::User> agent_id;
    std::optional<Prose<0, 500>> remark;
};
YL_RECORD(BulkShip, "units.bulk_ship", qrcode_ids, agent_id, remark)

struct Shipped {
    Id<Shipment> shipment_id;
    Id<identity::User> agent_id;
    std::int64_t shipped = 0;
};
YL_RECORD(Shipped, "units.shipped_result", shipment_id, agent_id, shipped)

struct Moved {
    std::int64_t moved = 0;
};
YL_RECORD(Moved, "units.moved", moved)

// ---- activation and warranty ----

// By staff or an agent for a known customer, or by the consumer himself.
struct Activate {
    Text<1, 100> qrcode_id;
    std::optional<Id<identity::User>> customer_id;
    std::optional<Text<0, 60>> name;
    std::optional<Phone> phone;
    std::optional<Email> email;
    std::optional<Text<1, 200>> address;
};
YL_RECORD(Activate, "units.activate", qrcode_id, customer_id, name, phone, email, address)

// No personal data: the answer is public.
struct Activated {
    Code<1, 64> qrcode_id;
    State status = State::activated;
    std::string product_type, model;
    Time activated_at;
    Date warranty_start, warranty_end;
};
YL_RECORD(Activated, "units.activated_result", qrcode_id, status, product_type, model, activated_at, warranty_start,
          warranty_end)

struct WarrantyQuery {
    std::optional<Text<1, 100>> qrcode_id;
    std::optional<Email> email;
    std::optional<Phone> phone;
};
YL_RECORD(WarrantyQuery, "units.warranty_query", qrcode_id, email, phone)

struct WarrantyView {
    Code<1, 64> qrcode_id;
    bool in_warranty = false;
    State status = State::in_stock;
    std::string product_type, model;
    std::optional<Time> activated_at;
    std::optional<Date> warranty_start, warranty_end;
    std::int64_t days_left = 0;  // 0 when over or not begun
};
YL_RECORD(WarrantyView, "units.warranty", qrcode_id, in_warranty, status, product_type, model, activated_at,
          warranty_start, warranty_end, days_left)

struct Extend {
    Int<1, 120> months;
    Text<1, 200> reason;
};
YL_RECORD(Extend, "units.extend", months, reason)

struct Transfer {
    std::optional<Id<identity::User>> customer_id;
    std::optional<Text<0, 60>> name;
    std::optional<Phone> phone;
    std::optional<Email> email;
    std::optional<Text<0, 200>> reason;
};
YL_RECORD(Transfer, "units.transfer", customer_id, name, phone, email, reason)

struct Reason {
    Text<1, 200> reason;
};
YL_RECORD(Reason, "units.reason", reason)

struct Replace {
    Code<1, 64> new_qrcode_id;
    Text<1, 200> reason;
};
YL_RECORD(Replace, "units.replace", new_qrcode_id, reason)

// ---- alerts ----

struct AlertView {
    Id<Alert> id;
    AlertKind kind = AlertKind::diversion;
    AlertState state = AlertState::open;
    Id<Unit> unit_id;
    Code<1, 64> qrcode_id;
    std::string product_type;
    std::optional<Id<identity::User>> agent_id;
    std::optional<std::string> agent;
    RawJson detail;
    Time created_at;
    std::optional<std::int64_t> handled_by;
    std::optional<Time> handled_at;
    Prose<0, 500> note;
};
YL_RECORD(AlertView, "units.alert", id, kind, state, unit_id, qrcode_id, product_type, agent_id, agent, detail,
          created_at, handled_by, handled_at, note)

struct AlertFilter {
    std::optional<AlertKind> kind;
    std::optional<AlertState> state;
    std::optional<Id<identity::User>> agent_id;
};
YL_RECORD(AlertFilter, "units.alert_filter", kind, state, agent_id)

struct AlertDecision {
    AlertState state = AlertState::confirmed;
    std::optional<Prose<0, 500>> note;
};
YL_RECORD(AlertDecision, "units.alert_decision", state, note)

struct AgentUnknown {
    Id<identity::User> agent_id;
    std::string agent;
    std::int64_t activations = 0;
};
YL_RECORD(AgentUnknown, "units.agent_unknown", agent_id, agent, activations)

struct RefusedScans {
    ScanVerdict verdict = ScanVerdict::unknown;
    std::int64_t scans = 0;
};
YL_RECORD(RefusedScans, "units.refused_scans", verdict, scans)

// What stands beside the alerts: what is to be decided, and what could not be judged, in the last 30 days.
struct AlertSummary {
    std::int64_t open_diversions = 0, open_clones = 0;
    // Units of agents with territories that were activated without telling where: no diversion is seen among them.
    std::int64_t region_unknown = 0;
    std::vector<AgentUnknown> agents;   // those with most of them
    std::vector<RefusedScans> refused;  // scans of codes that are none of ours
};
YL_RECORD(AlertSummary, "units.alert_summary", open_diversions, open_clones, region_unknown, agents, refused)

// ---- events ----

// One for every transaction that made some: a large batch is made piece by piece. The units of the batch with ids from
// `first_id` to `last_id`.
struct UnitsCreated {
    Id<Batch> batch_id;
    Id<catalog::ProductType> product_type_id;
    std::int64_t count = 0;
    Id<Unit> first_id, last_id;
};
YL_RECORD(UnitsCreated, "units.created", batch_id, product_type_id, count, first_id, last_id)

struct UnitsShipped {
    Id<Shipment> shipment_id;
    Id<identity::User> agent_id;
    std::int64_t count = 0;
};
YL_RECORD(UnitsShipped, "units.shipped", shipment_id, agent_id, count)

struct UnitActivated {
    Id<Unit> unit_id;
    Code<1, 64> code;
    Id<identity::User> customer_id;
    std::optional<Id<identity::User>> agent_id;
    Date warranty_start, warranty_end;
};
YL_RECORD(UnitActivated, "units.activated", unit_id, code, customer_id, agent_id, warranty_start, warranty_end)

// Every other move of one unit.
struct UnitMoved {
    Id<Unit> unit_id;
    Code<1, 64> code;
    State from = State::in_stock, to = State::in_stock;
    Happening kind = Happening::received;
};
YL_RECORD(UnitMoved, "units.state_changed", unit_id, code, from, to, kind)

struct UnitChanged {
    Id<Unit> unit_id;
    Code<1, 64> code;
    Id<catalog::ProductType> product_type_id;
};
YL_RECORD(UnitChanged, "units.changed", unit_id, code, product_type_id)

struct UnitRemoved {
    Id<Unit> unit_id;
    Code<1, 64> code;
    Id<catalog::ProductType> product_type_id;
};
YL_RECORD(UnitRemoved, "units.removed", unit_id, code, product_type_id)

struct UnitTransferred {
    Id<Unit> unit_id;
    Code<1, 64> code;
    Id<identity::User> from, to;
};
YL_RECORD(UnitTransferred, "units.transferred", unit_id, code, from, to)

struct WarrantyExtended {
    Id<Unit> unit_id;
    Code<1, 64> code;
    std::int64_t months = 0;
    Date from, to;  // the last day, before and now
};
YL_RECORD(WarrantyExtended, "units.warranty_extended", unit_id, code, months, from, to)

struct AlertRaised {
    Id<Alert> alert_id;
    AlertKind kind = AlertKind::diversion;
    Id<Unit> unit_id;
};
YL_RECORD(AlertRaised, "units.alert_raised", alert_id, kind, unit_id)

struct AlertDecided {
    Id<Alert> alert_id;
    AlertKind kind = AlertKind::diversion;
    AlertState state = AlertState::confirmed;
    Id<Unit> unit_id;
};
YL_RECORD(AlertDecided, "units.alert_decided", alert_id, kind, state, unit_id)

}  // namespace yuanliu::units
