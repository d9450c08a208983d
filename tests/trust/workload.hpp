// Writers that know what they were promised, and the check that the promises hold (trust-and-speed.md 4.1).
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "trust/client.hpp"

namespace yuanliu::trust {

// What became of a request as far as its sender can know.
enum class Fate { acked, refused, unknown };

// One write with its own Idempotency-Key. The intent is journalled before it is sent, the outcome after.
struct Operation {
    enum class Kind { create, mint, ship, activate, repair, scrap, clash };
    Kind kind = Kind::create;
    std::string key, path, body;
    std::vector<std::string> codes;  // of the units it makes or changes; of a clash: those that must not appear; of a
                                     // mint: known by its answer
    Fate fate = Fate::unknown;
    int status = 0;
    std::string answer;
};

// Several threads that walk units through their life (made or minted, shipped, activated, sent in for repair and
// scrapped there), and ask for what must be refused.
class Workload {
 public:
    // Prepares a product type, an agent and `shipped` shipped units through `admin`. `name` makes everything its own.
    Workload(Client& admin, std::uint16_t port, std::string name, std::uint32_t seed, int shipped);
    ~Workload() { stop(); }
    Workload(const Workload&) = delete;
    Workload& operator=(const Workload&) = delete;

    void start(int threads);
    // Ends the threads once each has heard, or given up, on its last request.
    void stop();

    std::size_t acked() const { return acked_; }
    // Waits for so many acknowledgements beyond those there are; false when they do not come in time.
    bool wait_for_more(std::size_t count, int timeout_ms) const;
    // Answers that nobody may get, however bad the day: 500, a 503 without Retry-After, an unexpected refusal.
    std::vector<std::string> improper() const;
    std::size_t count(Fate fate) const;

    // Compares with what a server now says: acknowledged is there exactly once and says the same again byte for byte;
    // refused is absent; unknown is there whole or not at all, and exactly once after it was sent again. Returns the
    // complaints. The threads must have been stopped.
    std::vector<std::string> verify(Client& client);

 private:
    struct Stock {
        int copies = 0;
        std::string status;
    };
    using Inventory = std::map<std::string, Stock>;
    // A unit whose repair was acknowledged.
    struct InRepair {
        std::string code, id;
    };

    void work(int number);
    Operation next(std::uint32_t dice, int number, int serial);
    bool activate_one(Operation& op, std::uint32_t dice);
    bool repair_one(Operation& op);
    bool scrap_one(Operation& op);
    bool ship_some(Operation& op);
    void mint_some(Operation& op);
    void create_some(Operation& op, bool clash, int number, int serial);
    void follow_up(const Operation& op, const Answer& answer);
    void note(const Operation& op, const Answer& answer);
    Inventory take_inventory(Client& client) const;
    void check_present(const Operation& op, const Inventory& now, std::vector<std::string>& complaints) const;
    void check_whole(const Operation& op, const Inventory& now, std::vector<std::string>& complaints) const;
    void check_batches(Client& client, const Operation& op, bool at_least_one,
                       std::vector<std::string>& complaints) const;
    void send_again(Client& client, Operation& op, std::vector<std::string>& complaints) const;

    std::string name_, token_, type_, agent_;
    std::uint16_t port_;
    std::uint32_t seed_;
    int shipped_;
    std::vector<std::thread> threads_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::size_t> acked_ = 0;
    std::atomic<int> next_shipped_ = 0;
    mutable std::mutex mutex_;
    std::vector<Operation> journal_;
    std::vector<std::string> improper_;
    // What acknowledged operations left for the next step of a life.
    std::vector<std::vector<std::string>> stocked_;
    std::vector<std::string> activated_;
    std::vector<InRepair> in_repair_;
};

}  // namespace yuanliu::trust
