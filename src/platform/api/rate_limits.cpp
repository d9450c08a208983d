#include "platform/api/rate_limits.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace yuanliu {

int RateLimiter::take(std::string_view limit, std::string_view caller, std::int64_t now_ms) {
    if (!enabled_) return 0;
    auto rule =
        std::find_if(rate_limits.begin(), rate_limits.end(), [&](const RateLimit& r) { return r.name == limit; });
    if (rule == rate_limits.end()) throw internal("no such rate limit: " + std::string(limit));
    const double per_ms = rule->per_minute / 60000.0;
    std::string key = std::string(limit) + ' ' + std::string(caller);
    Shard& shard = shards_[std::hash<std::string>{}(key) % shards];
    std::lock_guard guard(shard.mutex);
    if (shard.buckets.size() >= callers_max)
        std::erase_if(shard.buckets, [&](const auto& b) { return now_ms - b.second.at_ms > 10 * 60'000; });
    auto [found, fresh] = shard.buckets.try_emplace(std::move(key), Bucket{double(rule->burst), now_ms});
    Bucket& bucket = found->second;
    bucket.tokens = std::min<double>(rule->burst,
                                     bucket.tokens + double(std::max<std::int64_t>(0, now_ms - bucket.at_ms)) * per_ms);
    bucket.at_ms = now_ms;
    if (bucket.tokens < 1) return std::max(1, int(std::ceil((1 - bucket.tokens) / per_ms / 1000)));
    bucket.tokens -= 1;
    return 0;
}

}  // namespace yuanliu
