// What the measurements share. Each adds its rows to the table, or throws Failure when it cannot be made.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "dataset.hpp"
#include "folder.hpp"
#include "servers.hpp"
#include "table.hpp"

namespace yuanliu::bench {

struct Settings {
    std::filesystem::path binary;  // the release binary under test
    std::filesystem::path cache;   // where data is kept from run to run
    bool quick = false;            // fewer and shorter rounds: to see that it works, not how fast
    bool large = false;            // also 10,000,000 units

    int rounds() const { return quick ? 2 : 5; }
    double seconds() const { return quick ? 0.5 : 2; }  // of one side of a round
};

inline constexpr std::int64_t million = 1'000'000;

// A copy of the prepared data, and the server on it. Both go at the end.
class Site {
 public:
    Site(const Settings& settings, std::int64_t units = million);
    const std::filesystem::path& folder() const { return folder_.path(); }
    Yuanliu& server() { return *server_; }
    // A token of the administrator.
    std::string administrator() const { return server_->login(data_.username, data_.password); }
    void start();
    void stop() { server_.reset(); }

 private:
    Settings settings_;
    Dataset data_;
    TempFolder folder_;
    std::unique_ptr<Yuanliu> server_;
};

void measure_lookup(const Settings& settings, Table& table);
void measure_depth(const Settings& settings, Table& table);  // 10 million units against one
void measure_activation(const Settings& settings, Table& table);
void measure_idle_write(const Settings& settings, Table& table);
void measure_bulk(const Settings& settings, Table& table);
void measure_list(const Settings& settings, Table& table);
void measure_start(const Settings& settings, Table& table);
void measure_job(const Settings& settings, Table& table);

}  // namespace yuanliu::bench
