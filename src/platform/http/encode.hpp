// Writes response heads straight into the connection's output buffer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/http/http.hpp"

namespace yuanliu::http {

// What every answer of one server shares, made once.
struct HeadStyle {
    explicit HeadStyle(std::string_view server_name);
    std::string server;    // the Server line
    std::string security;  // the default security headers, for answers that override none
};

struct HeadFacts {
    std::string_view date;  // IMF-fixdate
    std::string_view id;
    std::uint64_t length = 0;
    bool close = false;
    bool say_keep_alive = false;  // HTTP/1.0 asked for it
    bool secure = false;          // the client came over TLS
    bool gzipped = false;
    bool varies = false;  // by Accept-Encoding
};

// False for a status outside 200..599, a header the edge owns, or a value that would break the head.
bool is_sendable(const Answer& answer);
// Appends the head. `answer` is_sendable.
void write_head(std::string& out, const HeadStyle& style, const Answer& answer, const HeadFacts& facts);
// 1xx, 204 and 304 have none.
inline bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }
// Sun, 06 Nov 1994 08:49:37 GMT
std::string http_date(Time time);

}  // namespace yuanliu::http
