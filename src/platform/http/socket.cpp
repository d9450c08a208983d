// The part of Session that is a WebSocket. Reading goes on only while nothing waits to be written: who does not take
// our messages is not heard either, and both are bounded by the same deadlines.
#include <algorithm>

#include "platform/http/session.hpp"
#include "platform/http/socket_state.hpp"

namespace yuanliu::http {

bool Session::upgrade() {
    const auto accept = accept_handshake(request_, head_.http_1_1);
    if (!accept) return false;
    enter(Phase::answer);
    if (desk_.draining) {
        answer_ = refusal_answer({503, "busy"});
        return true;
    }
    const std::string_view origin = request_.header("origin");
    if (!origin.empty() && !is_own_origin(origin, request_, desk_.house.options.origins)) {
        answer_ = refusal_answer({403, "http.bad_origin"});
        return true;
    }
    Welcome welcome;
    try {
        welcome = desk_.house.handler.upgrade(request_);
    } catch (const std::exception& error) {
        desk_.counters.exceptions.add();
        desk_.warn({"upgrade let an exception out:", error.what(), "id", id_});
        answer_ = refusal_answer({500, "internal"});
        return true;
    }
    if (welcome.instead) {
        answer_ = std::move(*welcome.instead);
        return true;
    }
    if (!welcome.events) return false;
    begin_socket(welcome, *accept);
    return true;
}

void Session::begin_socket(const Welcome& welcome, const std::string& accept) {
    const auto address = parse_address(client_ip_);
    std::string cap_key = address ? address->line() : client_ip_;
    auto state = std::make_unique<SocketState>(
        limits_, std::make_shared<Socket::Line>(limits_, desk_.mailbox, desk_.sockets_bytes), welcome.events);
    if (const Refusal refusal = desk_.enter_socket(cap_key)) {
        answer_ = refusal_answer(refusal);
        return;
    }
    socket_ = std::move(state);
    SocketState& socket = *socket_;
    socket.cap_key = std::move(cap_key);
    socket.line->sink = this;
    socket.window_ms = desk_.now_ms;
    socket.hear(desk_.now_ms);
    keep_ = false;
    request_ = Request{};
    const std::size_t before = output_.size();
    output_ += "HTTP/1.1 101 Switching Protocols\r\n";
    output_ += desk_.house.style.server;
    output_.append("Date: ").append(desk_.date).append("\r\nX-Request-Id: ").append(id_);
    output_.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ").append(accept);
    output_ += "\r\n\r\n";
    count(101, output_.size() - before);
    enter(Phase::socket);
    socket.events->on_open(Socket(socket.line));
}

bool Session::step_socket() {
    SocketState& socket = *socket_;
    take_frames();
    if (phase_ != Phase::socket) return false;
    std::size_t sent = 0;
    if (!socket.said) {
        Socket::Line::Goodbye goodbye;
        sent = socket.line->pull(output_, limits_.coalesce_bytes, goodbye);
        desk_.counters.messages_out.add(sent);
        if (goodbye.slow) desk_.counters.slow_sockets.add();
        if (goodbye.code != 0) say_goodbye(goodbye.code, goodbye.reason);
    }
    if (!flush()) return false;
    if (sent > 0) return true;  // there may be more
    if (socket.said && (socket.heard || socket.deaf) && !end_socket()) return false;
    input_.shrink(limits_.idle_buffer_bytes);
    if (output_.capacity() > limits_.idle_buffer_bytes) output_ = std::string();
    deadline_ms_ = socket.end_ms != 0     ? socket.end_ms
                   : socket.asked_ms != 0 ? socket.asked_ms + limits_.socket_pong_ms
                                          : socket.heard_ms + limits_.socket_ping_ms;
    deadline_ms_ += limits_.sweep_ms;
    read_more(512);
    return false;
}

// All that has come; what it asks for is added to `output_`.
void Session::take_frames() {
    SocketState& socket = *socket_;
    while (!input_.empty() && !socket.heard && !socket.deaf) {
        std::size_t used = 0;
        const FrameReader::Got got = socket.reader.take(input_.view(), used);
        input_.consume(used);
        if (desk_.now_ms - socket.window_ms > limits_.socket_frames_ms) {
            socket.window_ms = desk_.now_ms;
            socket.window_frames = socket.reader.frames();
        }
        if (socket.reader.frames() - socket.window_frames > limits_.socket_frames) {
            socket.deaf = true;
            return say_goodbye(policy_violation, "too many messages");
        }
        switch (got) {
            case FrameReader::Got::nothing: return;
            case FrameReader::Got::text: take_text(); break;
            case FrameReader::Got::ping:
                if (!socket.said) write_frame(output_, Opcode::pong, socket.reader.control());
                break;
            case FrameReader::Got::pong: break;
            case FrameReader::Got::close: {
                socket.heard = true;
                const std::string_view said = socket.reader.control();
                say_goodbye(said.size() < 2 ? normal_closure : close_code_of(said), {});
                break;
            }
            case FrameReader::Got::broken:
                socket.deaf = true;
                say_goodbye(socket.reader.fault(), {});
                break;
        }
    }
    if ((lingered_ += input_.view().size()) > limits_.linger_bytes) return close(true);
    input_.consume(input_.view().size());
}

void Session::take_text() {
    desk_.counters.messages_in.add();
    if (socket_->said) return;
    try {
        socket_->events->on_text(std::move(socket_->reader.message()));
    } catch (const std::exception& error) {
        desk_.counters.exceptions.add();
        desk_.warn({"a WebSocket's listener let an exception out:", error.what(), "id", id_});
        say_goodbye(internal_error, {});
    }
}

void Session::say_goodbye(std::uint16_t code, std::string_view reason) {
    SocketState& socket = *socket_;
    if (socket.said) return;
    socket.said = true;
    socket.end_ms = desk_.now_ms + limits_.socket_close_ms;
    socket.line->cut();
    write_close(output_, code, reason);
}

// Both have said goodbye, or the client is past talking to. False: the session is closed or waits for the link. Else
// what the client still sends is heard out, so that a reset does not destroy our goodbye before it is read.
bool Session::end_socket() {
    SocketState& socket = *socket_;
    if (!socket.shut) {
        socket.shut = true;
        socket.shutting = !link_->shut();
        if (!socket.shutting && socket.heard) {
            close(false);
            return false;
        }
    }
    if (!socket.shutting) return true;
    deadline_ms_ = socket.end_ms + limits_.sweep_ms;
    return false;
}

void Session::socket_deadline() noexcept {
    SocketState& socket = *socket_;
    if (writing_ || (socket.end_ms == 0 && socket.asked_ms != 0)) {
        desk_.counters.timeouts.add();
        if (writing_) desk_.counters.slow_sockets.add();
        return close(true);
    }
    if (socket.end_ms != 0) return close(false);
    socket.asked_ms = desk_.now_ms;
    try {
        write_frame(output_, Opcode::ping, {});
    } catch (const std::bad_alloc&) {
        return close(true);
    }
    run();
}

void Session::line_has_something() noexcept {
    if (phase_ != Phase::socket) return;
    if (!writing_) return run();
    // It does not take what it was sent already: a goodbye that waits behind that does not wait for long.
    if (socket_->end_ms == 0 && socket_->line->is_closed()) socket_->end_ms = desk_.now_ms + limits_.socket_close_ms;
    hurry();
}

// A connection that is to end may not earn more time by taking bytes slowly.
void Session::hurry() noexcept {
    if (socket_ && socket_->end_ms != 0) deadline_ms_ = std::min(deadline_ms_, socket_->end_ms + limits_.sweep_ms);
}

void Session::leave_socket() noexcept {
    SocketState& socket = *socket_;
    if (!socket.events) return;
    socket.line->sink = nullptr;
    socket.line->cut();
    desk_.leave_socket(socket.cap_key);
    std::exchange(socket.events, nullptr)->on_closed();
}

}  // namespace yuanliu::http
