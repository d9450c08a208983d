#include "platform/http/session.hpp"

#include "platform/http/socket_state.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace yuanliu::http {

void InputBuffer::consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
}

void InputBuffer::make_room(std::size_t wanted) {
    if (room() >= wanted) return;
    const std::size_t held = end_ - begin_;
    if (capacity_ - held >= wanted) {
        std::memmove(data_.get(), data_.get() + begin_, held);
    } else {
        const std::size_t capacity = std::max(held + wanted, std::min(capacity_ * 2, held + 4 * wanted));
        std::unique_ptr<char[]> grown(new char[capacity]);
        if (held > 0) std::memcpy(grown.get(), data_.get() + begin_, held);
        data_ = std::move(grown);
        capacity_ = capacity;
    }
    begin_ = 0;
    end_ = held;
}

void InputBuffer::shrink(std::size_t capacity) {
    if (capacity_ > capacity && empty()) drop();
}

void InputBuffer::drop() {
    data_.reset();
    capacity_ = begin_ = end_ = 0;
}

Session::Session(Desk& desk, std::unique_ptr<Link> link, const Address& peer)
    : desk_(desk),
      limits_(desk.house.limits),
      link_(std::move(link)),
      reader_(desk.house.limits),
      peer_(peer),
      peer_text_(peer.text()),
      peer_trusted_(!desk.house.proxies.empty() && desk.house.proxies.trusts(peer)),
      opened_ms_(desk.now_ms) {}

Session::~Session() {
    close_file();
    if (ticket_ != nullptr) leave_ticket();
}

void Session::start() {
    enter(Phase::opening);
    wait_until(limits_.tls_ms);
    if (link_->open(*this)) on_open(true);
}

void Session::enter(Phase phase) {
    phase_ = phase;
    phase_ms_ = desk_.now_ms;
}

// The clock is as old as the last sweep and deadlines are looked at once a sweep: both err in the client's favour.
void Session::wait_until(std::int64_t allowed_ms, std::uint64_t earned_by_bytes) {
    const auto earned_ms =
        std::min(static_cast<std::int64_t>(earned_by_bytes) * 1000 / limits_.rate_bytes_s, limits_.body_earned_ms);
    deadline_ms_ = phase_ms_ + allowed_ms + earned_ms + limits_.sweep_ms;
}

void Session::forgive(std::int64_t ms) noexcept {
    phase_ms_ += ms;
    write_ms_ += ms;
    deadline_ms_ += ms;
    if (socket_) socket_->forgive(ms);
}

bool Session::is_late() const { return phase_ != Phase::closed && desk_.now_ms > deadline_ms_; }

void Session::check_deadline() noexcept {
    if (!is_late()) return;
    if (is_idle()) return close(false);
    if (phase_ == Phase::socket) return socket_deadline();
    if (phase_ != Phase::linger && phase_ != Phase::finish) desk_.counters.timeouts.add();
    if (writing_) return close(true);  // it does not take our answer
    switch (phase_) {
        case Phase::head:
            if (input_.empty()) return close(false);  // it never said a word
            request_ = Request{};
            [[fallthrough]];
        case Phase::body: refuse({408, "http.timeout"}); return run();
        case Phase::asking:
            leave_ticket();
            refuse({503, "busy"});
            return run();
        case Phase::answer:
            leave_ticket();
            keep_ = false;
            answer_ = refusal_answer({503, "busy"});
            return run();
        default: return close(true);
    }
}

void Session::drain() noexcept {
    keep_ = false;
    if (phase_ == Phase::socket) return socket_->line->end(going_away, "the server is stopping");
    if (phase_ != Phase::head || !input_.empty() || writing_) return;
    // Not at once: a request may be on its way, and closing now would lose it.
    phase_ms_ = desk_.now_ms;
    wait_until(limits_.drain_grace_ms);
}

