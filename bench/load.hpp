// The load: connections that ask, read the answer and ask again.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace yuanliu::bench {

struct Load {
    std::uint16_t port = 0;
    const std::vector<std::string>* requests = nullptr;  // as request_text() makes them
    std::atomic<std::size_t>* next = nullptr;            // set: each request once, counted here; null: any, at random
    int connections = 256;
    int threads = 2;
    double seconds = 2;
    double rate_per_s = 0;  // 0: as fast as answers come; else so many are due a second, and time counts from then
};

struct LoadResult {
    double per_s = 0;  // answered within the time
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;      // answers other than 2xx
    std::vector<std::uint32_t> us;  // how long each answer took
    std::string refusal;            // the first of them
};

// Throws Failure when the server does not answer or when over 1 % of the answers are refusals: then something else
// would be measured.
LoadResult run_load(const Load& load);

}  // namespace yuanliu::bench
