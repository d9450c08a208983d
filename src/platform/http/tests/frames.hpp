// What a WebSocket client says and hears, written for the tests from RFC 6455 alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/http/tests/raw.hpp"

namespace yuanliu::http {

struct FrameMake {
    bool final = true;
    bool masked = true;
    unsigned reserved = 0;  // the three bits
    int length_bytes = -1;  // 0, 2 or 8; -1: as few as fit
};

// A frame as a client sends it. `announced` in place of the payload's own length.
inline std::string frame(unsigned opcode, const std::string& payload, FrameMake make = {},
                         std::optional<std::uint64_t> announced = {}) {
    const std::uint64_t length = announced.value_or(payload.size());
    int bytes = make.length_bytes;
    if (bytes < 0) bytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
    std::string out;
    out += static_cast<char>((make.final ? 0x80 : 0) | make.reserved << 4 | opcode);
    const unsigned mask_bit = make.masked ? 0x80 : 0;
    out += static_cast<char>(mask_bit | (bytes == 0 ? static_cast<unsigned>(length) : bytes == 2 ? 126 : 127));
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(length >> (i * 8));
    if (!make.masked) return out + payload;
    const std::string mask = "\x12\x34\xf6\x78";
    out += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
    return out;
}

inline std::string close_payload(unsigned code, const std::string& reason = {}) {
    return std::string{static_cast<char>(code >> 8), static_cast<char>(code)} + reason;
}

inline std::string handshake(const std::string& more = {}, const std::string& target = "/live",
                             const std::string& host = "a") {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host +
           "\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           more + "\r\n";
}

struct Heard {
    int opcode = -1;  // -1: the connection ended or nothing came in time
    std::string payload;
    int close_code() const {
        return payload.size() < 2
                   ? 0
                   : static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }
};

// A client whose handshake is done, on top of any byte stream with fill() and input().
class SocketClient {
 public:
    explicit SocketClient(std::uint16_t port, const std::string& more = {}, const std::string& target = "/live",
                          const std::string& host = "a")
        : client(port) {
        client.send(handshake(more, target, host));
        seen = client.response(true);
    }
    void send(const std::string& bytes) { client.send(bytes); }
    Heard hear(int timeout_ms = 5000) {
        Heard heard;
        if (!need(2, timeout_ms)) return heard;
        std::size_t at = 2;
        const unsigned second = static_cast<unsigned char>(client.input()[1]);
        std::uint64_t length = second;
        if (second >= 126) {
            const std::size_t bytes = second == 126 ? 2 : 8;
            if (!need(2 + bytes, timeout_ms)) return heard;
            length = 0;
            for (; at < 2 + bytes; ++at) length = length << 8 | static_cast<unsigned char>(client.input()[at]);
        }
        if (!need(at + length, timeout_ms)) return heard;
        const unsigned first = static_cast<unsigned char>(client.input()[0]);
        EXPECT_EQ(first & 0xf0, 0x80u) << "servers send whole frames without reserved bits";
        heard.opcode = static_cast<int>(first & 0x0f);
        heard.payload = client.input().substr(at, length);
        client.input().erase(0, at + length);
        return heard;
    }
    // The next close frame's code; 0 when the connection just ended, -1 when something else came.
    int close_code(int timeout_ms = 5000) {
        for (;;) {
            const Heard heard = hear(timeout_ms);
            if (heard.opcode == 8) return heard.close_code();
            if (heard.opcode < 0) return 0;
            if (heard.opcode != 9) return -1;
        }
    }

    Client client;
    Seen seen;

 private:
    bool need(std::size_t bytes, int timeout_ms) {
        while (client.input().size() < bytes)
            if (client.fill(timeout_ms) <= 0) return false;
        return true;
    }
};

}  // namespace yuanliu::http
