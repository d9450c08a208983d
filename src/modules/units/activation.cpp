// The moment a product becomes somebody's: from here its warranty runs.
#include <fmt/format.h>

#include "base/region.hpp"
#include "base/time.hpp"
#include "modules/catalog/catalog.hpp"
#include "modules/identity/identity.hpp"
#include "modules/units/alerts.hpp"
#include "modules/units/rules.hpp"
#include "modules/units/scan_counter.hpp"
#include "modules/units/settings.hpp"
#include "platform/events/events.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::units {
namespace {

Activated answer(const Unit& unit, const catalog::ProductType& type) {
    return {unit.code,
            unit.status,
            type.name.value,
            type.model.value,
            unit.activated_at.value_or(Time{}),
            unit.warranty_start.value_or(Date{}),
            unit.warranty_end.value_or(Date{})};
}

// Who activates for whom: staff and agents name a customer, the consumer names himself.
std::optional<Id<identity::User>> known_customer(Tx& tx, const Actor& actor, const Activate& input, const Unit& unit) {
    if (!input.customer_id) return {};
    if (!actor.signed_in()) throw unauthenticated();
    bool himself = actor.is(UserType::customer) && actor.user_id == input.customer_id->value;
    if (!himself) actor.require("units.activate");
    if (actor.is(UserType::agent) && unit.agent_id != Id<identity::User>{actor.user_id})
        throw not_found("units.unknown_code", {{"code", input.qrcode_id.value}});
    auto customer = identity::standing_of(tx, *input.customer_id);
    if (!customer || customer->user_type != UserType::customer)
        throw invalid_field("customer_id", "units.not_a_customer");
    return input.customer_id;
}

// A customer who has signed in need not say who he is.
bool for_himself(const Actor& actor, const Activate& input) {
    return actor.is(UserType::customer) && !input.phone && !input.email;
}

Id<identity::User> customer_of(Tx& tx, const Actor& actor, const Activate& input,
                               std::optional<Id<identity::User>> known) {
    if (known) return *known;
    if (for_himself(actor, input) || (actor.is(UserType::customer) && activation_needs_code(tx))) {
        identity::complete_customer(tx, {actor.user_id}, input.name ? input.name->value : "", input.address);
        return {actor.user_id};
    }
    if (!actor.may("units.activate") && activation_needs_code(tx))
        throw unauthenticated("units.activation_code_needed");
    if (!input.phone && !input.email) throw invalid_field("phone", "units.contact_needed");
    return identity::ensure_customer(tx, input.name ? input.name->value : "", input.phone, input.email, input.address);
}

// Is this the same person saying the same again? Only somebody who gives the contact on file, or is logged in, may
// know.
bool same_customer(Tx& tx, const Actor& actor, const Activate& input, const Unit& unit,
                   std::optional<Id<identity::User>> known) {
    if (!unit.customer_id) return false;
    if (known) return *known == *unit.customer_id;
    if (for_himself(actor, input)) return actor.user_id == unit.customer_id->value;
    auto candidates = identity::customers_of(tx, input.phone, input.email);
    return std::find(candidates.begin(), candidates.end(), *unit.customer_id) != candidates.end();
}

// Where the unit goes: as told now, else where its customer is known to live. Who sells out of his territory has
// reason to leave the address out; what stays unknown is counted beside the alerts.
std::optional<Region> region_of(Rx& rx, const Activate& input, Id<identity::User> customer) {
    if (input.address) return yuanliu::region_of(input.address->value);
    const auto known = rx.one(customer).address;
    return known ? yuanliu::region_of(known->value.value) : std::nullopt;
}

// How long goods of the type may lie before their warranty begins to run anyway; nothing: no limit.
std::optional<int> shelf_months(Rx& rx, const catalog::ProductType& type) {
    if (!type.shelf_months) return shelf_limit(rx);
    return *type.shelf_months ? std::optional<int>(int(*type.shelf_months)) : std::nullopt;
}

std::optional<Date> day_of(Rx& rx, std::optional<Time> time) {
    if (!time) return {};
    return Date{rx.part<settings::Company>().zone(rx).day_of(*time)};
}

}  // namespace

WarrantySpan warranty_span(Date start, int warranty_months, std::optional<Date> shipped,
                           std::optional<int> shelf_months) {
    const WarrantySpan whole{start, warranty_months};
    if (!shipped || !shelf_months) return whole;
    const WarrantySpan shelved{*shipped, *shelf_months + warranty_months};
    return last_day(shelved) < last_day(whole) ? shelved : whole;
}

Activated activate(Tx& tx, const Actor& actor, const Activate& input) {
    Unit unit = lock_by_code(tx, input.qrcode_id);
    tx.subject("units_unit", unit.id.value);
    auto type = tx.one(unit.product_type_id);
    auto known = known_customer(tx, actor, input, unit);
    if (unit.status == State::activated || unit.status == State::in_repair) {
        auto& guard = tx.part<ActivationGuard>();
        const bool stranger = !actor.may("units.activate");
        if (stranger) guard.check(unit.id, tx.now());
        if (same_customer(tx, actor, input, unit, known)) return answer(unit, type);
        if (stranger) guard.refused(unit.id, tx.now());
        throw conflict("units.already_activated", {{"code", unit.code.value}});
    }
    if (unit.status != State::shipped)
        throw conflict("units.not_shipped", {{"code", unit.code.value}, {"state", std::string(name_of(unit.status))}});

    unit.customer_id = customer_of(tx, actor, input, known);
    unit.activated_at = tx.now();
    unit.warranty_start = today(tx);
    grant(unit, warranty_span(*unit.warranty_start, int(type.warranty_months), day_of(tx, unit.shipped_at),
                              shelf_months(tx, type)));
    move(tx, actor, unit, State::activated, Happening::activated,
         fmt::format("{{\"warranty_start\":\"{}\",\"warranty_end\":\"{}\"}}", format_date(unit.warranty_start->days),
                     format_date(unit.warranty_end->days)));
    unit = tx.update(std::move(unit));

    Activation activation;
    activation.unit_id = unit.id;
    activation.customer_id = *unit.customer_id;
    activation.at = tx.now();
    if (input.address) activation.address = Sealed(*input.address);
    if (input.phone) activation.phone_blind = identity::phone_blind(tx, *input.phone);
    if (input.email) activation.email_blind = identity::email_blind(tx, *input.email);
    const auto region = region_of(tx, input, *unit.customer_id);
    if (region) activation.province = region->province, activation.city = region->city;
    activation.warranty_start = *unit.warranty_start, activation.warranty_end = *unit.warranty_end;
    activation.ip_network = network_of(actor.ip);
    activation.product_type_id = unit.product_type_id.value, activation.agent_id = unit.agent_id;
    tx.append(activation);
    if (region) check_diversion(tx, unit, *region);
    events::emit(
        tx,
        UnitActivated{unit.id, unit.code, *unit.customer_id, unit.agent_id, *unit.warranty_start, *unit.warranty_end},
        aggregate(unit.id));
    return answer(unit, type);
}

}  // namespace yuanliu::units
