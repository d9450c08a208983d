#include "modules/notices/invariants.hpp"

namespace yuanliu::notices {

std::vector<Invariant> invariants() {
    return {
        {"notices.leads_to_a_page", "a notice leads to no page of ours",
         "SELECT id FROM notices_notice WHERE path NOT LIKE '/%' OR path LIKE '//%'"},
    };
}

}  // namespace yuanliu::notices
