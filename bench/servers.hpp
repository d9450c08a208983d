// The two servers under load: ours, and nginx as the yardstick.
#pragma once

#include <memory>
#include <string>

#include "folder.hpp"
#include "process.hpp"

namespace yuanliu::bench {

// `yuanliu serve` from the release binary, on a private port, without request limits.
class Yuanliu {
 public:
    // Starts it and waits until /ready answers. Throws Failure with its log when that takes over 20 s.
    Yuanliu(const std::filesystem::path& binary, const std::filesystem::path& data);

    std::uint16_t port() const { return port_; }
    double ready_ms() const { return ready_ms_; }  // from the start of the process
    Child& process() { return *process_; }
    // A token of this user, good for a day.
    std::string login(const std::string& username, const std::string& password) const;
    // The sum of a figure of /metrics.
    double metric(const std::string& name) const;

 private:
    std::uint16_t port_;
    std::filesystem::path log_;
    std::unique_ptr<Child> process_;
    double ready_ms_ = 0;
};

// nginx that gives every request the same answer from its configuration.
class Nginx {
 public:
    // Its answers have `body` and are `bytes` long in all. Throws Failure when there is no nginx.
    Nginx(const std::filesystem::path& folder, const std::string& body, std::size_t bytes);
    std::uint16_t port() const { return port_; }

 private:
    std::uint16_t port_;
    std::unique_ptr<Child> process_;
};

}  // namespace yuanliu::bench
