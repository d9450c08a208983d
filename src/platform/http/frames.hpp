// The frames of a WebSocket (RFC 6455), apart from any socket. Beast's stream wants to own the socket, its reads and
// its clocks, and the one of Boost 1.81 takes a 64-bit length with its highest bit set; what a server needs of the
// protocol is small enough to read it ourselves, in place and within bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/http.hpp"

namespace yuanliu::http {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// Reads what a client sends. No extension is spoken, so every reserved bit is an error.
class FrameReader {
 public:
    explicit FrameReader(std::size_t message_max) : message_max_(message_max) {}

    enum class Got {
        nothing,  // more bytes are needed
        text,     // message() is one whole text, valid UTF-8
        ping,     // control() came with it
        pong,
        close,   // control() is what the client says, of a right form
        broken,  // the connection is to be closed with fault(); nothing more may be taken
    };
    // Goes through `input` up to the next thing worth telling; `used` says how far. Bytes of a message are kept as they
    // come, never by an announced length.
    Got take(std::string_view input, std::size_t& used);

    std::string& message() { return message_; }
    std::string_view control() const { return control_; }
    std::uint16_t fault() const { return fault_; }    // 1002, 1003, 1007 or 1009
    std::uint64_t frames() const { return frames_; }  // whose head has come

 private:
    std::size_t head_size() const;
    Got begin_frame();
    Got end_frame();
    Got fail(std::uint16_t fault);

    const std::size_t message_max_;
    unsigned char head_[14];
    std::size_t head_have_ = 0;
    Opcode opcode_ = Opcode::text;
    bool in_payload_ = false;
    bool final_ = false;
    bool continues_ = false;  // a text has begun and waits for its next piece
    std::uint64_t left_ = 0;  // of the payload
    unsigned char mask_[4] = {};
    unsigned masked_ = 0;  // bytes of this payload unmasked so far, modulo 4
    std::string message_;
    std::string control_;
    std::uint16_t fault_ = 0;
    std::uint64_t frames_ = 0;
};

// One frame from the server: whole, unmasked.
void write_frame(std::string& out, Opcode opcode, std::string_view payload);
// A close frame; a reason that does not fit into one is cut.
void write_close(std::string& out, std::uint16_t code, std::string_view reason);
// What a close frame's payload of two bytes or more begins with.
std::uint16_t close_code_of(std::string_view payload);

// The Sec-WebSocket-Accept of a handshake whose form is right (GET, HTTP/1.1, version 13, a key of 16 bytes), else
// nothing.
std::optional<std::string> accept_handshake(const Request& request, bool http_1_1);
// Whether a browser on the page of `origin` may open a WebSocket to `host`: same host and port, or listed.
bool is_own_origin(std::string_view origin, const Request& request, const std::vector<std::string>& allowed);

}  // namespace yuanliu::http
