// From nothing to ready, what it weighs at rest, and how far the million-code job makes it grow.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "bench.hpp"
#include "figures.hpp"
#include "wire.hpp"

namespace yuanliu::bench {

void measure_start(const Settings& settings, Table& table) {
    Site site(settings);
    std::vector<double> times;
    for (int round = 0; round < 2 * settings.rounds(); ++round) {
        site.stop();
        site.start();
        times.push_back(site.server().ready_ms());
    }
    table.add(bounded("start to ready, 1 M units", shown(median(times)) + " ms", median(times) < 150, "< 150 ms"));
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const auto memory = site.server().process().memory();
    table.add(bounded("memory at rest",
                      fmt::format("{} MB, {} of its own", shown(memory.resident_mb), shown(memory.own_mb)),
                      memory.resident_mb < 60, "< 60 MB"));
}

void measure_job(const Settings& settings, Table& table) {
    constexpr double seconds_max = 300;
    Site site(settings);
    const auto token = site.administrator();
    const std::int64_t count = settings.quick ? 100'000 : million;
    const auto port = site.server().port();
    const auto made = ask_well(port, request_text("POST", "/api/products/bulk_create/", token,
                                                  fmt::format(R"({{"product_type_id":1,"count":{}}})", count)));
    const auto poll = request_text("GET", fmt::format("/api/jobs/{}/", json_value(made, "job_id")), token);
    double own_peak = 0;
    std::string state, done;
    Stopwatch watch;
    while (state != "completed") {
        if (watch.seconds() > seconds_max) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        own_peak = std::max(own_peak, site.server().process().memory().own_mb);
        const auto job = ask_well(port, poll);
        state = json_value(job, "state"), done = json_value(job, "progress_done");
        if (state == "discarded" || state == "cancelled") throw Failure("the job ended as " + job);
    }
    const auto peak = site.server().process().memory().peak_mb;
    table.add(
        bounded(fmt::format("job of {} codes, {}", shown(double(count)), state),
                fmt::format("{} s, at most {} MB, {} of its own", shown(watch.seconds()), shown(peak), shown(own_peak)),
                state == "completed" && peak < 200, "< 200 MB"));
    if (state != "completed") fmt::print("  the job had made {} codes after {} s\n", done, seconds_max);
}

}  // namespace yuanliu::bench
