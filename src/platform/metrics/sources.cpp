// The figures that the database and the HTTP server keep, under their names.
#include <array>

#include "platform/metrics/metrics.hpp"

namespace yuanliu {
namespace {

template <class Stats>
struct Figure {
    const char* name;
    const char* help;
    bool counts;  // only grows
    double (*value)(const Stats&);
};

using Db = DatabaseStats;
constexpr std::array<Figure<Db>, 9> database_figures{{
    {"yuanliu_db_commits_total", "Commits; one may carry many transactions.", true,
     [](const Db& s) { return double(s.commits); }},
    {"yuanliu_db_transactions_total", "Transactions that changed something.", true,
     [](const Db& s) { return double(s.transactions); }},
    {"yuanliu_db_failures_total", "Transactions that were undone.", true,
     [](const Db& s) { return double(s.failures); }},
    {"yuanliu_db_retries_total", "Transactions run again after a conflict.", true,
     [](const Db& s) { return double(s.retries); }},
    {"yuanliu_db_checkpoints_total", "Checkpoints of the write-ahead log (SQLite).", true,
     [](const Db& s) { return double(s.checkpoints); }},
    {"yuanliu_db_commit_seconds_total", "Time spent in commits.", true, [](const Db& s) { return s.commit_seconds; }},
    {"yuanliu_db_queue_depth", "Writes waiting for their turn.", false,
     [](const Db& s) { return double(s.queue_depth); }},
    {"yuanliu_db_wal_bytes", "Size of the write-ahead log (SQLite).", false,
     [](const Db& s) { return double(s.wal_bytes); }},
    {"yuanliu_db_connections", "Open database connections.", false, [](const Db& s) { return double(s.connections); }},
}};

using Http = http::Stats;
constexpr std::array<Figure<Http>, 16> server_figures{{
    {"yuanliu_http_connections", "Open client connections.", false, [](const Http& s) { return double(s.open); }},
    {"yuanliu_http_accepted_total", "Connections accepted.", true, [](const Http& s) { return double(s.accepted); }},
    {"yuanliu_http_refused_total", "Connections turned away at the door by a cap.", true,
     [](const Http& s) { return double(s.refused); }},
    {"yuanliu_http_shed_total", "Idle connections closed to make room.", true,
     [](const Http& s) { return double(s.shed); }},
    {"yuanliu_http_accept_errors_total", "Accepts that failed.", true,
     [](const Http& s) { return double(s.accept_errors); }},
    {"yuanliu_http_edge_requests_total", "Requests read, those refused for their form included.", true,
     [](const Http& s) { return double(s.requests); }},
    {"yuanliu_http_received_bytes_total", "Bytes received.", true, [](const Http& s) { return double(s.bytes_in); }},
    {"yuanliu_http_sent_bytes_total", "Bytes sent.", true, [](const Http& s) { return double(s.bytes_out); }},
    {"yuanliu_http_timeouts_total", "Connections ended by a deadline.", true,
     [](const Http& s) { return double(s.timeouts); }},
    {"yuanliu_http_exceptions_total", "Exceptions that handlers let out.", true,
     [](const Http& s) { return double(s.exceptions); }},
    {"yuanliu_http_dropped_total", "Requests that were given up without an answer.", true,
     [](const Http& s) { return double(s.dropped); }},
    {"yuanliu_http_slow_handlers_total", "Times an I/O thread was held up.", true,
     [](const Http& s) { return double(s.slow_handlers); }},
    {"yuanliu_websockets", "Open WebSockets.", false, [](const Http& s) { return double(s.sockets); }},
    {"yuanliu_websocket_received_total", "Messages of WebSocket clients.", true,
     [](const Http& s) { return double(s.messages_in); }},
    {"yuanliu_websocket_sent_total", "Messages to WebSocket clients.", true,
     [](const Http& s) { return double(s.messages_out); }},
    {"yuanliu_websocket_slow_total", "WebSockets closed because the client did not read.", true,
     [](const Http& s) { return double(s.slow_sockets); }},
}};

template <class Stats, std::size_t N>
void add_all(Metrics& metrics, const std::array<Figure<Stats>, N>& figures, const std::function<Stats()>& stats) {
    for (const auto& figure : figures) {
        auto source = [stats, value = figure.value] { return std::vector<Sample>{{{}, value(stats())}}; };
        figure.counts ? metrics.counter(figure.name, figure.help, source)
                      : metrics.gauge(figure.name, figure.help, source);
    }
}

}  // namespace

void Metrics::database(std::function<DatabaseStats()> stats) { add_all(*this, database_figures, stats); }
void Metrics::server(std::function<http::Stats()> stats) { add_all(*this, server_figures, stats); }

}  // namespace yuanliu
