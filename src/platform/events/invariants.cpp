#include "platform/events/invariants.hpp"

namespace yuanliu::events {

std::vector<Invariant> invariants() {
    return {
        {"events.error_means_another_try", "an event has an error, but was delivered or never tried",
         "SELECT id FROM events_outbox WHERE error <> '' AND (NOT pending OR attempts = 0)"},
        {"events.tells_something", "an event has no kind, no aggregate or no payload that its listeners can read",
         "SELECT id FROM events_outbox WHERE kind = '' OR aggregate = '' OR payload NOT LIKE '{%}'"},
    };
}

}  // namespace yuanliu::events
