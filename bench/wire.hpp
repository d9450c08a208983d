// As much HTTP/1.1 as a client of our own servers needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yuanliu::bench {

// A request as it goes over the line. `token` may be empty.
std::string request_text(std::string_view method, std::string_view target, std::string_view token = {},
                         std::string_view body = {});

// The beginning of `received`, once it holds a whole answer with a Content-Length.
struct Received {
    int status = 0;
    bool close = false;  // the server ends the connection after this
    std::string_view body;
    std::size_t bytes = 0;  // head and body
};
std::optional<Received> whole_answer(std::string_view received);

// A connection to 127.0.0.1, or -1.
int connect_to(std::uint16_t port, bool blocking);

struct Answer {
    int status = 0;
    std::string body;
    std::size_t bytes = 0;
};
// One request on a connection of its own. Throws Failure when no whole answer comes within 30 s.
Answer ask(std::uint16_t port, std::string_view request);
// The same, for what must succeed: throws Failure for any status but 2xx.
std::string ask_well(std::uint16_t port, std::string_view request);

// The value after "name": in a JSON text: the inside of a string, or the number or word as it stands; empty when
// missing.
std::string json_value(std::string_view json, std::string_view name);

}  // namespace yuanliu::bench
