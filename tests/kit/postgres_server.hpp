// A private PostgreSQL, kept by the tool pg_fixture: it ends with the process that asked for it, even when that
// crashes.
#pragma once

#include <memory>
#include <string>

#include "kit/temp_folder.hpp"

namespace yuanliu {

class PostgresServer {
 public:
    struct Options {
        bool fsync = false;  // on: what was acknowledged survives restart_at_once()
    };
    // A server of one's own, to be crashed and stopped. Throws std::runtime_error when there is none to be had.
    explicit PostgresServer(Options options);
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;

    // The server all tests share: that of the ctest run, or one started for this process. Not to be stopped.
    static PostgresServer& shared();

    // Address of a database, through the Unix socket or through TCP.
    std::string url(const std::string& database = "postgres") const;
    std::string tcp_url(const std::string& database = "postgres") const;

    // Stops without a checkpoint, as a crash does, and starts again; returns when it takes sessions.
    void restart_at_once();
    void stop_at_once();
    // Neither answers nor ends, as a machine that has lost its disk; until go_on().
    void stand_still();
    void go_on();
    int postmaster() const;

 private:
    struct Facts;
    PostgresServer() = default;
    bool adopt(const std::string& file);
    void start(bool fsync);
    Facts facts() const;
    void tell(int signal);
    void tell_all(int signal) const;

    std::string file_;
    std::unique_ptr<TempFolder> folder_;  // of file_, when it is ours
    bool ours_ = false;
};

}  // namespace yuanliu
