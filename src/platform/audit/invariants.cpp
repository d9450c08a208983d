#include "platform/audit/invariants.hpp"

namespace yuanliu::audit {

std::vector<Invariant> invariants() {
    return {
        {"audit.refusal_tells_why", "an operation was refused and its record does not say why",
         "SELECT id FROM audit_record WHERE NOT success AND after NOT LIKE '%\"refused\"%'"},
        {"audit.changes_readable", "an operation record without an action, or with changes that nobody can read",
         "SELECT id FROM audit_record WHERE action = ''"
         " OR (before <> '' AND before NOT LIKE '{%}' AND before NOT LIKE '[%]')"
         " OR (after <> '' AND after NOT LIKE '{%}' AND after NOT LIKE '[%]')"},
    };
}

}  // namespace yuanliu::audit
