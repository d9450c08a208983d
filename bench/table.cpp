#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "figures.hpp"

namespace yuanliu::bench {
namespace {

constexpr std::array<const char*, 6> heads{"path", "ours", "yardstick", "ratio", "target", "ok?"};

std::array<std::string, 6> cells(const Row& row) {
    return {row.path,      row.ours,
            row.yardstick, row.ratio ? fmt::format("{:.2f}", *row.ratio) : "-",
            row.target,    row.ok ? "yes" : "NO"};
}

// Characters, not bytes: the table has signs such as ≥.
std::size_t width(std::string_view text) {
    return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t to) {
    return std::string(text) + std::string(to - width(text), ' ');
}

}  // namespace

Row at_least(std::string path, std::string ours, std::string yardstick, double ratio, double target) {
    return {std::move(path), std::move(ours), std::move(yardstick), ratio, fmt::format("≥ {:.2f}", target),
            ratio >= target};
}

Row at_most(std::string path, std::string ours, std::string yardstick, double ratio, double target) {
    return {std::move(path), std::move(ours), std::move(yardstick), ratio, fmt::format("≤ {:.2f}", target),
            ratio <= target};
}

Row bounded(std::string path, std::string ours, bool ok, std::string target) {
    return {std::move(path), std::move(ours), "-", std::nullopt, std::move(target), ok};
}

void Table::add(Row row) {
    auto c = cells(row);
    fmt::print("  {}: {} against {} = {} (target {}) {}\n", c[0], c[1], c[2], c[3], c[4], c[5]);
    std::fflush(stdout);
    rows_.push_back(std::move(row));
}

void Table::print() const {
    std::array<std::size_t, heads.size()> widths{};
    for (std::size_t i = 0; i < heads.size(); ++i) widths[i] = width(heads[i]);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < heads.size(); ++i) widths[i] = std::max(widths[i], width(cells(row)[i]));
    auto line = [&](auto&& cell) {
        for (std::size_t i = 0; i < heads.size(); ++i)
            fmt::print("{} {} ", i ? "|" : "\n|", padded(cell(i), widths[i]));
        fmt::print("|");
    };
    line([](std::size_t i) { return std::string(heads[i]); });
    line([&](std::size_t i) { return std::string(widths[i], '-'); });
    for (const auto& row : rows_) line([c = cells(row)](std::size_t i) { return c[i]; });
    fmt::print("\n\n");
}

}  // namespace yuanliu::bench
