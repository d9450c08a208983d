// What machine this is, and how much of it others took while we measured.
#pragma once

#include <string>

namespace yuanliu::bench {

// Processor, cores, memory, kernel, compiler and SQLite, one a line.
std::string machine_facts();

// Watches the processors from its making on.
class ForeignLoad {
 public:
    ForeignLoad();
    // The share of all processor time that went to other programs. Our servers count as ours once they have ended.
    double share() const;

 private:
    double busy_s_ = 0, all_s_ = 0, ours_s_ = 0;
};

}  // namespace yuanliu::bench
