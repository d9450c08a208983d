// The HTTP/1.1 edge: sockets in, Request out, Answer back. It owns framing, limits, deadlines and connections;
// what a path means is the Handler's. Plain sockets or TLS; one single-threaded event loop per I/O thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/env.hpp"
#include "platform/http/limits.hpp"

namespace yuanliu::http {

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

// One part of a multipart/form-data body. A part with a filename was streamed to `path`, a file only its owner can
// read; it is deleted with the last copy of the Part unless it was renamed away before. Others stand in `value`.
struct Part {
    std::string name;
    std::string filename;  // as the client called it, without folders; never use it as a path
    std::string content_type;
    std::string value;
    std::string path;
    std::uint64_t size = 0;
    std::shared_ptr<const void> keep = {};  // deletes `path`
};

// A request whose framing, target and host have been checked. `path` is percent-decoded valid UTF-8 without dot
// segments; `query` is raw (uri.hpp reads it).
struct Request {
    std::string method;
    std::string path;
    std::string query;
    Headers headers;
    std::string body;
    std::vector<Part> parts;
    std::string remote_ip;  // the client's, as far as trusted proxies vouch for it
    std::string scheme;     // http or https, likewise
    std::string host;       // with the port if one was sent
    std::string id;         // X-Request-Id: the caller's if it is [A-Za-z0-9._-]{1,64}, else made here
    bool ruled = false;     // it came with a body, so body_rule() has been asked about it

    // The first header of that lower-case name, or an empty view.
    std::string_view header(std::string_view name) const;
};

// At most one of `body`, `shared_body`, `static_body` and `file` is the body.
struct Answer {
    int status = 200;
    std::string content_type = {};
    std::string body = {};
    // Content-Security-Policy and the other defaults yield to a header set here. Framing headers (Content-Length,
    // Transfer-Encoding, Connection, Date, Server) and values with control bytes turn the answer into a 500.
    Headers headers = {};
    std::string file = {};  // path of a regular file, streamed
    bool gzip_ok = true;    // false for secrets: their length must not depend on their content
    std::shared_ptr<const std::string> shared_body = {};  // kept until it is sent
    std::string_view static_body = {};                    // must outlive the server
};

// What a request may bring, decided from its head.
struct BodyRule {
    std::uint64_t limit_bytes = 1 << 20;       // the whole body; beyond it 413
    bool multipart = false;                    // true: the body must be multipart/form-data (else 415) and is streamed
    std::uint64_t part_limit_bytes = 8 << 20;  // one file
    std::uint64_t field_limit_bytes = 64 << 10;  // one part that is not a file
    std::size_t part_count = 100;
    bool ask = false;                    // admit() decides first, and until then no byte of the body is read
    std::optional<Answer> instead = {};  // answer this at once and read no body (401, 404, 429 …)
};

// The way back to the client. Copyable, callable from any thread, once: later calls do nothing. On the I/O thread
// it answers without a detour. When the last copy goes without a call, the client gets 500. Outlives the server safely.
class Reply {
 public:
    struct Ticket;

    explicit Reply(Ticket& ticket) noexcept : ticket_(&ticket) {}
    Reply(const Reply& other) noexcept;
    Reply(Reply&& other) noexcept : ticket_(std::exchange(other.ticket_, nullptr)) {}
    Reply& operator=(Reply other) noexcept {
        std::swap(ticket_, other.ticket_);
        return *this;
    }
    ~Reply();
    void operator()(Answer&& answer) const;

 private:
    Ticket* ticket_;
};

// The server's end of one WebSocket. Copyable, callable from any thread; outlives the connection and the server safely.
class Socket {
 public:
    struct Line;

    explicit Socket(std::shared_ptr<Line> line) : line_(std::move(line)) {}
    // Sends a text message. It waits in memory while the client is busy; when more waits than a client may hold
    // (Limits::socket_queue_bytes), what waits is dropped and the connection closed with 1013, and the client comes
    // back for a fresh start. False when the connection is closed or just was for that.
    bool send(std::shared_ptr<const std::string> text) const;
    // Closes the connection once what waits has been sent. Later calls do nothing.
    void close(std::uint16_t code, std::string_view reason) const;

