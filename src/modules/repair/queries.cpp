// One ticket and lists of tickets, each caller seeing his own.
#include <iterator>

#include "base/mask.hpp"
#include "modules/catalog/catalog.hpp"
#include "modules/repair/rules.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::repair {
namespace {

constexpr std::string_view ticket_lines =
    "SELECT r.id AS id, r.unit_id AS product_id, r.unit_code AS qrcode_id, r.product_type_id AS product_type_id,"
    " t.name AS product_type, r.state AS state, r.origin AS origin, r.customer_id AS customer_id, r.agent_id AS "
    "agent_id,"
    " a.called AS agent, r.reason AS reason, r.in_warranty AS in_warranty, r.chargeable AS chargeable, r.quote AS "
    "quote,"
    " r.cost AS cost, r.technician_id AS technician_id, w.called AS technician, r.contact_name AS contact_name,"
    " r.contact_phone AS contact_phone, r.received_at AS received_at, r.closed_at AS closed_at, r.created_at AS "
    "created_at"
    " FROM repair_ticket r JOIN catalog_type_name t ON t.id = r.product_type_id"
    " LEFT JOIN identity_user_name a ON a.id = r.agent_id LEFT JOIN identity_user_name w ON w.id = r.technician_id";

// A ticket as a list reads it, before the contact is masked.
struct TicketLine {
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
    Money cost;
    std::optional<Id<identity::User>> technician_id;
    std::optional<std::string> technician;
    std::optional<Sealed<Text<1, 60>>> contact_name;
    std::optional<Sealed<Phone>> contact_phone;
    std::optional<Time> received_at, closed_at;
    Time created_at;
};
YL_RECORD(TicketLine, "repair.ticket_line", id, product_id, qrcode_id, product_type_id, product_type, state, origin,
          customer_id, agent_id, agent, reason, in_warranty, chargeable, quote, cost, technician_id, technician,
          contact_name, contact_phone, received_at, closed_at, created_at)

bool sees_costs(const Actor& actor) { return actor.may("repair.write"); }

TicketItem item_of(TicketLine&& line, bool with_costs) {
    TicketItem item;
    item.id = line.id, item.product_id = line.product_id, item.qrcode_id = std::move(line.qrcode_id);
    item.product_type_id = line.product_type_id, item.product_type = std::move(line.product_type);
    item.state = line.state, item.origin = line.origin;
    item.customer_id = line.customer_id, item.agent_id = line.agent_id, item.agent = std::move(line.agent);
    item.reason = std::move(line.reason), item.in_warranty = line.in_warranty, item.chargeable = line.chargeable;
    item.quote = line.quote;
    if (with_costs) item.cost = line.cost;
    item.technician_id = line.technician_id, item.technician = std::move(line.technician);
    if (line.contact_name) item.contact_name = mask_name(line.contact_name->value);
    if (line.contact_phone) item.contact_phone = mask_phone(line.contact_phone->value);
    item.received_at = line.received_at, item.closed_at = line.closed_at, item.created_at = line.created_at;
    return item;
}

std::optional<std::string> name_of_user(Rx& rx, std::optional<Id<identity::User>> id) {
    if (!id) return {};
    return rx.maybe<std::string>("SELECT called FROM identity_user_name WHERE id = ?", *id);
}

void show_costs(TicketView& view, const Ticket& ticket, const Actor& actor) {
    if (sees_costs(actor)) {
        view.charge_reason = ticket.charge_reason;
        view.parts_cost = ticket.parts_cost, view.labour = ticket.labour;
        view.shipping = ticket.shipping, view.cost = ticket.cost;
    } else {
        for (auto& part : view.parts) part.unit_price.reset(), part.amount.reset();
    }
}

// Whole for those who do the repair and for the customer himself; masked for the agent.
void show_contact(TicketView& view, const Ticket& ticket, const Actor& actor) {
    bool whole = !actor.is(UserType::agent);
    if (ticket.contact_name)
        view.contact_name = whole ? ticket.contact_name->value.value : mask_name(ticket.contact_name->value);
    if (ticket.contact_phone)
        view.contact_phone = whole ? ticket.contact_phone->value.value : mask_phone(ticket.contact_phone->value);
    if (ticket.contact_address)
        view.contact_address =
            whole ? ticket.contact_address->value.value : mask_address(ticket.contact_address->value);
}

}  // namespace

