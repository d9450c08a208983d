// What is thrown away at night, so that tables of past things do not grow for ever.
#pragma once

#include "platform/jobs/registry.hpp"

namespace yuanliu::app {

// Declares the daily job: stored answers of old Idempotency-Keys, ended log-ins and spent codes, delivered events.
void declare_housekeeping(jobs::Registry& registry);

}  // namespace yuanliu::app
