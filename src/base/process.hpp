// Other programs, run to their end (tar, pg_dump).
#pragma once

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

}  // namespace yuanliu
