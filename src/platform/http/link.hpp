// The byte stream of one connection, plain or TLS. Belongs to one I/O thread; at most one read and one write wait at
// a time. Events never come from inside the call that asked for them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace yuanliu::http {

class LinkEvents {
 public:
    virtual ~LinkEvents() = default;
    virtual void on_open(bool ok) noexcept = 0;
    virtual void on_read(std::size_t bytes) noexcept = 0;   // 0: the peer has ended, or an error
    virtual void on_moved(std::size_t bytes) noexcept = 0;  // a waiting write went on by so much
    virtual void on_written(bool ok) noexcept = 0;
    virtual void on_shut() noexcept = 0;
};

class Link {
 public:
    enum class Sent { all, later, failed };

    virtual ~Link() = default;
    virtual bool open(LinkEvents& events) = 0;  // true: open at once; false: on_open follows
    virtual void read(char* into, std::size_t room) = 0;
    // Sends both pieces in one gathered write. On `later` they must stay until on_written.
    virtual Sent write(std::string_view first, std::string_view second) = 0;
    // Says goodbye: nothing more will be written. True: done, the peer's last bytes may still be read.
    // False: on_shut follows.
    virtual bool shut() = 0;
    virtual void close(bool abort) noexcept = 0;  // abort: discards what the kernel has not sent yet
    virtual bool busy() const = 0;                // an event is still to come; the link must not be destroyed
};

std::unique_ptr<Link> make_tcp_link(boost::asio::io_context& io, int fd);

// A server certificate, loaded once and shared by all connections.
struct Tls;
std::shared_ptr<Tls> load_tls(const std::string& certificate, const std::string& key);  // throws Error(internal)
std::unique_ptr<Link> make_tls_link(boost::asio::io_context& io, int fd, Tls& tls);

}  // namespace yuanliu::http
