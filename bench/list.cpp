// A page of twenty units of one type and agent, with their names and the total: the first page, and the last by cursor.
#include <fmt/format.h>

#include "bench.hpp"
#include "figures.hpp"
#include "load.hpp"
#include "sqlite.hpp"
#include "wire.hpp"

namespace yuanliu::bench {
namespace {

// The path of the list for the type and agent with the most units.
std::string busiest_list(const std::filesystem::path& folder) {
    Sqlite db(database_of(folder), Sqlite::Mode::reading);
    auto most = db.statement(
        "SELECT product_type_id, agent_id, count(*) FROM units_unit WHERE agent_id IS NOT NULL"
        " GROUP BY product_type_id, agent_id ORDER BY 3 DESC LIMIT 1");
    if (!most.row()) throw Failure("no units");
    fmt::print("  list: {} of 1 M units match\n", shown(double(most.integer(2))));
    return fmt::format("/api/products/?product_type_id={}&agent_id={}", most.integer(0), most.integer(1));
}

// Walks to the last page of twenty, in strides of 200 first.
std::string last_page(Site& site, const std::string& path, const std::string& token) {
    std::string cursor;
    for (const char* size : {"200", "20"})
        for (;;) {
            const auto target =
                fmt::format("{}&page_size={}{}{}", path, size, cursor.empty() ? "" : "&cursor=", cursor);
            const auto next = json_value(ask_well(site.server().port(), request_text("GET", target, token)), "next");
            if (next.empty() || next == "null") break;
            cursor = next;
        }
    return path + "&cursor=" + cursor;
}

}  // namespace

void measure_list(const Settings& settings, Table& table) {
    constexpr double pages_target = 5000;
    Site site(settings);
    const auto token = site.administrator();
    const auto path = busiest_list(site.folder());
    const std::vector<std::string> first{request_text("GET", path, token)},
        last{request_text("GET", last_page(site, path, token), token)};
    Load load;
    load.port = site.server().port();
    load.seconds = settings.seconds();
    std::vector<double> at_first, at_last, ratios;
    for (int round = 0; round <= settings.rounds(); ++round) {
        load.requests = &first;
        const auto early = run_load(load).per_s;
        load.requests = &last;
        const auto late = run_load(load).per_s;
        if (round == 0) continue;
        at_first.push_back(early), at_last.push_back(late), ratios.push_back(late / early);
    }
    table.add(bounded("list of 20, first page, 256 connections", shown(median(at_first)) + " pages/s",
                      median(at_first) >= pages_target, "≥ 5,000/s"));
    table.add(at_least("list of 20, last page by cursor", shown(median(at_last)) + " pages/s",
                       fmt::format("first page: {}/s", shown(median(at_first))), median(ratios), 0.95));
}

}  // namespace yuanliu::bench
