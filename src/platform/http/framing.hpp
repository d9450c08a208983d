// Our own reading of a request head, besides the parser's: Boost 1.81 Beast lets several smuggling forms pass
// (Transfer-Encoding without chunked, with Content-Length, on HTTP/1.0). What two readers could frame differently is
// refused here, before the parser sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/http/limits.hpp"

namespace yuanliu::http {

// A refusal of the edge; status 0 means none.
struct Refusal {
    int status = 0;
    std::string_view code = {};
    explicit operator bool() const { return status != 0; }
};

struct Head {
    std::string_view method;
    std::string_view target;  // origin form, or `*` for OPTIONS; an absolute form has lost its authority
    std::string_view host;
    bool http_1_1 = true;
    bool keep_alive = true;
    bool chunked = false;
    bool has_length = false;
    bool expects_continue = false;
    bool encoded_body = false;  // Content-Encoding other than identity
    std::uint64_t length = 0;
    std::size_t header_count = 0;

    bool has_body() const { return chunked || length > 0; }
};

// Looks for the end of a head that is still arriving. `scanned` is where the last look ended (0 at first).
// Returns the length of the head with its empty line, or 0 for "not yet"; sets `refusal` as soon as what has come can
// only be refused: a bare CR or LF, a NUL, a first byte that starts no method, a head over its limits.
std::size_t find_head(std::string_view input, std::size_t& scanned, const Limits& limits, Refusal& refusal);

// Reads a whole head. The views point into `text`.
Refusal read_head(std::string_view text, const Limits& limits, Head& head);

// True if a comma-separated header value has `token` as one element, in any case.
bool has_token(std::string_view list, std::string_view token);
bool same_text(std::string_view a, std::string_view b);  // ASCII, in any case

}  // namespace yuanliu::http
