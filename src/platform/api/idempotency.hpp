// The same request sent twice has one effect and one answer: the answer is stored with the effect, in its transaction.
// Answers hold personal data and bodies are made of it, so one is sealed and of the other only a keyed print is kept.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

#include "platform/db/db.hpp"

namespace yuanliu {

struct StoredAnswer {
    int status = 0;  // 0: the answer was told once and not kept
    std::string body;
};

class Idempotency {
 public:
    static constexpr std::size_t key_bytes_max = 255;
    static constexpr std::int64_t keep_ms = 48LL * 3600 * 1000;

    // Holds the key while a request with it is under way in this process. `held()` is false for the second of two.
    class Flight {
     public:
        Flight(Idempotency& owner, std::string hash);
        ~Flight();
        Flight(const Flight&) = delete;
        bool held() const { return held_; }

     private:
        Idempotency& owner_;
        std::string hash_;
        bool held_;
    };

    // What the key stands for: one caller, one route, one key.
    static std::string hash_of(std::int64_t user_id, std::string_view caller, std::string_view route,
                               std::string_view key);
    // The stored answer, if there is one. Throws conflict `idempotency.in_flight` when another instance is working on
    // it, invalid `idempotency.body_differs` when the key was used with another body.
    static std::optional<StoredAnswer> find(Tx& tx, const std::string& hash, std::string_view body_hash);
    static void store(Tx& tx, const std::string& hash, std::string_view body_hash, const StoredAnswer& answer);
    // Forgets old answers, at most 500; returns how many: again until there are none.
    static std::int64_t prune(Tx& tx);

 private:
    std::mutex mutex_;
    std::unordered_set<std::string> in_flight_;
};

}  // namespace yuanliu
