#include "modules/units/units.hpp"

namespace yuanliu::units {

std::vector<Invariant> invariants() {
    return {
        {"units.activated_is_complete",
         "a unit in a customer's hands lacks its customer, its activation or its warranty",
         "SELECT id FROM units_unit WHERE status IN ('activated', 'in_repair')"
         " AND (customer_id IS NULL OR activated_at IS NULL OR warranty_start IS NULL OR warranty_end IS NULL)"},
        {"units.unsold_has_no_customer", "a unit that nobody has activated has a customer or a warranty",
         "SELECT id FROM units_unit WHERE status IN ('printed', 'in_stock', 'shipped', 'returned')"
         " AND (customer_id IS NOT NULL OR activated_at IS NOT NULL OR warranty_start IS NOT NULL OR warranty_end IS "
         "NOT NULL)"},
        {"units.warranty_in_order", "a warranty ends before it begins",
         "SELECT id FROM units_unit WHERE warranty_end < warranty_start"},
        {"units.shipped_has_agent", "a shipped unit has no agent or no date of shipping",
         "SELECT id FROM units_unit WHERE status = 'shipped' AND (agent_id IS NULL OR shipped_at IS NULL)"},
        {"units.one_live_activation", "a unit has more than one live activation",
         "SELECT unit_id FROM units_activation WHERE live GROUP BY unit_id HAVING count(*) > 1"},
        {"units.activated_has_activation",
         "a unit in a customer's hands has no live activation, or one that is over still has",
         "SELECT u.id FROM units_unit u LEFT JOIN units_activation a ON a.unit_id = u.id AND a.live"
         " WHERE (u.status IN ('activated', 'in_repair') AND a.id IS NULL)"
         " OR (u.status IN ('printed', 'in_stock', 'shipped', 'returned', 'replaced') AND a.id IS NOT NULL)"},
        {"units.has_timeline", "a unit has no timeline",
         "SELECT u.id FROM units_unit u WHERE NOT EXISTS (SELECT 1 FROM units_timeline t WHERE t.unit_id = u.id)"},
        {"units.state_is_last_move", "the state of a unit is not the one its timeline ends with",
         "SELECT u.id FROM (SELECT unit_id, max(id) AS last FROM units_timeline"
         " WHERE kind NOT IN ('transferred', 'warranty_extended', 'edited') GROUP BY unit_id) AS m"
         " JOIN units_unit u ON u.id = m.unit_id JOIN units_timeline t ON t.id = m.last"
         " WHERE u.status <> CASE t.kind WHEN 'printed' THEN 'printed' WHEN 'received' THEN 'in_stock'"
         " WHEN 'restocked' THEN 'in_stock' WHEN 'shipped' THEN 'shipped' WHEN 'activated' THEN 'activated'"
         " WHEN 'replaces' THEN 'activated' WHEN 'repair_closed' THEN 'activated' WHEN 'repair_opened' THEN 'in_repair'"
         " WHEN 'returned' THEN 'returned' WHEN 'replaced' THEN 'replaced' WHEN 'scrapped' THEN 'scrapped' END"},
        {"units.replaced_by_another", "a unit counts as replaced, but by none",
         "SELECT id FROM units_unit WHERE status = 'replaced' AND replaced_by IS NULL"},
        // Fewer units is no fault: those never shipped can be deleted.
        {"units.batch_not_exceeded", "a batch has more units than were made or ordered",
         "SELECT b.id FROM units_batch b WHERE b.count < b.made"
         " OR b.made < (SELECT count(*) FROM units_unit u WHERE u.batch_id = b.id)"},
    };
}

}  // namespace yuanliu::units
