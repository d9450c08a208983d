// A believable company to look around in.
#pragma once

#include "app/config.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu::app {

// Fills an empty database: product types, units in every state over a year, agents with territories, customers,
// repairs, alerts. Refuses a database that has product types already, or does nothing with `if_empty`. Returns an exit
// code.
int fill_demo(const Config& config, std::int64_t units, bool if_empty);

// The same as a job of the running server, `setup.demo`, which the set-up page starts.
void declare_demo(jobs::Registry& registry);

}  // namespace yuanliu::app
