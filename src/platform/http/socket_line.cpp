#include "platform/http/socket_line.hpp"

#include "platform/http/frames.hpp"

namespace yuanliu::http {
namespace {

constexpr std::uint16_t try_again_later = 1013;
constexpr std::size_t message_overhead = 64;  // what a waiting message costs besides its bytes

}  // namespace

bool Socket::send(std::shared_ptr<const std::string> text) const { return line_->push(std::move(text)); }
void Socket::close(std::uint16_t code, std::string_view reason) const { line_->end(code, reason); }

bool Socket::Line::push(std::shared_ptr<const std::string> text) {
    const std::size_t size = text->size() + message_overhead;
    const std::lock_guard lock(mutex);
    if (closed) return false;
    if (waiting + size > queue_max || all_waiting->load(std::memory_order_relaxed) + size > all_max) {
        drop();
        closed = true;
        goodbye = {try_again_later, "reading too slowly", true};
    } else {
        queue.push_back(std::move(text));
        waiting += size;
        all_waiting->fetch_add(size, std::memory_order_relaxed);
    }
    ring();
    return !closed;
}

void Socket::Line::end(std::uint16_t code, std::string_view reason) {
    const std::lock_guard lock(mutex);
    if (closed) return;
    closed = true;
    goodbye = {code, std::string(reason), false};
    ring();
}

std::size_t Socket::Line::pull(std::string& out, std::size_t room, Goodbye& bye) {
    const std::lock_guard lock(mutex);
    rung = false;
    std::size_t taken = 0;
    for (; !queue.empty() && out.size() < room; ++taken) {
        const std::size_t size = queue.front()->size() + message_overhead;
        write_frame(out, Opcode::text, *queue.front());
        queue.pop_front();
        waiting -= size;
        all_waiting->fetch_sub(size, std::memory_order_relaxed);
    }
    if (queue.empty() && goodbye.code != 0) bye = goodbye;
    return taken;
}

void Socket::Line::cut() noexcept {
    const std::lock_guard lock(mutex);
    closed = true;
    drop();
}

bool Socket::Line::is_closed() {
    const std::lock_guard lock(mutex);
    return closed;
}

void Socket::Line::drop() noexcept {
    queue.clear();
    all_waiting->fetch_sub(std::exchange(waiting, 0), std::memory_order_relaxed);
}

void Socket::Line::ring() noexcept {
    if (!std::exchange(rung, true)) mailbox->post(shared_from_this());
}

}  // namespace yuanliu::http
