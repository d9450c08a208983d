// A few threads for verbs that may block (password hashing, PDF, outside calls), so that I/O threads never do. Several
// pools, so that a crowd before one door keeps nobody from the others.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace yuanliu {

class Workers {
 public:
    // `niceness` above 0: these threads give way to all others when the processors are busy.
    Workers(int threads, std::size_t queue_max, int niceness = 0);
    ~Workers();  // finishes what is queued
    // False when the queue is full.
    bool post(std::function<void()> work);

 private:
    void loop(int niceness);
    std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace yuanliu
