// Warranty look-up by code: what anybody with a phone asks.
#include <fmt/format.h>

#include "bench.hpp"
#include "figures.hpp"
#include "load.hpp"
#include "wire.hpp"

namespace yuanliu::bench {
namespace {

std::vector<std::string> lookups(const std::filesystem::path& folder) {
    std::vector<std::string> out;
    for (const auto& code : codes_of(folder, "", 200'000))
        out.push_back(
            request_text("POST", "/api/products/check_warranty/", {}, fmt::format(R"({{"qrcode_id":"{}"}})", code)));
    return out;
}

}  // namespace

void measure_lookup(const Settings& settings, Table& table) {
    Site site(settings);
    const auto requests = lookups(site.folder());
    const auto sample = ask(site.server().port(), requests.front());
    if (sample.status != 200) throw Failure("a look-up was refused: " + sample.body);
    Nginx nginx(site.folder(), sample.body, sample.bytes);
    Load load;
    load.requests = &requests;
    load.seconds = settings.seconds();
    std::vector<double> ours, theirs, ratios;
    for (int round = 0; round <= settings.rounds(); ++round) {
        load.port = site.server().port();
        const auto mine = run_load(load);
        load.port = nginx.port();
        const auto other = run_load(load);
        if (round == 0) continue;  // warms both
        ours.push_back(mine.per_s), theirs.push_back(other.per_s), ratios.push_back(mine.per_s / other.per_s);
    }
    table.add(at_least("warranty look-up, 1 M units, 256 connections", shown(median(ours)) + "/s",
                       fmt::format("nginx return 200, {} bytes: {}/s", sample.bytes, shown(median(theirs))),
                       median(ratios), 0.60));
}

void measure_depth(const Settings& settings, Table& table) {
    if (!settings.large) {
        fmt::print("  10 M units: left out; BENCH_LARGE=1 prepares them (minutes, some GB) and measures\n");
        return;
    }
    Site small(settings), large(settings, 10 * million);
    const auto small_requests = lookups(small.folder()), large_requests = lookups(large.folder());
    Load load;
    load.connections = 32;
    load.threads = 1;
    load.rate_per_s = 2000;
    load.seconds = settings.seconds();
    std::vector<double> one, ten, ratios;
    for (int round = 0; round <= 2 * settings.rounds(); ++round) {
        auto p99 = [&](Site& site, const std::vector<std::string>& requests) {
            load.port = site.server().port();
            load.requests = &requests;
            return percentile(run_load(load).us, 0.99);
        };
        const auto at_one = p99(small, small_requests), at_ten = p99(large, large_requests);
        if (round == 0) continue;
        one.push_back(at_one), ten.push_back(at_ten), ratios.push_back(at_ten / at_one);
    }
    table.add(at_most("look-up p99 at 2,000/s, 10 M units", shown(median(ten)) + " us",
                      fmt::format("1 M units: {} us", shown(median(one))), median(ratios), 1.3));
}

}  // namespace yuanliu::bench
