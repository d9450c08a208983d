// What the connections of one I/O thread share. Touched by that thread only, but for the counters.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "platform/http/coding.hpp"
#include "platform/http/encode.hpp"
#include "platform/http/framing.hpp"
#include "platform/http/mailbox.hpp"
#include "platform/http/multipart.hpp"
#include "platform/http/net.hpp"

namespace yuanliu::http {

class Session;
using SessionList = std::list<std::unique_ptr<Session>>;

// Written by one thread, read by any: a plain store is enough.
class Counter {
 public:
    void add(std::uint64_t n = 1) noexcept { value_.store(get() + n, std::memory_order_relaxed); }
    std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<std::uint64_t> value_{0};
};

struct Counters {
    Counter accepted, refused, shed, accept_errors, requests, bytes_in, bytes_out, timeouts, exceptions, dropped,
        slow_handlers, messages_in, messages_out, slow_sockets;
    Counter by_class[6];
};

// The same for every I/O thread; made by the server, outlives them.
struct House {
    Handler& handler;
    const Options& options;
    const Limits& limits;
    Env& env;
    const HeadStyle& style;
    const ProxyList& proxies;
    std::function<void(std::string_view)> warn;
    bool tls = false;
    std::shared_ptr<UploadRoom> uploads = {};
};

struct Desk {
    explicit Desk(const House& house) : house(house) {}
    virtual ~Desk() = default;
    // The session has closed its link; it is destroyed later, when nothing points to it any more.
    virtual void retire(Session& session) noexcept = 0;
    // The session waits for its next request: it is now the youngest of the idle ones.
    virtual void rest(Session& session) noexcept = 0;
    // Counts one more WebSocket of that client; the refusal when there are too many already.
    virtual Refusal enter_socket(const std::string& cap_key) = 0;
    virtual void leave_socket(const std::string& cap_key) noexcept = 0;

    const House& house;
    std::shared_ptr<Mailbox> mailbox;
    Counters counters;
    Gzip gzip;
    std::int64_t now_ms = 0;  // monotonic, as of the last sweep
    std::string date;         // of the last sweep, for the Date header
    bool draining = false;
    std::uint64_t bodies_bytes = 0;  // request bodies in memory
    std::shared_ptr<std::atomic<std::uint64_t>> sockets_bytes =
        std::make_shared<std::atomic<std::uint64_t>>(0);  // waiting for WebSocket clients; outlives the desk
    std::string id_prefix;                                // random, 8 characters
    std::uint64_t id_next = 0;

    std::string make_id();
    // For the operator. Never throws: it is also called when memory has run out.
    void warn(std::initializer_list<std::string_view> parts) const noexcept;
};

}  // namespace yuanliu::http