void Session::close(bool abort) noexcept {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    link_->close(abort);
    if (ticket_ != nullptr) leave_ticket();
    if (socket_) leave_socket();
    close_file();
    desk_.bodies_bytes -= body_held_;
    body_held_ = 0;
    if (!link_->busy()) {  // else the kernel or OpenSSL may still hold pointers into these
        input_.drop();
        output_ = std::string();
        sending_ = Answer{};
    }
    body_view_ = {};
    answer_.reset();
    multipart_.reset();
    desk_.retire(*this);
}

void Session::on_open(bool ok) noexcept {
    if (phase_ != Phase::opening) return;
    if (!ok) return close(true);
    enter(Phase::head);
    run();
}

void Session::on_read(std::size_t bytes) noexcept {
    reading_ = false;
    if (phase_ == Phase::closed) return;
    if (bytes == 0) return close(false);
    desk_.counters.bytes_in.add(bytes);
    if (socket_) socket_->hear(desk_.now_ms);
    if (phase_ != Phase::linger)
        input_.commit(bytes);
    else if ((lingered_ += bytes) > limits_.linger_bytes)
        return close(true);
    run();
}

void Session::on_moved(std::size_t bytes) noexcept {
    if (phase_ == Phase::closed) return;
    written_ += bytes;
    const auto earned_ms = static_cast<std::int64_t>(written_) * 1000 / limits_.rate_bytes_s;
    deadline_ms_ = write_ms_ + limits_.write_ms + earned_ms + limits_.sweep_ms;
    hurry();
}

void Session::on_written(bool ok) noexcept {
    writing_ = false;
    if (phase_ == Phase::closed) return;
    if (!ok) return close(true);
    sent();
    run();
}

void Session::sent() noexcept {
    output_.clear();
    if (body_view_.empty()) return;
    body_view_ = {};
    sending_ = Answer{};
}

void Session::on_shut() noexcept { close(false); }

void Session::deliver(Answer&& answer) noexcept {
    if ((phase_ != Phase::answer && phase_ != Phase::asking) || answer_) return;
    answer_ = std::move(answer);
    if (!dispatching_) run();
}

void Session::deliver_nothing() noexcept {
    if ((phase_ != Phase::answer && phase_ != Phase::asking) || answer_) return;
    desk_.counters.dropped.add();
    desk_.warn({"a request was dropped without an answer:", method_, path_, "id", id_});
    answer_ = refusal_answer({500, "internal"});
    if (!dispatching_) run();
}

void Session::run() noexcept {
    if (running_) return;
    running_ = true;
    try {
        while (phase_ != Phase::closed && !writing_ && step()) {
        }
    } catch (const std::exception& error) {  // out of memory, most likely: this client goes, the server stays
        desk_.counters.exceptions.add();
        desk_.warn({"a connection failed:", error.what()});
        close(true);
    }
    running_ = false;
}

bool Session::step() {
    if ((output_.size() >= limits_.coalesce_bytes || !body_view_.empty() || file_ >= 0) && !flush()) return false;
    switch (phase_) {
        case Phase::head: return step_head();
        case Phase::asking: return step_asking();
        case Phase::body: return step_body();
        case Phase::answer: return step_answer();
        case Phase::finish: return step_finish();
        case Phase::socket: return step_socket();
        case Phase::linger: read_more(limits_.idle_buffer_bytes); return false;
        default: return false;
    }
}

bool Session::step_head() {
    Refusal refusal;
    const std::size_t length = find_head(input_.view(), scanned_, limits_, refusal);
    if (length > 0) {
        begin_request(input_.view().substr(0, length));
        return true;
    }
    if (refusal) {
        request_ = Request{};
        method_.clear();
        path_.clear();
        refuse(refusal);
        return true;
    }
    if (!flush()) return false;
    if (input_.empty()) {
        if (served_ == 0) {
            wait_until(limits_.head_ms);
        } else {
            phase_ms_ = desk_.now_ms;
            wait_until(limits_.idle_ms);
            input_.shrink(limits_.idle_buffer_bytes);
            if (output_.capacity() > limits_.body_buffer_bytes) output_ = std::string();
            desk_.rest(*this);
        }
    } else {
        if (!head_started_ && served_ > 0) phase_ms_ = desk_.now_ms;
        head_started_ = true;
        wait_until(limits_.head_ms);
    }
    read_more(input_.empty() ? 512 : 1024);
    return false;
}

