// Numbers measured and what is made of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace yuanliu::bench {

// A measurement that could not be made: the program ends with it, unlike a target that is missed.
struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Stopwatch {
 public:
    double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
    double ms() const { return seconds() * 1e3; }

 private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

// The middle value; the mean of the two in the middle of an even number. Throws Failure for none.
double median(std::vector<double> values);
// The value below which the share `p` of them lies (0.99). Throws Failure for none.
double percentile(std::vector<std::uint32_t> values, double p);

// 12,345 · 8.21 · 0.62: as many digits as mean something.
std::string shown(double value);

}  // namespace yuanliu::bench
