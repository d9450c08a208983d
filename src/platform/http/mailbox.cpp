#include "platform/http/mailbox.hpp"

#include <new>

#include "platform/http/socket_line.hpp"

namespace yuanliu::http {
namespace {

thread_local const Mailbox* here = nullptr;

}  // namespace

void Mailbox::settle() noexcept { here = this; }
bool Mailbox::is_here() const noexcept { return here == this; }

void Mailbox::post(Reply::Ticket& ticket, std::optional<Answer>&& answer) noexcept {
    const std::lock_guard lock(mutex_);
    if (!open_) return;
    const std::size_t before = letters_.size();
    try {
        letters_.push_back({TicketRef(ticket), std::move(answer)});
        if (before == 0 && lines_.empty()) wake_();
    } catch (const std::bad_alloc&) {
        // The answer is lost, the promise is not: its deadline turns it into a 503.
        if (letters_.size() > before) letters_.pop_back();
    }
}

void Mailbox::post(std::shared_ptr<Socket::Line> line) noexcept {
    const std::lock_guard lock(mutex_);
    if (!open_) return;
    const std::size_t before = lines_.size();
    try {
        lines_.push_back(std::move(line));
        if (before == 0 && letters_.empty()) wake_();
    } catch (const std::bad_alloc&) {
        // The messages wait on the line until its next ping.
        if (lines_.size() > before) lines_.pop_back();
    }
}

void Mailbox::open_letters() noexcept {
    std::vector<Letter> letters;
    std::vector<std::shared_ptr<Socket::Line>> lines;
    {
        const std::lock_guard lock(mutex_);
        letters.swap(letters_);
        lines.swap(lines_);
    }
    for (const auto& line : lines)
        if (line->sink != nullptr) line->sink->line_has_something();
    for (Letter& letter : letters) {
        AnswerSink* sink = letter.ticket->sink;
        if (sink == nullptr) continue;  // the client has left meanwhile
        if (letter.answer)
            sink->deliver(std::move(*letter.answer));
        else
            sink->deliver_nothing();
    }
}

void Mailbox::close() noexcept {
    std::vector<Letter> letters;
    std::vector<std::shared_ptr<Socket::Line>> lines;
    const std::lock_guard lock(mutex_);
    open_ = false;
    wake_ = nullptr;
    letters.swap(letters_);
    lines.swap(lines_);
}

Reply::Reply(const Reply& other) noexcept : ticket_(other.ticket_) {
    if (ticket_ != nullptr) ticket_->copies.fetch_add(1, std::memory_order_relaxed);
}

Reply::~Reply() {
    if (ticket_ == nullptr || ticket_->copies.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (!ticket_->answered.exchange(true, std::memory_order_acq_rel)) {
        if (!ticket_->mailbox->is_here())
            ticket_->mailbox->post(*ticket_, std::nullopt);
        else if (ticket_->sink != nullptr)
            ticket_->sink->deliver_nothing();
    }
    ticket_->release();
}

void Reply::operator()(Answer&& answer) const {
    if (ticket_ == nullptr || ticket_->answered.exchange(true, std::memory_order_acq_rel)) return;
    if (!ticket_->mailbox->is_here())
        ticket_->mailbox->post(*ticket_, std::move(answer));
    else if (ticket_->sink != nullptr)
        ticket_->sink->deliver(std::move(answer));
}

}  // namespace yuanliu::http
