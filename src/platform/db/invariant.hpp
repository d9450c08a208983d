// Something that must always hold, as a query that finds what breaks it. `yuanliu check` runs them all.
#pragma once

#include <string>
#include <vector>

namespace yuanliu {

struct Invariant {
    std::string name;     // units.activated_has_warranty
    std::string meaning;  // what is broken when rows come back, for the operator
    std::string sql;      // SELECT of ids (first column) that break it
};

}  // namespace yuanliu
