// The workshop of the demo company: what becomes of a unit that is brought in, a step every day or two.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "modules/identity/model.hpp"
#include "modules/repair/repair.hpp"

namespace yuanliu::app {

struct FaultIdea;

class Workshop {
 public:
    Workshop(std::mt19937_64& dice, Actor staff) : dice_(dice), staff_(std::move(staff)) {}

    void hire(Id<identity::User> technician) { technicians_.push_back(technician); }

    // A unit is brought to the counter on that day, or its owner asks for a repair from home.
    void take_in(Tx& tx, const std::string& code, std::int32_t day);
    // Every ticket whose next step is due takes it.
    void work(Tx& tx, std::int32_t day);
    // Makes sure that in every open state there is a ticket to look at. Takes units from the end of `codes`.
    void leave_open(Tx& tx, std::vector<std::string>& codes, std::int32_t day);

 private:
    struct Job {
        Id<repair::Ticket> ticket;
        const FaultIdea* fault;
        Id<identity::User> technician;
        bool careless = false;  // broken by its owner, who pays
        repair::State state = repair::State::received;
        std::int32_t due = 0;  // the day of the next step
    };
    std::int64_t random(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(dice_);
    }
    bool one_in(std::int64_t n) { return random(1, n) == 1; }

    // A verb as a request would run it: with its operation record.
    void act(Tx& tx, const Actor& actor, std::string_view action, const std::function<void(Tx&, const Actor&)>& verb);
    Job open(Tx& tx, const std::string& code, bool by_owner);
    void step(Tx& tx, Job& job, std::int32_t day);
    void diagnose(Tx& tx, Job& job);
    void answer_quote(Tx& tx, Job& job);
    void mend(Tx& tx, Job& job);

    std::mt19937_64& dice_;
    Actor staff_;
    std::vector<Id<identity::User>> technicians_;
    std::vector<Job> jobs_;
};

}  // namespace yuanliu::app
