#include "platform/api/rate_limits.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace yuanliu {
namespace {

constexpr bool full_within(std::int64_t ms) {
    return std::all_of(rate_limits.begin(), rate_limits.end(),
                       [&](const RateLimit& rule) { return rule.burst * 60'000 <= ms * rule.per_minute; });
}

}  // namespace

// Drops two at most, so that no caller pays for a crowd that has gone; one comes at most, so the crowd does go.
void RateLimiter::forget_quiet(Shard& shard, std::int64_t now_ms) {
    static_assert(full_within(full_ms));
    for (int i = 0; i < 2 && !shard.buckets.empty(); ++i) {
        const Bucket& quietest = shard.buckets.front();
        if (shard.buckets.size() < callers_max && now_ms - quietest.at_ms <= full_ms) return;
        shard.by_key.erase(quietest.key);
        shard.buckets.pop_front();
    }
}

RateLimiter::Bucket& RateLimiter::bucket_of(Shard& shard, std::string&& key, const RateLimit& rule,
                                            std::int64_t now_ms) {
    if (const auto found = shard.by_key.find(key); found != shard.by_key.end()) {
        shard.buckets.splice(shard.buckets.end(), shard.buckets, found->second);
        return shard.buckets.back();
    }
    forget_quiet(shard, now_ms);
    shard.buckets.push_back({std::move(key), double(rule.burst), now_ms});
    const auto fresh = std::prev(shard.buckets.end());
    shard.by_key.emplace(fresh->key, fresh);
    return *fresh;
}

int RateLimiter::take(std::string_view limit, std::string_view caller, std::int64_t now_ms) {
    if (!enabled_) return 0;
    auto rule =
        std::find_if(rate_limits.begin(), rate_limits.end(), [&](const RateLimit& r) { return r.name == limit; });
    if (rule == rate_limits.end()) throw internal("no such rate limit: " + std::string(limit));
    const double per_ms = rule->per_minute / 60000.0;
    std::string key = std::string(limit) + ' ' + std::string(caller);
    Shard& shard = shards_[std::hash<std::string>{}(key) % shards];
    std::lock_guard guard(shard.mutex);
    Bucket& bucket = bucket_of(shard, std::move(key), *rule, now_ms);
    bucket.tokens = std::min<double>(rule->burst,
                                     bucket.tokens + double(std::max<std::int64_t>(0, now_ms - bucket.at_ms)) * per_ms);
    bucket.at_ms = now_ms;
    if (bucket.tokens < 1) return std::max(1, int(std::ceil((1 - bucket.tokens) / per_ms / 1000)));
    bucket.tokens -= 1;
    return 0;
}

}  // namespace yuanliu
