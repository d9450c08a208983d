#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>

#include "platform/http/link.hpp"

namespace yuanliu::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
// A concrete executor: any_io_executor costs an allocation and two virtual calls an operation.
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

// Writes at once and waits only when the kernel's buffer is full; most answers never wait.
class TcpLink final : public Link {
 public:
    TcpLink(asio::io_context& io, int fd) : socket_(io, asio::ip::tcp::v4(), fd) {}

    bool open(LinkEvents& events) override {
        events_ = &events;
        return true;
    }

    void read(char* into, std::size_t room) override {
        reading_ = true;
        const ReadDone done{this};
        socket_.async_read_some(asio::buffer(into, room), done);
    }

    Sent write(std::string_view first, std::string_view second) override {
        left_[0] = {const_cast<char*>(first.data()), first.size()};
        left_[1] = {const_cast<char*>(second.data()), second.size()};
        return go_on(nullptr);
    }

    bool shut() override {
        error_code ignored;
        socket_.shutdown(asio::socket_base::shutdown_send, ignored);
        return true;
    }

    void close(bool abort) noexcept override {
        error_code ignored;
        if (abort) {
            const linger now{1, 0};
            ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        }
        socket_.close(ignored);
    }

    bool busy() const override { return reading_ || writing_; }

 private:
    struct ReadDone {
        TcpLink* link;
        void operator()(const error_code& error, std::size_t bytes) const {
            link->reading_ = false;
            link->events_->on_read(error ? 0 : bytes);
        }
    };
    struct Writable {
        TcpLink* link;
        void operator()(const error_code& error) const { link->writable(error); }
    };

    // Sends what is left until done or the kernel is full. `moved` counts the bytes.
    Sent go_on(std::size_t* moved) {
        for (;;) {
            iovec* from = left_;
            std::size_t count = 2;
            while (count > 0 && from->iov_len == 0) ++from, --count;
            if (count == 0) return Sent::all;
            msghdr message{};
            message.msg_iov = from;
            message.msg_iovlen = count;
            const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0) {
                if (errno == EINTR) continue;
                if (errno != EAGAIN && errno != EWOULDBLOCK) return Sent::failed;
                writing_ = true;
                const Writable writable{this};
                socket_.async_wait(asio::socket_base::wait_write, writable);
                return Sent::later;
            }
            auto rest = static_cast<std::size_t>(sent);
            if (moved != nullptr) *moved += rest;
            for (; count > 0; ++from, --count) {
                const std::size_t part = rest < from->iov_len ? rest : from->iov_len;
                from->iov_base = static_cast<char*>(from->iov_base) + part;
                from->iov_len -= part;
                rest -= part;
            }
        }
    }

    void writable(const error_code& error) {
        writing_ = false;
        if (error) return events_->on_written(false);
        std::size_t moved = 0;
        const Sent sent = go_on(&moved);
        events_->on_moved(moved);
        if (sent != Sent::later) events_->on_written(sent == Sent::all);
    }

    Socket socket_;
    LinkEvents* events_ = nullptr;
    iovec left_[2] = {};
    bool reading_ = false;
    bool writing_ = false;
};

}  // namespace

std::unique_ptr<Link> make_tcp_link(asio::io_context& io, int fd) { return std::make_unique<TcpLink>(io, fd); }

}  // namespace yuanliu::http
