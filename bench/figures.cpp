#include "figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace yuanliu::bench {

double median(std::vector<double> values) {
    if (values.empty()) throw Failure("nothing was measured");
    auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double percentile(std::vector<std::uint32_t> values, double p) {
    if (values.empty()) throw Failure("nothing was measured");
    auto at = std::min(values.size() - 1, std::size_t(p * double(values.size())));
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(at), values.end());
    return values[at];
}

std::string shown(double value) {
    if (value >= 1000) {
        std::string digits = std::to_string(std::llround(value));
        for (auto at = std::ptrdiff_t(digits.size()) - 3; at > 0; at -= 3) digits.insert(std::size_t(at), ",");
        return digits;
    }
    return value >= 100  ? fmt::format("{:.0f}", value)
           : value >= 10 ? fmt::format("{:.1f}", value)
                         : fmt::format("{:.2f}", value);
}

}  // namespace yuanliu::bench
