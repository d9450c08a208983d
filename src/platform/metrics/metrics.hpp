// Figures for operators, in Prometheus' text format: what was asked and how fast it was answered, the database, the
// connections, this process, and whatever the parts of the program add.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/db/db.hpp"
#include "platform/http/http.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu {

// One line of a figure: its labels and its value.
struct Sample {
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
};

// Thread-safe after it was put together. `answered` is meant for the way of every request: it finds the route's
// counters by address and adds with atomics only.
class Metrics {
 public:
    // Figures supplied by a part of the program, asked for at each scrape, on the scraping thread. What throws is left
    // out of that scrape and counted in yuanliu_scrape_failures_total.
    using Source = std::function<std::vector<Sample>()>;

    // Makes the counters of every route. `routes` outlives the Metrics.
    explicit Metrics(const Routes& routes);
    ~Metrics();
    Metrics(const Metrics&) = delete;

    // Before serving. A counter only grows (its name ends in _total); a gauge goes both ways.
    void gauge(std::string name, std::string help, Source source);
    void counter(std::string name, std::string help, Source source);
    // The usual sources: Database::stats(), Server::stats().
    void database(std::function<DatabaseStats()> stats);
    void server(std::function<http::Stats()> stats);

    // One finished request. `route` null: a fixed page, or no route at all.
    void answered(const Route* route, int status, double seconds) noexcept;

    // What GET /metrics answers, and its media type.
    std::string text() const;
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yuanliu
