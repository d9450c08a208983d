// The company that every measurement works in.
#pragma once

#include <cstdint>

namespace yuanliu {
class Database;
}

namespace yuanliu::bench {

// How many product types and agents the company has. Ids begin after those that are there.
inline constexpr int types = 20, agents = 50;

// Fills an empty, migrated database: product types, agents, customers, and units in every state with their batches,
// timelines and activations, spread over two years as in a company that works in batches of one type and parcels to one
// agent. Codes are random; everything else is the same at every call. Indexes may be missing while it runs.
void found_company(Database& db, std::int64_t units);

}  // namespace yuanliu::bench
