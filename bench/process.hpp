// A program that we start, watch and end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace yuanliu::bench {

struct Command {
    std::vector<std::string> words;                                     // the program and its arguments
    std::vector<std::pair<std::string, std::string>> environment = {};  // besides our own
    std::filesystem::path folder = {};                                  // to run in; empty: ours
    std::filesystem::path log = {};                                     // for what it says; empty: nowhere
    std::string input = {};                                             // for its standard input
};

struct Memory {
    double resident_mb = 0;  // everything, with the pages of mapped files
    double own_mb = 0;       // without them: what the program cannot give back
    double peak_mb = 0;      // the most `resident_mb` has been
};

// Ends with us, whatever becomes of us. Not thread-safe.
class Child {
 public:
    // Throws Failure when there is no such program.
    explicit Child(const Command& command);
    ~Child();  // SIGTERM, and SIGKILL after 15 s
    Child(const Child&) = delete;

    pid_t pid() const { return pid_; }
    bool running();
    Memory memory() const;
    // Throws Failure when it does not end in time or ends with an error.
    void wait(double seconds_max);
    void stop();

 private:
    bool reap(double seconds_max);
    pid_t pid_ = -1;
    int status_ = 0;
    std::string name_;
};

// A port on 127.0.0.1 that nobody uses now.
std::uint16_t free_port();

}  // namespace yuanliu::bench
