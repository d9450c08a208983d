#include "modules/setup/setup.hpp"

namespace yuanliu::setup {

void routes(Routes& r) {
    r.module("setup");
    r.get("/api/setup/", "public", &state, "Whether this installation still wants its first administrator").as_nobody();
    r.post("/api/setup/", "public", &set_up, "Make the first administrator, once, with the code from the log")
        .as_nobody()
        .created()
        .rate_limit("login")
        .hashes_password();
}

}  // namespace yuanliu::setup