void Session::read_more(std::size_t room) {
    if (reading_) return;
    if (input_.room() < room) input_.make_room(std::max(room, limits_.idle_buffer_bytes));
    reading_ = true;
    link_->read(input_.space(), input_.room());
}

// Nothing is read meanwhile: what the client sends on stays in its own buffers.
bool Session::step_asking() {
    if (!answer_) {
        if (!flush()) return false;
        wait_until(limits_.answer_ms);
        return false;
    }
    Answer said = std::move(*answer_);
    answer_.reset();
    enter(Phase::body);
    if (said.status != 100)
        turn_away(std::move(said));
    else if (const Refusal refusal = open_body())
        refuse(refusal);
    return true;
}

bool Session::step_body() {
    std::size_t used = 0;
    const Refusal refusal = reader_.body(input_.view(), used, *this);
    input_.consume(used);
    if (refusal) {
        refuse(refusal);
        return true;
    }
    if (reader_.done()) return end_body();
    if (!flush()) return false;
    wait_until(limits_.body_ms, body_bytes_);
    const bool long_body = head_.chunked || head_.length > body_bytes_ + limits_.idle_buffer_bytes;
    read_more(long_body ? limits_.body_buffer_bytes / 2 : 512);
    return false;
}

bool Session::step_answer() {
    if (!answer_) {
        if (!flush()) return false;
        wait_until(limits_.answer_ms);
        return false;
    }
    Answer answer = std::move(*answer_);
    answer_.reset();
    encode(std::move(answer));
    return true;
}

bool Session::step_finish() {
    if (!flush()) return false;
    if (!unread_ && input_.empty()) {
        if (link_->shut())
            close(false);
        else
            wait_until(limits_.linger_ms);
        return false;
    }
    // The client may still be sending. Closing now would answer it with a reset, which may destroy our answer before
    // it is read: hear it out a little.
    enter(Phase::linger);
    wait_until(limits_.linger_ms);
    input_.consume(input_.view().size());
    return link_->shut();
}

bool Session::flush() {
    while (!output_.empty() || !body_view_.empty() || file_ >= 0) {
        if (output_.empty() && body_view_.empty() && !refill_from_file()) return phase_ != Phase::closed;
        desk_.counters.bytes_out.add(output_.size() + body_view_.size());
        switch (link_->write(output_, body_view_)) {
            case Link::Sent::all: sent(); break;
            case Link::Sent::later:
                writing_ = true;
                write_ms_ = desk_.now_ms;
                written_ = 0;
                deadline_ms_ = write_ms_ + limits_.write_ms + limits_.sweep_ms;
                hurry();
                return false;
            case Link::Sent::failed: close(true); return false;
        }
    }
    return true;
}

// The next piece of the file; false when there is none. A file that shrank meanwhile leaves no honest way to go on.
bool Session::refill_from_file() {
    if (file_left_ == 0) {
        close_file();
        return false;
    }
    const std::size_t piece = std::min<std::uint64_t>(file_left_, limits_.body_buffer_bytes);
    output_.resize(piece);
    const ssize_t got = ::read(file_, output_.data(), piece);
    if (got <= 0) {
        output_.clear();
        close(true);
        return false;
    }
    output_.resize(static_cast<std::size_t>(got));
    file_left_ -= static_cast<std::uint64_t>(got);
    return true;
}

void Session::close_file() noexcept {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
    file_left_ = 0;
}

}  // namespace yuanliu::http
