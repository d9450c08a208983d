// Other programs: run to their end (tar, pg_dump), or kept beside us and talked to.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace yuanliu {

struct ProgramOptions {
    std::vector<std::string> environment;  // NAME=value, on top of ours
    int input = -1, output = -1;           // descriptors to read from and to print to; -1: nothing, and ours
};

// Runs a program that is looked for in PATH. It gets no descriptor of ours but those named, so that it cannot hold a
// connection open, and none of our blocked signals. Returns nothing when it succeeded, else what it said on its
// standard error (its first 100,000 bytes) or why it could not be started; the operator's language, not people's.
std::string run_program(std::vector<std::string> words, const ProgramOptions& options = {});

// A program that stays. Its standard input and output are the other end of one socket; what it complains of goes where
// our own complaints go. It gets nothing else of ours: no other descriptor, and of the environment only what is named.
class Companion {
 public:
    // `words` begin with the path of the program. Throws internal when it cannot be started.
    Companion(std::vector<std::string> words, std::vector<std::string> environment);
    ~Companion();  // ends it at once
    Companion(const Companion&) = delete;

    int socket() const { return socket_; }
    pid_t id() const { return child_; }
    // Waits for its end, after it has ended by itself or by end(): "signal 6", "exit code 1".
    std::string end();

 private:
    int socket_ = -1;
    pid_t child_ = 0;
};

}  // namespace yuanliu
