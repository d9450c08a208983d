#include "platform/http/worker.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "platform/http/session.hpp"

namespace yuanliu::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Listener = asio::posix::basic_stream_descriptor<Executor>;

constexpr std::string_view full_house =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

}  // namespace

struct Worker::Impl final : Desk {
    Impl(const House& house, Crowd& crowd, int listening, std::shared_ptr<Tls> tls)
        : Desk(house),
          crowd(crowd),
          tls(std::move(tls)),
          io(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),  // sockets and timers are touched by one thread; post() by any
          listener(io, listening),
          sweeper(io),
          pause(io),
          spare(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {
        auto wake = [this] {
            const auto read_mail = [this] { mailbox->open_letters(); };
            asio::post(io, read_mail);
        };
        mailbox = std::make_shared<Mailbox>(wake);
        unsigned char seed[8];
        house.env.random(seed);
        for (const unsigned char byte : seed) id_prefix += "0123456789abcdefghjkmnpqrstvwxyz"[byte & 31];
        look_at_clock();
        last_sweep_ms = last_tls_look_ms = now_ms;
        if (this->tls) tls_stamp = stamp_of_certificate();
    }
    ~Impl() override {
        sessions.clear();
        if (spare >= 0) ::close(spare);
    }

    void look_at_clock() {
        now_ms = house.env.monotonic_ms();
        no_strangers = false;
        const std::int64_t second = house.env.now().ms / 1000;
        if (second == date_second) return;
        date_second = second;
        date = http_date(Time{second * 1000});
    }

    // Changes whenever one of the two files does.
    std::string stamp_of_certificate() const {
        std::string out;
        for (const auto* path : {&house.options.tls_certificate, &house.options.tls_key}) {
            struct stat facts {};
            if (::stat(path->c_str(), &facts) != 0) facts = {};
            for (const auto part : {std::int64_t(facts.st_ino), std::int64_t(facts.st_size),
                                    std::int64_t(facts.st_mtim.tv_sec), std::int64_t(facts.st_mtim.tv_nsec)})
                out += std::to_string(part) + ' ';
        }
        return out;
    }

    // A renewed certificate is taken up without a restart; connections keep the one they began with. While the two
    // files do not fit together (one is new, the other not yet) the old pair stays, and the next change is looked at.
    void look_at_certificate() {
        if (!tls || now_ms - last_tls_look_ms < house.limits.tls_look_ms) return;
        last_tls_look_ms = now_ms;
        auto stamp = stamp_of_certificate();
        if (stamp == tls_stamp) return;
        tls_stamp = std::move(stamp);
        try {
            tls = load_tls(house.options.tls_certificate, house.options.tls_key);
        } catch (const std::exception& error) {
            warn({"the certificate has changed and cannot be used, the old one stays:", error.what()});
        }
    }

    // ---- connections

    void accept_soon() {
        if (!listener.is_open()) return;
        const auto ready = [this](const error_code& error) {
            if (!error) accept_waiting();
        };
        listener.async_wait(Listener::wait_read, ready);
    }

    void accept_waiting() {
        for (int i = 0; i < 256; ++i) {
            sockaddr_storage peer{};
            socklen_t size = sizeof peer;
            const int fd = ::accept4(listener.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd >= 0) {
                welcome(fd, address_of(peer));
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                break;
            } else if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO) {
                return accept_failed(errno);
            }
        }
        accept_soon();
    }

