#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/error.hpp"
#include "platform/http/multipart.hpp"
#include "platform/http/worker.hpp"

namespace yuanliu::http {
namespace {

[[noreturn]] void fail(const std::string& what) { throw internal(what + ": " + std::strerror(errno)); }

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress to_socket_address(const std::string& text, std::uint16_t port) {
    const auto address = parse_address(text);
    if (!address) throw internal("the address to listen on is not an IPv4 or IPv6 literal: " + text);
    SocketAddress result;
    if (address->is_v4()) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(result.storage);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, address->bytes.data() + 12, 4);
        result.size = sizeof v4;
    } else {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(result.storage);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address->bytes.data(), 16);
        result.size = sizeof v6;
    }
    return result;
}

// Options set here are inherited by every accepted connection, which saves three calls each.
int open_listener(const Options& options, SocketAddress at, bool shared) {
    const int fd = ::socket(at.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("http: socket");
    const int on = 1;
    const auto timeout_ms = static_cast<unsigned>(options.limits.user_timeout_ms);
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (shared) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
    if (::bind(fd, at.raw(), at.size) != 0 || (shared && ::listen(fd, options.limits.backlog) != 0)) {
        const int error = errno;
        ::close(fd);
        errno = error;
        fail("http: cannot listen on " + options.address + ":" + std::to_string(options.port));
    }
    return fd;
}

std::uint16_t port_of(int fd) {
    SocketAddress at;
    at.size = sizeof at.storage;
    if (::getsockname(fd, at.raw(), &at.size) != 0) fail("http: getsockname");
    return ntohs(at.storage.ss_family == AF_INET ? reinterpret_cast<sockaddr_in&>(at.storage).sin_port
                                                 : reinterpret_cast<sockaddr_in6&>(at.storage).sin6_port);
}

// Below the descriptor limit by a reserve, so that the database, logs and uploads never starve.
std::size_t connection_cap(const Limits& limits) {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) fail("http: getrlimit");
    if (files.rlim_cur == RLIM_INFINITY) return limits.connections;
    const auto all = static_cast<std::size_t>(files.rlim_cur);
    return std::max<std::size_t>(1, std::min(limits.connections, all - std::min(limits.reserved_fds, all / 2)));
}

void check_upload_dir(const std::string& folder) {
    if (::access(folder.c_str(), W_OK | X_OK) != 0) fail("http: the upload folder " + folder + " cannot be written");
}

}  // namespace

struct Server::Impl {
    Impl(Handler& handler, Options given, Env& env)
        : options(std::move(given)),
          env(env),
          style(options.server_name),
          proxies(options.trusted_proxies),
          house{handler,
                options,
                options.limits,
                env,
                style,
                proxies,
                options.warn,
                false,
                std::make_shared<UploadRoom>(options.upload_dir, options.limits.uploads_bytes,
                                             options.limits.disk_spare_bytes)},
          crowd{{},
                0,
                AddressCap(options.limits.connections_per_address),
                {},
                AddressCap(options.limits.sockets_per_address)} {
        if (!house.warn) house.warn = [](std::string_view text) { spdlog::warn("{}", text); };
    }

    Options options;
    Env& env;
    const HeadStyle style;
    const ProxyList proxies;
    House house;
    Crowd crowd;
    std::vector<std::unique_ptr<Worker>> workers;
    std::uint16_t port = 0;
};

Server::Server(Handler& handler, Options options, Env& env)
    : impl_(std::make_unique<Impl>(handler, std::move(options), env)) {}

Server::~Server() { stop(); }

void Server::start() {
    Impl& my = *impl_;
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    check_upload_dir(my.options.upload_dir);
    sweep_uploads(my.options.upload_dir, my.env.now());
    std::shared_ptr<Tls> tls;
    if (my.options.tls_certificate.empty() != my.options.tls_key.empty())
        throw internal("http: the TLS certificate and its key belong together, and one of the two is missing");
    if (!my.options.tls_certificate.empty()) tls = load_tls(my.options.tls_certificate, my.options.tls_key);
    my.house.tls = tls != nullptr;
    my.crowd.cap = connection_cap(my.options.limits);
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    const unsigned count = my.options.io_threads == 0 ? cores : my.options.io_threads;
    my.port = my.options.port;
    // Listeners that share a port would also share it with a stranger: first make sure nobody has it.
    if (my.port != 0) ::close(open_listener(my.options, to_socket_address(my.options.address, my.port), false));
    for (unsigned i = 0; i < count; ++i) {
        const int fd = open_listener(my.options, to_socket_address(my.options.address, my.port), true);
        if (my.port == 0) my.port = port_of(fd);
        my.workers.push_back(std::make_unique<Worker>(my.house, my.crowd, fd, tls));
    }
    for (unsigned i = 0; i < count; ++i) my.workers[i]->run("yl-http-" + std::to_string(i));
}

std::uint16_t Server::port() const { return impl_->port; }

bool Server::drain(std::int64_t timeout_ms) {
    for (const auto& worker : impl_->workers) worker->drain();
    const std::int64_t deadline = impl_->env.monotonic_ms() + timeout_ms;
    bool empty = false;
    // Polling once in 10 ms, at most a thousand times in a process's life. The count also bounds a clock that stands.
    for (std::int64_t waited = 0; waited <= timeout_ms && impl_->env.monotonic_ms() <= deadline; waited += 10) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        empty = impl_->crowd.open.load(std::memory_order_relaxed) == 0;
        if (empty) break;
    }
    stop();
    return empty;
}

void Server::stop() {
    for (const auto& worker : impl_->workers) worker->stop();
    for (const auto& worker : impl_->workers) worker->join();
}

Stats Server::stats() const {
    Stats sum;
    sum.open = impl_->crowd.open.load(std::memory_order_relaxed);
    sum.sockets = impl_->crowd.sockets.load(std::memory_order_relaxed);
    for (const auto& worker : impl_->workers) {
        const Counters& each = worker->counters();
        sum.accepted += each.accepted.get();
        sum.refused += each.refused.get();
        sum.shed += each.shed.get();
        sum.accept_errors += each.accept_errors.get();
        sum.requests += each.requests.get();
        sum.bytes_in += each.bytes_in.get();
        sum.bytes_out += each.bytes_out.get();
        sum.timeouts += each.timeouts.get();
        sum.exceptions += each.exceptions.get();
        sum.dropped += each.dropped.get();
        sum.slow_handlers += each.slow_handlers.get();
        sum.messages_in += each.messages_in.get();
        sum.messages_out += each.messages_out.get();
        sum.slow_sockets += each.slow_sockets.get();
        for (std::size_t i = 0; i < 6; ++i) sum.by_class[i] += each.by_class[i].get();
    }
    return sum;
}

}  // namespace yuanliu::http
