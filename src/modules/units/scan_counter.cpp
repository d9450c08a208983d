#include "modules/units/scan_counter.hpp"

#include <spdlog/spdlog.h>

#include "base/time.hpp"

namespace yuanliu::units {

void ScanCounter::later(std::function<void(Tx&)> work) {
    db_->write_later(std::move(work), [this](std::exception_ptr failure) {
        if (!failure) return;
        constexpr std::int64_t told_every = 1000;  // a full disk must not be filled further by its own log
        const auto lost = lost_.fetch_add(1);
        if (lost % told_every != 0) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            spdlog::warn("scans are answered but not counted ({} so far): {}", lost + 1, e.what());
        }
    });
}

void ScanCounter::count(const Actor& actor, Id<Unit> unit) {
    later([actor, unit](Tx& tx) {
        if (tx.exists<Unit>("id = ?", unit)) note_scan(tx, actor, unit);
    });
}

void ScanCounter::count(ScanVerdict verdict) {
    later([verdict](Tx& tx) { note_refused_scan(tx, verdict); });
}

void ActivationGuard::check(Id<Unit> unit, Time now) {
    std::lock_guard guard(mutex_);
    const auto found = units_.find(unit.value);
    if (found == units_.end()) return;
    const auto left_ms = found->second.since.ms + window_ms - now.ms;
    if (left_ms <= 0)
        units_.erase(found);
    else if (found->second.count >= refusals_max)
        throw too_many(int((left_ms + second_ms - 1) / second_ms), "units.too_many_activations");
}

void ActivationGuard::refused(Id<Unit> unit, Time now) {
    std::lock_guard guard(mutex_);
    if (units_.size() >= units_max)
        std::erase_if(units_, [&](const auto& one) { return one.second.since.ms + window_ms <= now.ms; });
    auto [found, fresh] = units_.try_emplace(unit.value, Refusals{0, now});
    ++found->second.count;
}

}  // namespace yuanliu::units
