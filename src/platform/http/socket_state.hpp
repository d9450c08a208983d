// What a session keeps once its connection is a WebSocket.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "platform/http/frames.hpp"
#include "platform/http/socket_line.hpp"

namespace yuanliu::http {

constexpr std::uint16_t normal_closure = 1000, going_away = 1001, policy_violation = 1008, internal_error = 1011;

struct SocketState {
    SocketState(const Limits& limits, std::shared_ptr<Socket::Line> line, std::shared_ptr<SocketEvents> events)
        : line(std::move(line)), events(std::move(events)), reader(limits.socket_message_bytes) {}

    void hear(std::int64_t now_ms) {
        heard_ms = now_ms;
        asked_ms = 0;
    }
    void forgive(std::int64_t ms) {
        heard_ms += ms;
        window_ms += ms;
        if (asked_ms != 0) asked_ms += ms;
        if (end_ms != 0) end_ms += ms;
    }

    const std::shared_ptr<Socket::Line> line;
    std::shared_ptr<SocketEvents> events;  // until on_closed
    FrameReader reader;
    std::string cap_key;
    std::int64_t heard_ms = 0;   // when the client last said anything
    std::int64_t asked_ms = 0;   // when it was asked whether it lives; 0: not since it was heard
    std::int64_t end_ms = 0;     // by when all is over; 0: not decided
    std::int64_t window_ms = 0;  // frames are counted since then
    std::uint64_t window_frames = 0;
    bool said = false;      // our close frame
    bool heard = false;     // the client's
    bool deaf = false;      // the client broke the rules: whatever else it says is thrown away
    bool shut = false;      // the link has been told
    bool shutting = false;  // and will say when it is done
};

}  // namespace yuanliu::http
