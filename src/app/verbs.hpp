// What the command line can do.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/config.hpp"

namespace CLI {
class App;
}

namespace yuanliu::app {

struct Options {
    std::string username, path;
    bool password_stdin = false, if_empty = false, yes = false, english = false, force = false;
    std::int64_t count = 1;
    std::int64_t product_type = 0;
    std::int64_t units = 5000;
};

using Verb = std::function<int(Loaded&, const Options&)>;  // returns the exit code
using Verbs = std::vector<std::pair<CLI::App*, Verb>>;

Verbs add_verbs(CLI::App& cli, Options& options);
void set_up_log(const Config& config);

}  // namespace yuanliu::app
