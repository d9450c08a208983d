#include "modules/repair/repair.hpp"

namespace yuanliu::repair {

std::vector<Invariant> invariants() {
    return {
        {"repair.ticket_unit_in_repair",
         "a ticket is open and its unit has been received, but the unit is not in repair",
         // Of a unit given up elsewhere the ticket ends when it is told of it: until then nothing is broken.
         "SELECT t.id FROM repair_ticket t JOIN units_report_unit u ON u.id = t.unit_id"
         " WHERE t.closed_at IS NULL AND t.received_at IS NOT NULL AND u.status <> 'in_repair' AND NOT EXISTS"
         " (SELECT 1 FROM events_waiting w WHERE w.kind = 'units.state_changed'"
         " AND w.aggregate = 'unit:' || CAST(u.id AS TEXT))"},
        {"repair.unit_has_ticket", "a unit is in repair, but no open ticket has received it",
         "SELECT u.id FROM units_report_unit u WHERE u.status = 'in_repair' AND NOT EXISTS"
         " (SELECT 1 FROM repair_ticket t WHERE t.unit_id = u.id AND t.closed_at IS NULL AND t.received_at IS NOT "
         "NULL)"},
        {"repair.one_live_ticket", "a unit has more than one open ticket",
         "SELECT unit_id FROM repair_ticket WHERE closed_at IS NULL GROUP BY unit_id HAVING count(*) > 1"},
        {"repair.closed_at_its_end", "a ticket is closed without being at an end, or at an end without being closed",
         "SELECT id FROM repair_ticket WHERE (state IN ('returned', 'replaced', 'rejected', 'cancelled')) <> "
         "(closed_at IS NOT NULL)"},
        {"repair.verdict_given", "a unit was received without a verdict on its warranty",
         "SELECT id FROM repair_ticket WHERE received_at IS NOT NULL AND in_warranty IS NULL"},
        {"repair.agreed_before_work", "work began that the customer has to pay and has not agreed to",
         "SELECT id FROM repair_ticket WHERE chargeable AND state IN ('repairing', 'tested', 'returned')"
         " AND (approved_at IS NULL OR quote IS NULL)"},
        {"repair.cost_adds_up", "the cost of a ticket is not the sum of its parts, labour and shipping",
         "SELECT t.id FROM repair_ticket t WHERE t.cost <> t.parts_cost + t.labour + t.shipping OR t.parts_cost <>"
         " (SELECT COALESCE(sum(p.amount), 0) FROM repair_part p WHERE p.ticket_id = t.id)"},
        {"repair.state_is_last_entry", "the state of a ticket is not the one its history ends with",
         "SELECT t.id FROM repair_ticket t LEFT JOIN repair_entry e"
         " ON e.id = (SELECT max(id) FROM repair_entry WHERE ticket_id = t.id) WHERE e.id IS NULL OR e.state <> "
         "t.state"},
    };
}

}  // namespace yuanliu::repair
