// What stands beside the public pages, in the memory of this process. Parts of the database.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "modules/units/units.hpp"

namespace yuanliu::units {

// Counts scans behind the answer: whether a label is genuine must be told even while a disk is full. Thread-safe.
class ScanCounter {
 public:
    // Before the first scan. Outlives the database, which may still have counts to write.
    void start(Database& db) { db_ = &db; }
    // Counted soon after; a scan that cannot be is told to the operator.
    void count(const Actor& actor, Id<Unit> unit);
    void count(ScanVerdict verdict);

 private:
    void later(std::function<void(Tx&)> work);
    Database* db_ = nullptr;
    std::atomic<std::int64_t> lost_{0};
};

// Keeps strangers from trying out whose phone number a unit was activated with: how often the public was refused at
// one unit. A refusal leaves no row, so it is remembered here. Thread-safe.
class ActivationGuard {
 public:
    static constexpr int refusals_max = 20;
    static constexpr std::int64_t window_ms = 3'600'000;  // from the first refusal on

    // Throws too_many `units.too_many_activations`.
    void check(Id<Unit> unit, Time now);
    void refused(Id<Unit> unit, Time now);

 private:
    static constexpr std::size_t units_max = 100'000;
    struct Refusals {
        int count = 0;
        Time since;
    };
    std::mutex mutex_;
    std::unordered_map<std::int64_t, Refusals> units_;
};

}  // namespace yuanliu::units