 private:
    std::shared_ptr<Line> line_;
};

// What listens on one WebSocket. Called on the connection's I/O thread, which it must not block; on_open first,
// on_closed last and once. An exception closes the connection with 1011.
class SocketEvents {
 public:
    virtual ~SocketEvents() = default;
    virtual void on_open(const Socket& socket) = 0;
    virtual void on_text(std::string&& text) = 0;  // valid UTF-8
    virtual void on_closed() noexcept = 0;
};

// What becomes of a WebSocket handshake.
struct Welcome {
    std::shared_ptr<SocketEvents> events = {};  // set: the connection is a WebSocket from now on
    std::optional<Answer> instead = {};  // set: the refusal. Neither: the request goes to handle() like any other
};

// What stands behind the edge. All are called on I/O threads, several at once, and must not block.
class Handler {
 public:
    virtual ~Handler() = default;
    // Asked after the head when a body follows. Exceptions become a 500.
    virtual BodyRule body_rule(const Request& head) = 0;
    // Asked when the rule says so, for what a head cannot tell without the database. Must lead to one call of `reply`,
    // as handle(): status 100 lets the body come, any other answer takes its place. An exception becomes a 500.
    virtual void admit(const Request&, Reply reply) {
        Answer come;
        come.status = 100;
        reply(std::move(come));
    }
    // The request with its body. Must lead to one call of `reply`, at once or later, from any thread.
    // An exception becomes a 500 and is counted.
    virtual void handle(Request&& request, Reply reply) = 0;
    // A WebSocket handshake whose form is right, from an origin that may. Exceptions become a 500.
    virtual Welcome upgrade(const Request&) { return {}; }
    // The edge's own refusal in the house's envelope. `status` and `code`: 400 http.bad_request, http.bad_target,
    // http.bad_multipart; 403 http.bad_origin; 408 http.timeout; 413 http.too_large; 414 http.target_too_long; 415
    // http.unsupported_media; 417 http.bad_expectation; 429 http.too_many_sockets; 431 http.head_too_large; 500
    // internal; 501 http.method_unknown; 503 busy; 505 http.version; 507 no_space. `request` may be empty but for its
    // id.
    virtual Answer refuse(const Request& request, int status, std::string_view code) = 0;
};

// One line of the access log; the views live during the call.
struct Access {
    std::string_view method;
    std::string_view path;  // without the query, which may hold secrets
    int status = 0;
    std::uint64_t bytes = 0;       // of the answer, head included
    std::int64_t duration_us = 0;  // from the end of the head to the answer being ready to send
    std::string_view id;
    std::string_view ip;
};

struct Options {
    std::string address = "127.0.0.1";  // IPv4 or IPv6 literal
    std::uint16_t port = 0;             // 0: any free one
    unsigned io_threads = 0;            // 0: one per core
    Limits limits = {};
    std::string tls_certificate = {};  // PEM chain; with `tls_key` the server speaks TLS (>= 1.2) only, and takes up
                                       // what renews the two while it runs
    std::string tls_key = {};
    std::vector<std::string> trusted_proxies = {};  // addresses or CIDR blocks whose X-Forwarded-For and -Proto count
    std::vector<std::string> origins = {};  // whose pages may open WebSockets besides those of the host they ask
    std::string upload_dir = "/tmp";        // where multipart files are streamed to
    std::string server_name = "yuanliu";    // the Server header; no version
    std::function<void(const Access&)> access = {};   // on I/O threads; must not block
    std::function<void(std::string_view)> warn = {};  // for the operator; empty: the default log
};

struct Stats {
    std::uint64_t open = 0;      // connections now
    std::uint64_t accepted = 0;  // connections since the start
    std::uint64_t refused = 0;   // turned away at the door by a cap
    std::uint64_t shed = 0;      // idle ones closed to make room
    std::uint64_t accept_errors = 0;
    std::uint64_t requests = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t timeouts = 0;    // connections ended by a deadline
    std::uint64_t exceptions = 0;  // that handlers let out
    std::uint64_t dropped = 0;     // replies destroyed without an answer
    std::uint64_t slow_handlers = 0;
    std::uint64_t sockets = 0;      // WebSockets now
    std::uint64_t messages_in = 0;  // by them
    std::uint64_t messages_out = 0;
    std::uint64_t slow_sockets = 0;  // closed because they did not read what was sent
    std::uint64_t by_class[6] = {};  // answers by status / 100
};

class Server {
 public:
    // `handler` and `env` must outlive the server.
    Server(Handler& handler, Options options, Env& env = Env::real());
    ~Server();  // stop()
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Listens and returns. Makes the process ignore SIGPIPE. Throws Error(internal) when the address is taken or
    // unusable, when a trusted proxy is not an address, when the upload folder cannot be written or the certificate not
    // be read; its log text says which.
    void start();
    std::uint16_t port() const;

    // Stops accepting, closes idle connections and lets requests in flight finish, each with `Connection: close`.
    // True when all were gone within `timeout_ms`. Then stop().
    bool drain(std::int64_t timeout_ms = 10'000);
    // Ends every connection and thread. Idempotent. Never from an I/O thread.
    void stop();
    // Any thread.
    Stats stats() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yuanliu::http
