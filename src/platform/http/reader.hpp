// The parser of one connection: Beast's, behind a face without Beast. Fed only with heads that framing.hpp has passed.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "platform/http/framing.hpp"
#include "platform/http/http.hpp"

namespace yuanliu::http {

// Takes the bytes of a body as they come, without their transfer coding.
class BodySink {
 public:
    virtual ~BodySink() = default;
    virtual Refusal take_body(std::string_view bytes) = 0;
};

class Reader {
 public:
    explicit Reader(const Limits& limits);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // Parses a whole head into `headers`. Refuses also when Beast frames it otherwise than `head` says.
    Refusal head(std::string_view text, const Head& head, Headers& headers);
    // Feeds what has come of the body; `used` says how much was consumed, the rest is to be offered again with more.
    Refusal body(std::string_view input, std::size_t& used, BodySink& sink);
    bool done() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yuanliu::http
