// The real binary as an operator runs it: its verbs to their end, and `serve` as a process that can be hurt.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kit/temp_folder.hpp"

namespace yuanliu::trust {

struct Launch {
    std::vector<std::string> words;               // the verb and its flags
    std::map<std::string, std::string> settings;  // environment, on top of ours without any setting of the program
    std::string folder;                           // where it starts; empty: a folder without configuration files
    std::string input;                            // standard input
    std::vector<std::string> under;               // a program that runs it (unshare …), with its arguments
};

struct Ended {
    int code = -1;  // as a shell gives it: 128 + signal for a process that was killed
    std::string out, err;
};

// Runs a verb to its end. The log goes to `err`.
Ended run_verb(const Launch& launch);
Ended run_verb(std::vector<std::string> words, std::map<std::string, std::string> settings = {});
// Runs another program.
Ended run_program(const std::vector<std::string>& words);

// A server on a port of its own. Killed, if it still runs, with the object, or when this process ends in any way.
class Server {
 public:
    // `serve` on `data`; returns when it is ready. Throws std::runtime_error with what it printed when it ends instead.
    explicit Server(std::string data, Launch launch = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const { return port_; }
    pid_t pid() const { return pid_; }
    const std::string& data() const { return data_; }
    int ready_ms() const { return ready_ms_; }
    std::string out() const;
    std::string log() const;
    // The administrator's password, if this start made one.
    std::string first_password() const;

    // After it has started itself again: returns when it is ready, on a port that may be another one. False when it is
    // not within a minute.
    bool await_restart();
    void signal(int number);
    // The exit code, as in Ended; nothing when it still runs after `timeout_ms`.
    std::optional<int> wait(int timeout_ms);
    bool runs() { return !wait(0); }
    // Ends it at once, as a crash does.
    void crash();
    // Asks it to stop; its exit code, or nothing when it does not within ten seconds.
    std::optional<int> stop();
    // A limit of the running process, of which only the soft half moves.
    void limit(__rlimit_resource what, rlim_t soft);
    // Seconds of processor time used so far.
    double cpu_s() const;

 private:
    std::string data_;
    TempFolder own_;  // what it prints
    pid_t pid_ = 0;
    std::uint16_t port_ = 0;
    int ready_ms_ = 0;
    std::size_t starts_ = 1;  // how often it has said that it is ready
    std::optional<int> ended_;
};

std::string read_text(const std::string& path);
void write_text(const std::string& path, std::string_view text);

}  // namespace yuanliu::trust
