#include "platform/metrics/metrics.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "platform/metrics/process.hpp"

namespace yuanliu {
namespace {

void nothing(Rx&) {}

Routes two_routes() {
    Routes r;
    r.module("kit");
    r.get("/api/lamps/", "public", &nothing, "List");
    r.get(
        "/api/lamps/{id}/picture/", "public", +[](Rx&, std::int64_t) {}, "Picture");
    return r;
}

// The value on the line that begins with `start`, or "(none)".
std::string value_of(const std::string& text, const std::string& start) {
    auto at = ("\n" + text).find("\n" + start + " ");
    if (at == std::string::npos) return "(none)";
    auto begin = at + start.size() + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
}

class MetricsTest : public testing::Test {
 protected:
    Routes routes_ = two_routes();
    Metrics metrics_{routes_};
    const Route* lamps_ = routes_.all()[0].get();
};

TEST_F(MetricsTest, counts_answers_by_route_and_status) {
    metrics_.answered(lamps_, 200, 0.0004);
    metrics_.answered(lamps_, 200, 0.002);
    metrics_.answered(lamps_, 404, 0.3);
    metrics_.answered(nullptr, 404, 0.001);
    auto text = metrics_.text();
    EXPECT_EQ(value_of(text, R"(yuanliu_http_requests_total{method="GET",route="/api/lamps/",status="200"})"), "2");
    EXPECT_EQ(value_of(text, R"(yuanliu_http_requests_total{method="GET",route="/api/lamps/",status="404"})"), "1");
    EXPECT_EQ(value_of(text, R"(yuanliu_http_requests_total{method="",route="",status="404"})"), "1");
    EXPECT_EQ(text.find("picture"), std::string::npos) << "a route nobody has called has no lines";
}

TEST_F(MetricsTest, keeps_durations_in_cumulative_buckets) {
    for (double seconds : {0.0004, 0.0005, 0.002, 0.3, 60.0}) metrics_.answered(lamps_, 200, seconds);
    auto text = metrics_.text();
    auto bucket = [&](std::string bound) {
        return value_of(text, R"(yuanliu_http_request_duration_seconds_bucket{method="GET",route="/api/lamps/",le=")" +
                                  bound + "\"}");
    };
    EXPECT_EQ(bucket("0.0005"), "2") << "a bound belongs to its bucket";
    EXPECT_EQ(bucket("0.001"), "2");
    EXPECT_EQ(bucket("0.0025"), "3");
    EXPECT_EQ(bucket("0.5"), "4");
    EXPECT_EQ(bucket("10"), "4");
    EXPECT_EQ(bucket("+Inf"), "5");
    EXPECT_EQ(value_of(text, R"(yuanliu_http_request_duration_seconds_count{method="GET",route="/api/lamps/"})"), "5");
    EXPECT_NEAR(
        std::stod(value_of(text, R"(yuanliu_http_request_duration_seconds_sum{method="GET",route="/api/lamps/"})")),
        60.3029, 1e-4);
}

TEST_F(MetricsTest, survives_a_status_out_of_range) {
    metrics_.answered(lamps_, 0, -1);
    metrics_.answered(lamps_, 9999, 0);
    EXPECT_EQ(
        value_of(metrics_.text(), R"(yuanliu_http_requests_total{method="GET",route="/api/lamps/",status="599"})"),
        "1");
}

TEST_F(MetricsTest, loses_nothing_between_threads) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([this] {
            for (int n = 0; n < 10'000; ++n) metrics_.answered(lamps_, 200, 0.001);
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(
        value_of(metrics_.text(), R"(yuanliu_http_requests_total{method="GET",route="/api/lamps/",status="200"})"),
        "40000");
}

TEST_F(MetricsTest, asks_its_sources_at_each_scrape) {
    double pending = 3;
    metrics_.gauge("yuanliu_outbox_pending", "Events not yet delivered.", [&] {
        return std::vector<Sample>{{{}, pending}};
    });
    metrics_.gauge("yuanliu_jobs", "Jobs by state.", [] {
        return std::vector<Sample>{{{{"state", "dead"}}, 2}, {{{"state", "running"}}, 1}};
    });
    EXPECT_EQ(value_of(metrics_.text(), "yuanliu_outbox_pending"), "3");
    pending = 4;
    auto text = metrics_.text();
    EXPECT_EQ(value_of(text, "yuanliu_outbox_pending"), "4");
    EXPECT_EQ(value_of(text, R"(yuanliu_jobs{state="dead"})"), "2");
    EXPECT_NE(text.find("# TYPE yuanliu_jobs gauge"), std::string::npos);
}

TEST_F(MetricsTest, leaves_out_what_cannot_be_had) {
    metrics_.gauge("yuanliu_broken", "Never there.",
                   []() -> std::vector<Sample> { throw busy("the database is away"); });
    metrics_.gauge("yuanliu_after", "Still there.", [] { return std::vector<Sample>{{{}, 1}}; });
    auto text = metrics_.text();
    EXPECT_EQ(text.find("yuanliu_broken"), std::string::npos);
    EXPECT_EQ(value_of(text, "yuanliu_after"), "1");
    EXPECT_EQ(value_of(text, "yuanliu_scrape_failures_total"), "1");
}

TEST_F(MetricsTest, escapes_what_labels_hold) {
    metrics_.gauge("yuanliu_odd", "Odd.", [] { return std::vector<Sample>{{{{"name", "a\"b\\c\nd"}}, 1}}; });
    EXPECT_EQ(value_of(metrics_.text(), R"(yuanliu_odd{name="a\"b\\c\nd"})"), "1");
}

TEST_F(MetricsTest, tells_the_figures_of_database_and_server) {
    metrics_.database([] {
        DatabaseStats s;
        s.commits = 5, s.queue_depth = 7, s.commit_seconds = 0.25;
        return s;
    });
    metrics_.server([] {
        http::Stats s;
        s.open = 9, s.bytes_out = 1'000'000;
        return s;
    });
    auto text = metrics_.text();
    EXPECT_EQ(value_of(text, "yuanliu_db_commits_total"), "5");
    EXPECT_EQ(value_of(text, "yuanliu_db_commit_seconds_total"), "0.25");
    EXPECT_EQ(value_of(text, "yuanliu_db_queue_depth"), "7");
    EXPECT_EQ(value_of(text, "yuanliu_http_connections"), "9");
    EXPECT_EQ(std::stod(value_of(text, "yuanliu_http_sent_bytes_total")), 1e6);
}

TEST(Process, is_seen_by_the_kernel) {
    std::map<std::string, double> seen;
    for (const auto& figure : process_figures()) seen[figure.name] = figure.value;
    EXPECT_GT(seen["process_resident_memory_bytes"], 1e6);
    EXPECT_GE(seen["process_threads"], 1);
    EXPECT_GE(seen["process_open_fds"], 3);
    EXPECT_GE(seen["process_max_fds"], seen["process_open_fds"]);
    EXPECT_NEAR(seen["process_start_time_seconds"], double(::time(nullptr)), 3600);
    EXPECT_GE(seen["process_cpu_seconds_total"], 0);
}

TEST(Process, notices_one_more_open_file) {
    auto open_fds = [] {
        for (const auto& figure : process_figures())
            if (figure.name == "process_open_fds") return figure.value;
        return -1.0;
    };
    double before = open_fds();
    int fd = ::dup(0);
    ASSERT_GE(fd, 0);
    EXPECT_EQ(open_fds(), before + 1);
    ::close(fd);
    EXPECT_EQ(open_fds(), before);
}

}  // namespace
}  // namespace yuanliu
