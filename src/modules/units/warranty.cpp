// How long the maker answers for a unit: looked up, extended, handed on with the unit or to its replacement.
#include "base/time.hpp"
#include "modules/identity/identity.hpp"
#include "modules/units/rules.hpp"
#include "modules/units/settings.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::units {
namespace {

// What a look-up by code needs, in one statement: this is the path of every scan.
constexpr std::string_view warranty_view =
    "SELECT u.code AS qrcode_id, u.status AS status, t.name AS product_type, t.model AS model, u.activated_at AS "
    "activated_at,"
    " u.warranty_start AS warranty_start, u.warranty_end AS warranty_end"
    " FROM units_unit u JOIN catalog_type_name t ON t.id = u.product_type_id";

struct WarrantyRow {
    Code<1, 64> qrcode_id;
    State status = State::in_stock;
    std::string product_type, model;
    std::optional<Time> activated_at;
    std::optional<Date> warranty_start, warranty_end;
};
YL_RECORD(WarrantyRow, "units.warranty_row", qrcode_id, status, product_type, model, activated_at, warranty_start,
          warranty_end)

// A warranty of no months covers nothing, not even the day on which it begins and ends.
bool covered(State status, std::optional<Date> start, std::optional<Date> end, Date on) {
    return (status == State::activated || status == State::in_repair) && start && end && *start < *end && on <= *end;
}

WarrantyView judged(WarrantyRow&& row, Date on) {
    WarrantyView view{std::move(row.qrcode_id),
                      false,
                      row.status,
                      std::move(row.product_type),
                      std::move(row.model),
                      row.activated_at,
                      row.warranty_start,
                      row.warranty_end,
                      0};
    view.in_warranty = covered(row.status, row.warranty_start, row.warranty_end, on);
    if (view.in_warranty) view.days_left = row.warranty_end->days - on.days;
    return view;
}

// The units whose SQL condition takes one `key`, newest first, without those that are in `out` already.
void add_units_of(Rx& rx, std::string_view condition, const auto& key, std::vector<WarrantyView>& out) {
    const auto sql = std::string(warranty_view) + " WHERE " + std::string(condition) + " ORDER BY u.id DESC LIMIT 200";
    for (auto& row : rx.all<WarrantyRow>(sql, key))
        if (std::none_of(out.begin(), out.end(), [&](const auto& one) { return one.qrcode_id == row.qrcode_id; }))
            out.push_back(judged(std::move(row), today(rx)));
}

// What these customers own.
void add_owned(Rx& rx, const std::vector<Id<identity::User>>& customers, std::vector<WarrantyView>& out) {
    for (auto customer : customers) add_units_of(rx, "u.customer_id = ?", customer, out);
}

// What was activated with this phone number or e-mail address and still belongs to who it was activated for.
void add_activated_with(Rx& rx, const std::optional<Blind>& phone, const std::optional<Blind>& email,
                        std::vector<WarrantyView>& out) {
    constexpr std::string_view by_phone =
        "(u.id, u.customer_id) IN (SELECT unit_id, customer_id FROM units_activation WHERE live AND phone_blind = ?)";
    constexpr std::string_view by_email =
        "(u.id, u.customer_id) IN (SELECT unit_id, customer_id FROM units_activation WHERE live AND email_blind = ?)";
    if (phone) add_units_of(rx, by_phone, *phone, out);
    if (email) add_units_of(rx, by_email, *email, out);
}

Unit locked_activated(Tx& tx, Id<Unit> id) {
    Unit unit = tx.lock(id);
    if (unit.status != State::activated) throw conflict("units.not_activated", {{"code", unit.code.value}});
    return unit;
}

// What a unit's warranty was granted as; units of before it was stored have the end alone.
WarrantySpan span_of(const Unit& unit) {
    if (unit.warranty_from && unit.warranty_months) return {*unit.warranty_from, *unit.warranty_months};
    return {*unit.warranty_end, 0};
}

}  // namespace

Date last_day(const WarrantySpan& span) { return {add_months(span.from.days, int(span.months))}; }

void grant(Unit& unit, const WarrantySpan& span) {
    unit.warranty_from = span.from;
    unit.warranty_months = span.months;
    unit.warranty_end = std::max(last_day(span), *unit.warranty_start);
}

bool in_warranty(const Unit& unit, Date on) { return covered(unit.status, unit.warranty_start, unit.warranty_end, on); }

WarrantyView warranty_of_code(Rx& rx, std::string_view code) {
    static const std::string sql = std::string(warranty_view) + " WHERE u.code = ?";
    if (auto row = rx.find<WarrantyRow>(sql, code)) return judged(std::move(*row), today(rx));
    // Not as typed: one_by_code reads it generously, or says that it is unknown.
    return judged(rx.one<WarrantyRow>(sql, one_by_code(rx, code).code), today(rx));
}

std::vector<WarrantyView> warranties_of_person(Rx& rx, const Actor& actor, const WarrantyQuery& query) {
    if (!query.phone && !query.email) throw invalid_field("qrcode_id", "units.warranty_key_needed");
    if (!actor.signed_in()) throw unauthenticated("units.code_login_needed");
    auto customers = identity::customers_of(rx, query.phone, query.email);
    std::optional<Blind> phone, email;
    if (query.phone) phone = identity::phone_blind(rx, *query.phone);
    if (query.email) email = identity::email_blind(rx, *query.email);
    std::vector<WarrantyView> out;
    if (!actor.may("units.read_customers")) {
        // A customer may ask about himself; about others he learns nothing, not even that they exist.
        std::erase_if(customers, [&](auto id) { return id.value != actor.user_id; });
        if (customers.empty()) throw forbidden();
        // With what stands for him he also finds what somebody else activated with it.
        const auto self = rx.one(customers.front());
        if (self.phone_blind != phone) phone.reset();
        if (!self.email_identifies || self.email_blind != email) email.reset();
    }
    add_owned(rx, customers, out);
    add_activated_with(rx, phone, email, out);
    return out;
}

