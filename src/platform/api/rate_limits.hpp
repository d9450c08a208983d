// How often a caller may ask: token buckets in this process's memory, keyed by limit and caller.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace yuanliu {

// Every limit of the product, in one place. `burst` requests at once, refilled at `per_minute`. An address is an IPv4
// address or the /64 of an IPv6 address.
struct RateLimit {
    std::string_view name;
    int burst;
    int per_minute;
};
inline constexpr std::array rate_limits{
    RateLimit{"", 600, 3000},       // everything else, per address
    RateLimit{"public", 60, 120},   // look-ups that anybody may make: warranty, scan
    RateLimit{"activate", 20, 30},  // a phone activates few things a minute
    RateLimit{"login", 20, 60},     // per address; the account has its own throttle
    RateLimit{"code", 5, 5},        // one-time codes cost money
    RateLimit{"photo", 8, 15},      // photos of labels: each costs up to seconds of a core
    RateLimit{"bulk", 30, 60},      // requests that make work for many rows
};

// Thread-safe. Forgets callers that have been quiet until their bucket was full again; should more come than it has
// room for, those that have been quiet longest. Every call takes the same time, however many callers there are.
class RateLimiter {
 public:
    explicit RateLimiter(bool enabled) : enabled_(enabled) {}
    // 0 when the request may pass, else the seconds after which one will.
    int take(std::string_view limit, std::string_view caller, std::int64_t now_ms);

 private:
    struct Bucket {
        std::string key;
        double tokens;
        std::int64_t at_ms;
    };
    using Buckets = std::list<Bucket>;
    static constexpr std::size_t shards = 16;
    static constexpr std::size_t callers_max = 8'192;  // per shard: some 20 MB in all
    static constexpr std::int64_t full_ms = 60'000;    // by then the slowest bucket is full again
    struct Shard {
        std::mutex mutex;
        Buckets buckets;  // those that have been quiet longest come first
        std::unordered_map<std::string_view, Buckets::iterator> by_key;
    };
    static Bucket& bucket_of(Shard& shard, std::string&& key, const RateLimit& rule, std::int64_t now_ms);
    static void forget_quiet(Shard& shard, std::int64_t now_ms);
    bool enabled_;
    std::array<Shard, shards> shards_;
};

}  // namespace yuanliu
