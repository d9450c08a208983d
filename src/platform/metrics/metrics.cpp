#include "platform/metrics/metrics.hpp"

#include <prometheus/text_serializer.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <unordered_map>

#include "platform/metrics/process.hpp"

namespace yuanliu {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// prometheus-cpp's own histogram takes a lock for each observation, so requests are counted here and only told in its
// terms.
constexpr std::array bounds_s{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
constexpr int status_min = 100, status_max = 599;

// What one route has answered. Its own cache line, so that two busy routes do not slow each other.
struct alignas(64) RouteFigures {
    std::array<std::atomic<std::uint64_t>, status_max - status_min + 1> by_status{};
    std::array<std::atomic<std::uint64_t>, bounds_s.size() + 1> buckets{};
    std::atomic<std::uint64_t> sum_us{0};

    void add(int status, double seconds) noexcept {
        by_status[std::size_t(std::clamp(status, status_min, status_max) - status_min)].fetch_add(
            1, std::memory_order_relaxed);
        auto bucket = std::lower_bound(bounds_s.begin(), bounds_s.end(), seconds) - bounds_s.begin();
        buckets[std::size_t(bucket)].fetch_add(1, std::memory_order_relaxed);
        sum_us.fetch_add(std::uint64_t(std::max(seconds, 0.0) * 1e6 + 0.5), std::memory_order_relaxed);
    }
};

ClientMetric labelled(const std::vector<std::pair<std::string, std::string>>& labels) {
    ClientMetric out;
    for (const auto& [name, value] : labels) out.label.push_back({name, value});
    return out;
}

ClientMetric line(MetricType type, const Sample& sample) {
    ClientMetric out = labelled(sample.labels);
    if (type == MetricType::Counter)
        out.counter.value = sample.value;
    else
        out.gauge.value = sample.value;
    return out;
}

// What a part of the program has added.
struct Added {
    std::string name, help;
    MetricType type;
    Metrics::Source ask;
};

}  // namespace

struct Metrics::Impl {
    std::vector<std::pair<const Route*, std::unique_ptr<RouteFigures>>> routes;  // in the order of the table
    std::unordered_map<const Route*, RouteFigures*> found;                       // never changes once made
    RouteFigures elsewhere;
    std::vector<Added> sources;
    mutable std::atomic<std::uint64_t> failures{0};

    void requests(std::vector<MetricFamily>& out) const;
    void routes_of(const Route* route, const RouteFigures& figures, MetricFamily& total, MetricFamily& duration) const;
    void add_sources(std::vector<MetricFamily>& out) const;
};

Metrics::Metrics(const Routes& routes) : impl_(std::make_unique<Impl>()) {
    for (const auto& route : routes.all()) {
        auto& made = impl_->routes.emplace_back(route.get(), std::make_unique<RouteFigures>());
        impl_->found.emplace(made.first, made.second.get());
    }
}
Metrics::~Metrics() = default;

void Metrics::gauge(std::string name, std::string help, Source source) {
    impl_->sources.push_back({std::move(name), std::move(help), MetricType::Gauge, std::move(source)});
}
void Metrics::counter(std::string name, std::string help, Source source) {
    impl_->sources.push_back({std::move(name), std::move(help), MetricType::Counter, std::move(source)});
}

void Metrics::answered(const Route* route, int status, double seconds) noexcept {
    auto found = impl_->found.find(route);
    (found == impl_->found.end() ? impl_->elsewhere : *found->second).add(status, seconds);
}

void Metrics::Impl::routes_of(const Route* route, const RouteFigures& figures, MetricFamily& total,
                              MetricFamily& duration) const {
    const std::vector<std::pair<std::string, std::string>> labels{{"method", route ? route->method : ""},
                                                                  {"route", route ? route->path : ""}};
    for (int status = status_min; status <= status_max; ++status) {
        auto count = figures.by_status[std::size_t(status - status_min)].load(std::memory_order_relaxed);
        if (!count) continue;
        auto& metric = total.metric.emplace_back(labelled(labels));
        metric.label.push_back({"status", std::to_string(status)});
        metric.counter.value = double(count);
    }
    auto metric = labelled(labels);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < figures.buckets.size(); ++i) {
        sum += figures.buckets[i].load(std::memory_order_relaxed);
        metric.histogram.bucket.push_back(
            {sum, i < bounds_s.size() ? bounds_s[i] : std::numeric_limits<double>::infinity()});
    }
    if (!sum) return;  // a route nobody has called needs no lines
    metric.histogram.sample_count = sum;
    metric.histogram.sample_sum = double(figures.sum_us.load(std::memory_order_relaxed)) / 1e6;
    duration.metric.push_back(std::move(metric));
}

void Metrics::Impl::requests(std::vector<MetricFamily>& out) const {
    MetricFamily total{
        "yuanliu_http_requests_total", "Requests answered, by route and status.", MetricType::Counter, {}};
    MetricFamily duration{"yuanliu_http_request_duration_seconds",
                          "From the request being read to its answer being ready.",
                          MetricType::Histogram,
                          {}};
    for (const auto& [route, figures] : routes) routes_of(route, *figures, total, duration);
    routes_of(nullptr, elsewhere, total, duration);
    out.push_back(std::move(total));
    out.push_back(std::move(duration));
}

void Metrics::Impl::add_sources(std::vector<MetricFamily>& out) const {
    for (const auto& source : sources) {
        MetricFamily family{source.name, source.help, source.type, {}};
        try {
            for (const auto& sample : source.ask()) family.metric.push_back(line(source.type, sample));
        } catch (const std::exception& e) {
            failures.fetch_add(1, std::memory_order_relaxed);
            spdlog::warn("metrics: {} is not to be had: {}", source.name, e.what());
            continue;
        }
        out.push_back(std::move(family));
    }
}

std::string Metrics::text() const {
    std::vector<MetricFamily> out;
    impl_->requests(out);
    impl_->add_sources(out);
    MetricFamily failures{"yuanliu_scrape_failures_total",
                          "Figures that could not be had when they were asked for.",
                          MetricType::Counter,
                          {}};
    failures.metric.push_back(line(MetricType::Counter, {{}, double(impl_->failures.load(std::memory_order_relaxed))}));
    out.push_back(std::move(failures));
    for (const auto& [name, help, counts, value] : process_figures()) {
        auto type = counts ? MetricType::Counter : MetricType::Gauge;
        out.push_back({name, help, type, {line(type, {{}, value})}});
    }
    return prometheus::TextSerializer().Serialize(out);
}

}  // namespace yuanliu
