// Hashing passwords takes 30 ms and 19 MiB each on purpose; this keeps it to a few at once.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/env.hpp"

namespace yuanliu::identity {

// Thread-safe. Each call blocks its thread until it has had its turn, whoever hashes: requests, which have threads of
// their own for it, and jobs. Throws too_many `identity.password_queue` when `waiting_max` others already wait.
class PasswordPool {
 public:
    explicit PasswordPool(Env& env, int at_once = 2, int waiting_max = 32)
        : env_(env), free_(at_once), waiting_max_(waiting_max) {}

    std::string hash(std::string_view password);
    // False without a stored hash, and then as slowly as for a wrong password.
    bool verify(const std::optional<std::string>& stored, std::string_view password);
    // How many wait for their turn just now.
    int waiting() const;

    // One turn; held while hashing.
    class Turn {
     public:
        explicit Turn(PasswordPool& pool);
        ~Turn();
        Turn(const Turn&) = delete;

     private:
        PasswordPool& pool_;
    };

 private:
    Env& env_;
    mutable std::mutex mutex_;
    std::condition_variable turn_over_;
    int free_;
    const int waiting_max_;
    int waiting_ = 0;
};

}  // namespace yuanliu::identity
