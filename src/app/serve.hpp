// `yuanliu serve`: from the first start to the last answer.
#pragma once

#include "app/config.hpp"

namespace yuanliu::app {

// Answers until SIGTERM or SIGINT; returns the exit code. After a restore it does not return but starts this program
// again, in the same process.
int serve(Loaded& loaded);

}  // namespace yuanliu::app