TicketView view(Rx& rx, const Actor& actor, Id<Ticket> id) {
    const Ticket t = visible(rx, actor, id);
    auto type = catalog::view(rx, actor, t.product_type_id);
    TicketView v;
    v.id = t.id, v.product_id = t.unit_id, v.qrcode_id = t.unit_code;
    v.product_type_id = type.id, v.product_type = type.name.value, v.model = type.model.value;
    v.state = t.state, v.origin = t.origin;
    v.customer_id = t.customer_id, v.agent_id = t.agent_id, v.agent = name_of_user(rx, t.agent_id);
    v.reason = t.reason, v.fault = t.fault, v.diagnosis = t.diagnosis;
    v.in_warranty = t.in_warranty, v.warranty_end = t.warranty_end;
    v.chargeable = t.chargeable;
    v.parts = rx.all<PartView>(
        "SELECT name, part_number, qty, unit_price, amount FROM repair_part WHERE ticket_id = ? ORDER BY id", id);
    show_costs(v, t, actor);
    v.quote = t.quote, v.quoted_at = t.quoted_at, v.approved_at = t.approved_at;
    v.technician_id = t.technician_id, v.technician = name_of_user(rx, t.technician_id);
    v.result = t.result, v.replaced_by = t.replaced_by;
    show_contact(v, t, actor);
    v.photos = rx.all<PhotoView>("SELECT id, name, created_at FROM repair_photo WHERE ticket_id = ? ORDER BY id", id);
    v.received_at = t.received_at, v.started_at = t.started_at, v.finished_at = t.finished_at,
    v.returned_at = t.returned_at;
    v.closed_at = t.closed_at, v.created_at = t.created_at, v.updated_at = t.updated_at;
    return v;
}

Page<TicketItem> list(Rx& rx, const Actor& actor, const TicketFilter& filter, const PageQuery& page) {
    List list(std::string(ticket_lines), "r.id");
    if (actor.is(UserType::agent)) list.always("r.agent_id = ?", actor.user_id);
    if (actor.is(UserType::customer)) list.always("r.customer_id = ?", actor.user_id);
    if (filter.open) list.always(*filter.open ? "r.closed_at IS NULL" : "r.closed_at IS NOT NULL");
    auto lines = list.where("r.state = ?", filter.state)
                     .where("r.unit_code = ?", filter.qrcode_id)
                     .where("r.unit_id = ?", filter.product_id)
                     .where("r.product_type_id = ?", filter.product_type_id)
                     .where("r.customer_id = ?", filter.customer_id)
                     .where("r.agent_id = ?", filter.agent_id)
                     .where("r.technician_id = ?", filter.technician_id)
                     .where("r.in_warranty = ?", filter.in_warranty)
                     .where("r.opened_on >= ?", filter.from_date)
                     .where("r.opened_on <= ?", filter.to_date)
                     .search({"r.unit_code", "r.reason"}, filter.search ? std::string_view(*filter.search) : "")
                     .sort({{"id", "r.id"}}, "-id")
                     .count_from("FROM repair_ticket r")
                     .page<TicketLine>(rx, page);
    Page<TicketItem> out;
    out.info = std::move(lines.info);
    out.items.reserve(lines.items.size());
    for (auto& line : lines.items) out.items.push_back(item_of(std::move(line), sees_costs(actor)));
    return out;
}

std::vector<EntryView> history(Rx& rx, const Actor& actor, Id<Ticket> id) {
    visible(rx, actor, id);
    return rx.all<EntryView>(
        "SELECT id, kind, state, at, actor_name, note FROM repair_entry WHERE ticket_id = ? ORDER BY id LIMIT 1000",
        id);
}

}  // namespace yuanliu::repair
