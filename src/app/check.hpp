// `yuanliu check`: everything that must hold, looked at.
#pragma once

#include <string>
#include <vector>

#include "platform/db/db.hpp"

namespace yuanliu::app {

struct Broken {
    std::string name, meaning;
    std::vector<std::string> what;  // ids of rows, and what else finds the damage again; the first examples_max
};

struct Checked {
    static constexpr std::size_t examples_max = 20;
    int count = 0;
    std::vector<Broken> broken;
};

// Runs every invariant, every inspection and the database's own test of its files. Only reads; others may work. Needs
// the parts that wiring puts into the database.
Checked check_everything(Database& db);

}  // namespace yuanliu::app
