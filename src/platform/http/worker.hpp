// One I/O thread: its event loop, its listener, its connections and the sweep over their deadlines.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "platform/http/desk.hpp"
#include "platform/http/link.hpp"

namespace yuanliu::http {

// The connections of all workers together.
struct Crowd {
    std::atomic<std::size_t> open{0};
    std::size_t cap = 0;
    AddressCap addresses{0};
    std::atomic<std::size_t> sockets{0};  // those of them that are WebSockets
    AddressCap socket_addresses{0};
};

class Worker {
 public:
    // Takes the listening socket over. `tls` may be null.
    Worker(const House& house, Crowd& crowd, int listener, std::shared_ptr<Tls> tls);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void run(const std::string& thread_name);  // starts the thread
    void drain();                              // any thread
    void stop();                               // any thread; join() waits for it
    void join();
    const Counters& counters() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yuanliu::http
