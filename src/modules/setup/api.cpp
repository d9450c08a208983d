#include "modules/setup/setup.hpp"

namespace yuanliu::setup {

void routes(Routes& r) {
    r.module("setup");
    r.get("/api/setup/", "public", &state, "Whether this installation still wants its first administrator");
    r.post("/api/setup/", "public", &set_up, "Make the first administrator, once, with the code from the log")
        .created()
        .rate_limit("login");
}

}  // namespace yuanliu::setup
