#include "load.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <exception>
#include <random>
#include <thread>

#include "figures.hpp"
#include "wire.hpp"

namespace yuanliu::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
    int fd = -1;
    bool waiting = false;  // an answer is due
    Clock::time_point since;
    std::string_view unsent;
    std::string received;
};

// One thread's share of the load.
class Driver {
 public:
    Driver(const Load& load, unsigned seed) : load_(load), dice_(seed), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        const int share = std::max(1, load.connections / load.threads);
        for (int i = 0; i < share; ++i) open(connections_.emplace_back());
    }
    ~Driver() {
        for (auto& c : connections_) ::close(c.fd);
        ::close(epoll_);
    }
    Driver(const Driver&) = delete;

    void run() {
        const auto start = Clock::now();
        due_ = start;
        const auto end =
            start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load_.seconds));
        for (auto& c : connections_) idle_.push_back(&c);
        while (Clock::now() < end) {
            ask_what_is_due();
            handle_events(end);
        }
        finish(end);
    }

    LoadResult result;

 private:
    void open(Connection& c) {
        c.fd = connect_to(load_.port, false);
        if (c.fd < 0) throw Failure("the server takes no more connections");
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &c;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event);
    }

    const std::string* next_request() {
        const auto& all = *load_.requests;
        if (!load_.next) return &all[dice_() % all.size()];
        const auto at = load_.next->fetch_add(1);
        return at < all.size() ? &all[at] : nullptr;
    }

    void ask_what_is_due() {
        const auto now = Clock::now();
        const auto step = std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(load_.rate_per_s > 0 ? load_.threads / load_.rate_per_s : 0));
        while (!idle_.empty() && (load_.rate_per_s == 0 || due_ <= now)) {
            const auto* request = next_request();
            if (!request) return;
            Connection& c = *idle_.back();
            idle_.pop_back();
            c.waiting = true;
            c.since = load_.rate_per_s > 0 ? due_ : Clock::now();
            c.unsent = *request;
            c.received.clear();
            due_ += step;
            send(c);
        }
    }

    void send(Connection& c) {
        while (!c.unsent.empty()) {
            const auto n = ::send(c.fd, c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL);
            if (n < 0 && errno == EAGAIN) return want(c, EPOLLIN | EPOLLOUT);
            if (n <= 0) throw Failure("the server hung up on a request");
            c.unsent.remove_prefix(std::size_t(n));
        }
    }

    void want(Connection& c, std::uint32_t events) {
        epoll_event event{};
        event.events = events;
        event.data.ptr = &c;
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, c.fd, &event);
    }

    void handle_events(Clock::time_point end) {
        epoll_event events[256];
        // At a fixed rate the next request may be due before the next answer comes: then do not sleep past it.
        const bool paced = load_.rate_per_s > 0 && !idle_.empty();
        timespec pause{0, paced ? 50'000 : 20'000'000};
        if (crowd_) ::usleep(200);
        const int n = ::epoll_pwait2(epoll_, events, 256, &pause, nullptr);
        for (int i = 0; i < n; ++i) {
            auto& c = *static_cast<Connection*>(events[i].data.ptr);
            if (events[i].events & EPOLLOUT) {
                send(c);
                if (c.unsent.empty()) want(c, EPOLLIN);
            }
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(c, end);
        }
    }

    void receive(Connection& c, Clock::time_point end) {
        char buffer[65536];
        const auto n = ::recv(c.fd, buffer, sizeof buffer, 0);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            if (c.waiting) throw Failure("the server hung up instead of answering");
            return reopen(c);
        }
        c.received.append(buffer, std::size_t(n));
        auto answer = whole_answer(c.received);
        if (!answer) return;
        note(*answer, c, end);
        c.waiting = false;
        if (answer->close) reopen(c);
        idle_.push_back(&c);
    }

    void note(const Received& answer, const Connection& c, Clock::time_point end) {
        const auto now = Clock::now();
        if (answer.status / 100 != 2 && result.refused++ == 0)
            result.refusal = fmt::format("{} {}", answer.status, answer.body.substr(0, 300));
        if (now > end) return;
        ++result.answered;
        result.us.push_back(
            std::uint32_t(std::chrono::duration_cast<std::chrono::microseconds>(now - c.since).count()));
    }

    void reopen(Connection& c) {
        ::close(c.fd);
        open(c);
    }

    // Hears out what is under way, so that the next round begins with a server at rest.
    void finish(Clock::time_point end) {
        const auto patience = end + std::chrono::seconds(5);
        auto busy = [&] {
            for (const auto& c : connections_)
                if (c.waiting) return true;
            return false;
        };
        while (busy()) {
            if (Clock::now() > patience) throw Failure("an answer took longer than 5 s");
            handle_events(end);
        }
    }

    const Load& load_;
    // Answers to many clients are taken in handfuls. Otherwise a server would pay for waking us at every single one,
    // which the clients of real life, on machines of their own, do not ask of it.
    const bool crowd_ = load_.rate_per_s == 0 && load_.connections >= 32 * load_.threads;
    std::minstd_rand dice_;
    int epoll_;
    std::deque<Connection> connections_;
    std::vector<Connection*> idle_;
    Clock::time_point due_;
};

}  // namespace

LoadResult run_load(const Load& load) {
    const int threads = std::min(load.threads, load.connections);
    Load each = load;
    each.threads = threads;
    std::deque<Driver> drivers;
    for (int i = 0; i < threads; ++i) drivers.emplace_back(each, unsigned(i + 1));
    std::vector<std::exception_ptr> failures(std::size_t(threads), nullptr);
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i)
        running.emplace_back([&, i] {
            try {
                drivers[std::size_t(i)].run();
            } catch (...) {
                failures[std::size_t(i)] = std::current_exception();
            }
        });
    for (auto& thread : running) thread.join();
    LoadResult out;
    for (int i = 0; i < threads; ++i) {
        if (failures[std::size_t(i)]) std::rethrow_exception(failures[std::size_t(i)]);
        auto& one = drivers[std::size_t(i)].result;
        out.answered += one.answered;
        out.refused += one.refused;
        if (out.refusal.empty()) out.refusal = one.refusal;
        out.us.insert(out.us.end(), one.us.begin(), one.us.end());
    }
    out.per_s = double(out.answered) / load.seconds;
    if (out.refused * 100 > out.answered)
        throw Failure(fmt::format("{} of {} requests were refused: {}", out.refused, out.answered, out.refusal));
    return out;
}

}  // namespace yuanliu::bench
