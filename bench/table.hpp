// The table that `make bench` is about.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace yuanliu::bench {

struct Row {
    std::string path;       // what was done
    std::string ours;       // how fast we did it, with its unit
    std::string yardstick;  // what it is measured against, with its figure
    std::optional<double> ratio;
    std::string target;
    bool ok = false;
};

// `ratio` must be at least, or at most, the target.
Row at_least(std::string path, std::string ours, std::string yardstick, double ratio, double target);
Row at_most(std::string path, std::string ours, std::string yardstick, double ratio, double target);
// A plain figure with its own bound.
Row bounded(std::string path, std::string ours, bool ok, std::string target);

class Table {
 public:
    void add(Row row);  // also prints it, so that a long run shows where it is
    void print() const;

 private:
    std::vector<Row> rows_;
};

}  // namespace yuanliu::bench
