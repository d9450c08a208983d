// This process as the kernel sees it, under the names every Prometheus client uses.
#pragma once

#include <string>
#include <vector>

namespace yuanliu {

struct ProcessFigure {
    std::string name, help;
    bool counts;  // only grows
    double value;
};

// Read from /proc; what the kernel does not tell is left out.
std::vector<ProcessFigure> process_figures();

}  // namespace yuanliu
