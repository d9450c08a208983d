// Messages on their way from any thread to one WebSocket. Bounded in bytes from the sender's hand to the kernel's
// buffer: a client that does not read costs no more than its share of memory, and then its connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "platform/http/limits.hpp"
#include "platform/http/mailbox.hpp"

namespace yuanliu::http {

// Where a line's messages go. Implemented by the session; called on its I/O thread only.
class LineSink {
 public:
    virtual ~LineSink() = default;
    virtual void line_has_something() noexcept = 0;
};

}  // namespace yuanliu::http

struct yuanliu::http::Socket::Line : std::enable_shared_from_this<Line> {
    Line(const Limits& limits, std::shared_ptr<Mailbox> mailbox, std::shared_ptr<std::atomic<std::uint64_t>> waiting)
        : queue_max(limits.socket_queue_bytes),
          all_max(limits.sockets_bytes),
          mailbox(std::move(mailbox)),
          all_waiting(std::move(waiting)) {}
    ~Line() { drop(); }

    struct Goodbye {
        std::uint16_t code = 0;  // 0: none
        std::string reason;
        bool slow = false;  // the client did not read what was sent
    };

    // Any thread.
    bool push(std::shared_ptr<const std::string> text);
    void end(std::uint16_t code, std::string_view reason);

    // The I/O thread's. Appends frames to `out` until it holds `room` bytes or nothing waits; returns how many. Fills
    // in the goodbye when everything before it has been taken.
    std::size_t pull(std::string& out, std::size_t room, Goodbye& goodbye);
    // Nothing is taken any more; drops what waits.
    void cut() noexcept;
    bool is_closed();

    LineSink* sink = nullptr;  // I/O thread only; null when the connection is gone

 private:
    void drop() noexcept;
    void ring() noexcept;

    const std::size_t queue_max;
    const std::uint64_t all_max;
    const std::shared_ptr<Mailbox> mailbox;
    const std::shared_ptr<std::atomic<std::uint64_t>> all_waiting;  // of the lines of one I/O thread
    std::mutex mutex;
    std::deque<std::shared_ptr<const std::string>> queue;
    std::size_t waiting = 0;  // bytes in `queue`
    Goodbye goodbye;
    bool closed = false;  // no more messages are taken
    bool rung = false;    // the I/O thread knows already
};