    // Never spins and never goes deaf: gives one waiting client its end through the spare descriptor, rests, goes on.
    void accept_failed(int error) {
        counters.accept_errors.add();
        if (now_ms - last_accept_warning_ms >= 1000) {
            last_accept_warning_ms = now_ms;
            warn({"cannot accept connections:", std::strerror(error)});
        }
        if ((error == EMFILE || error == ENFILE) && spare >= 0) {
            ::close(spare);
            const int fd = ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd >= 0) ::close(fd);
            spare = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        }
        pause.expires_after(std::chrono::milliseconds(house.limits.accept_pause_ms));
        const auto again = [this](const error_code& cancelled) {
            if (!cancelled && !ended && listener.is_open()) accept_waiting();
        };
        pause.async_wait(again);
    }

    static void turn_away(int fd, bool tell) {
        if (tell) {  // one packet into an empty buffer: cannot block
            [[maybe_unused]] const ssize_t sent =
                ::send(fd, full_house.data(), full_house.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        ::close(fd);
    }

    void welcome(int fd, const Address& peer) {
        const bool full = crowd.open.fetch_add(1, std::memory_order_relaxed) >= crowd.cap;
        if (full && !shed_one()) {
            crowd.open.fetch_sub(1, std::memory_order_relaxed);
            counters.refused.add();
            return turn_away(fd, !tls);
        }
        std::string cap_key = house.proxies.trusts(peer) ? std::string() : peer.line();
        if (!cap_key.empty() && !crowd.addresses.enter(cap_key)) {
            crowd.open.fetch_sub(1, std::memory_order_relaxed);
            counters.refused.add();
            return turn_away(fd, !tls);
        }
        counters.accepted.add();
        try {
            auto link = tls ? make_tls_link(io, fd, *tls) : make_tcp_link(io, fd);
            sessions.push_back(std::make_unique<Session>(*this, std::move(link), peer));
        } catch (const std::exception& error) {
            crowd.open.fetch_sub(1, std::memory_order_relaxed);
            if (!cap_key.empty()) crowd.addresses.leave(cap_key);
            counters.exceptions.add();
            warn({"cannot take a connection:", error.what()});
            ::close(fd);
            return;
        }
        Session& session = *sessions.back();
        session.place = std::prev(sessions.end());
        session.cap_key = std::move(cap_key);
        try {
            session.start();
        } catch (const std::exception& error) {
            counters.exceptions.add();
            warn({"cannot start a connection:", error.what()});
            session.close(true);
        }
    }

    // At the cap somebody makes room: who came and never said a word, before the client that has idled longest.
    bool shed_one() {
        Session* leaves = nullptr;
        for (const auto& session : sessions) {
            if (!no_strangers && session->is_silent_stranger()) {
                leaves = session.get();
                break;
            }
            if (leaves == nullptr && session->is_idle()) leaves = session.get();
            if (leaves != nullptr && no_strangers) break;
        }
        if (leaves == nullptr || !leaves->is_silent_stranger()) no_strangers = true;
        if (leaves == nullptr) return false;
        counters.shed.add();
        leaves->close(false);
        return true;
    }

    void rest(Session& session) noexcept override { sessions.splice(sessions.end(), sessions, session.place); }

    void retire(Session& session) noexcept override {
        crowd.open.fetch_sub(1, std::memory_order_relaxed);
        if (!session.cap_key.empty()) crowd.addresses.leave(session.cap_key);
        retired.splice(retired.end(), sessions, session.place);
    }

    Refusal enter_socket(const std::string& cap_key) override {
        if (crowd.sockets.fetch_add(1, std::memory_order_relaxed) >= house.limits.sockets) {
            crowd.sockets.fetch_sub(1, std::memory_order_relaxed);
            return {503, "busy"};
        }
        if (crowd.socket_addresses.enter(cap_key)) return {};
        crowd.sockets.fetch_sub(1, std::memory_order_relaxed);
        return {429, "http.too_many_sockets"};
    }
    void leave_socket(const std::string& cap_key) noexcept override {
        crowd.sockets.fetch_sub(1, std::memory_order_relaxed);
        crowd.socket_addresses.leave(cap_key);
    }

    // ---- time

    void sweep_later() {
        sweeper.expires_after(std::chrono::milliseconds(house.limits.sweep_ms));
        const auto due = [this](const error_code& cancelled) {
            if (cancelled || ended) return;
            sweep();
            sweep_later();
        };
        sweeper.async_wait(due);
    }

    void sweep() {
        look_at_clock();
        look_at_certificate();
        // If this thread stood still (a stopped process, a blocking handler), that is not the clients' fault.
        const std::int64_t gap = now_ms - last_sweep_ms;
        const std::int64_t stall = gap > 5 * house.limits.sweep_ms ? gap : 0;
        last_sweep_ms = now_ms;
        late.clear();
        for (const auto& session : sessions) {
            if (stall > 0) session->forgive(stall);
            if (session->is_late()) late.push_back(session.get());
        }
        for (Session* session : late) session->check_deadline();  // apart: this changes the list
        bury();
    }

    // Destroys what was retired, once no callback can come back to it.
    void bury() {
        for (auto at = retired.begin(); at != retired.end();)
            at = (*at)->can_be_destroyed() ? retired.erase(at) : std::next(at);
    }

    // ---- life

    void live() {
        mailbox->settle();
        sweep_later();
        accept_soon();
        for (;;) {
            try {
                io.run();
                break;
            } catch (const std::exception& error) {
                counters.exceptions.add();
                warn({"the event loop caught:", error.what()});
            }
        }
        mailbox->close();
    }

    void begin_drain() {
        if (draining) return;
        if (listener.is_open()) {
            accept_waiting();  // what the kernel has already accepted would be reset
            error_code ignored;
            listener.close(ignored);
        }
        draining = true;
        for (const auto& session : sessions) session->drain();
    }

    void end() {
        ended = true;  // a timer that has already fired cannot be cancelled any more
        error_code ignored;
        if (listener.is_open()) listener.close(ignored);
        sweeper.cancel();
        pause.cancel();
        while (!sessions.empty()) sessions.front()->close(true);
        // The cancelled operations report back, then nothing is left and run() returns by itself.
    }

    Crowd& crowd;
    std::shared_ptr<Tls> tls;
    asio::io_context io;
    Listener listener;
    Timer sweeper;
    Timer pause;
    int spare;
    SessionList sessions;  // those that idle longest come first
    SessionList retired;
    std::vector<Session*> late;
    std::thread thread;
    bool ended = false;
    bool no_strangers = false;  // none was found since the clock was read last, and only time makes new ones
    std::int64_t last_sweep_ms = 0, last_tls_look_ms = 0;
    std::string tls_stamp;
    std::int64_t date_second = -1;
    std::int64_t last_accept_warning_ms = -1000;
};

Worker::Worker(const House& house, Crowd& crowd, int listener, std::shared_ptr<Tls> tls)
    : impl_(std::make_unique<Impl>(house, crowd, listener, std::move(tls))) {}

Worker::~Worker() {
    if (!impl_->thread.joinable()) return;
    stop();
    join();
}

void Worker::run(const std::string& thread_name) {
    const auto live = [impl = impl_.get()] { impl->live(); };
    impl_->thread = std::thread(live);
    pthread_setname_np(impl_->thread.native_handle(), thread_name.c_str());
}

void Worker::drain() {
    const auto task = [impl = impl_.get()] { impl->begin_drain(); };
    asio::post(impl_->io, task);
}

void Worker::stop() {
    const auto task = [impl = impl_.get()] { impl->end(); };
    asio::post(impl_->io, task);
}

void Worker::join() {
    if (impl_->thread.joinable()) impl_->thread.join();
}

const Counters& Worker::counters() const { return impl_->counters; }

}  // namespace yuanliu::http
