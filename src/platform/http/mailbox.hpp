// Answers on their way from other threads to the I/O thread that owns their connection. Many answers that come
// together (a group commit acknowledging a hundred requests) cost one wake-up.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "platform/http/http.hpp"

namespace yuanliu::http {

class Mailbox;

// Where a Reply's answer goes. Implemented by the session; called on its I/O thread only.
class AnswerSink {
 public:
    virtual ~AnswerSink() = default;
    virtual void deliver(Answer&& answer) noexcept = 0;
    virtual void deliver_nothing() noexcept = 0;  // every copy of the Reply is gone
};

}  // namespace yuanliu::http

// One request's claim on its connection. `refs` counts its owners: the session, the Replies together, letters under
// way.
struct yuanliu::http::Reply::Ticket {
    std::atomic<int> refs{1};
    std::atomic<int> copies{0};
    std::atomic<bool> answered{false};
    AnswerSink* sink = nullptr;  // I/O thread only; null when the connection is gone
    std::shared_ptr<Mailbox> mailbox;

    void retain() noexcept { refs.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }
};

namespace yuanliu::http {

// An owned reference to a ticket.
class TicketRef {
 public:
    explicit TicketRef(Reply::Ticket& ticket) noexcept : ticket_(&ticket) { ticket.retain(); }
    TicketRef(TicketRef&& other) noexcept : ticket_(std::exchange(other.ticket_, nullptr)) {}
    TicketRef& operator=(TicketRef&& other) noexcept {
        std::swap(ticket_, other.ticket_);
        return *this;
    }
    ~TicketRef() {
        if (ticket_ != nullptr) ticket_->release();
    }
    Reply::Ticket* operator->() const { return ticket_; }

 private:
    Reply::Ticket* ticket_;
};

class Mailbox {
 public:
    struct Letter {
        TicketRef ticket;
        std::optional<Answer> answer;  // nothing: the reply was dropped
    };

    // `wake` makes the owner's thread call open_letters() soon.
    explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    // Claims the calling thread as the owner's.
    void settle() noexcept;
    bool is_here() const noexcept;
    void post(Reply::Ticket& ticket, std::optional<Answer>&& answer) noexcept;
    // The WebSocket has messages to fetch.
    void post(std::shared_ptr<Socket::Line> line) noexcept;
    void open_letters() noexcept;
    void close() noexcept;  // later letters are thrown away

 private:
    std::mutex mutex_;
    std::function<void()> wake_;
    std::vector<Letter> letters_;
    std::vector<std::shared_ptr<Socket::Line>> lines_;
    bool open_ = true;
};

}  // namespace yuanliu::http