UnitView extend_warranty(Tx& tx, const Actor& actor, Id<Unit> id, const Extend& input) {
    Unit unit = tx.lock(id);
    if (unit.status != State::activated && unit.status != State::in_repair)
        throw conflict("units.not_activated", {{"code", unit.code.value}});
    const auto before = *unit.warranty_end;
    auto span = span_of(unit);
    if (last_day(span) < today(tx)) span = {today(tx), 0};  // over: what is granted now begins now
    span.months += input.months;
    if (span.months > warranty_months_max)
        throw invalid_field("months", "units.warranty_too_long", {{"max", std::to_string(warranty_months_max)}});
    grant(unit, span);
    unit.updated_at = tx.now();
    happened(tx, actor, id, Happening::warranty_extended,
             json_object({{"from", format_date(before.days)},
                          {"to", format_date(unit.warranty_end->days)},
                          {"reason", input.reason.value}}));
    unit = tx.update(std::move(unit));
    events::emit(tx, WarrantyExtended{id, unit.code, input.months, before, *unit.warranty_end}, aggregate(id));
    return view(tx, actor, id);
}

UnitView transfer(Tx& tx, const Actor& actor, Id<Unit> id, const Transfer& input) {
    Unit unit = locked_activated(tx, id);
    Id<identity::User> owner;
    if (input.customer_id) {
        auto customer = identity::standing_of(tx, *input.customer_id);
        if (!customer || customer->user_type != UserType::customer || !customer->active)
            throw invalid_field("customer_id", "units.not_a_customer");
        owner = *input.customer_id;
    } else {
        if (!input.phone && !input.email) throw invalid_field("phone", "units.contact_needed");
        owner = identity::ensure_customer(tx, input.name ? input.name->value : "", input.phone, input.email, {});
    }
    if (unit.customer_id == owner) throw conflict("units.same_owner");
    happened(tx, actor, id, Happening::transferred,
             json_object({{"from", std::to_string(unit.customer_id->value)},
                          {"to", std::to_string(owner.value)},
                          {"reason", input.reason ? std::string_view(*input.reason) : ""}}));
    const auto before = std::exchange(unit.customer_id, owner);
    unit.updated_at = tx.now();
    unit = tx.update(std::move(unit));
    events::emit(tx, UnitTransferred{id, unit.code, *before, owner}, aggregate(id));
    return view(tx, actor, id);
}

UnitView replace(Tx& tx, const Actor& actor, Id<Unit> id, const Replace& input) {
    Unit old = tx.lock(id);
    if (!states.allows(old.status, State::replaced))
        throw conflict("units.not_replaceable", {{"code", old.code.value}});
    Unit fresh = lock_by_code(tx, input.new_qrcode_id.value);
    if (fresh.status != State::in_stock && fresh.status != State::shipped)
        throw conflict("units.replacement_used", {{"code", fresh.code.value}});
    // What lies at another agent's is his to sell.
    if (fresh.status == State::shipped && fresh.agent_id != old.agent_id)
        throw conflict("units.replacement_elsewhere", {{"code", fresh.code.value}});
    if (fresh.product_type_id != old.product_type_id && !actor.may("units.replace_other_type"))
        throw invalid_field("new_qrcode_id", "units.other_type");
    Date now = today(tx);
    fresh.customer_id = old.customer_id;
    fresh.agent_id = old.agent_id;
    fresh.activated_at = tx.now();
    fresh.warranty_start = now;
    const WarrantySpan least{Date{now.days + replacement_days_min(tx)}, 0}, rest = span_of(old);
    grant(fresh, last_day(rest) < last_day(least) ? least : rest);
    Activation activation;
    activation.unit_id = fresh.id, activation.customer_id = *fresh.customer_id, activation.at = tx.now();
    activation.warranty_start = now, activation.warranty_end = *fresh.warranty_end;
    activation.product_type_id = fresh.product_type_id.value, activation.agent_id = fresh.agent_id;
    activation.replacement = true;

    old.replaced_by = fresh.id;
    move(tx, actor, old, State::replaced, Happening::replaced,
         json_object({{"by", fresh.code.value}, {"reason", input.reason.value}}));
    move(tx, actor, fresh, State::activated, Happening::replaces,
         json_object({{"for", old.code.value}, {"reason", input.reason.value}}));
    tx.exec("UPDATE units_activation SET live = ? WHERE unit_id = ? AND live", false, old.id);
    tx.append(activation);
    auto new_id = fresh.id;
    tx.update(std::move(old));
    tx.update(std::move(fresh));
    return view(tx, actor, new_id);
}

void open_repair(Tx& tx, const Actor& actor, Id<Unit> id, std::string detail_json) {
    Unit unit = tx.lock(id);
    move(tx, actor, unit, State::in_repair, Happening::repair_opened, std::move(detail_json));
    tx.update(std::move(unit));
}

void close_repair(Tx& tx, const Actor& actor, Id<Unit> id, std::string detail_json) {
    Unit unit = tx.lock(id);
    move(tx, actor, unit, State::activated, Happening::repair_closed, std::move(detail_json));
    tx.update(std::move(unit));
}

}  // namespace yuanliu::units
