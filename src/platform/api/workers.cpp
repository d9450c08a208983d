#include "platform/api/workers.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace yuanliu {

Workers::Workers(int threads, std::size_t queue_max, int niceness) : queue_max_(queue_max) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this, niceness] { loop(niceness); });
}
Workers::~Workers() {
    {
        std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
}
bool Workers::post(std::function<void()> work) {
    {
        std::lock_guard guard(mutex_);
        if (stopping_ || queue_.size() >= queue_max_) return false;
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
}
void Workers::loop(int niceness) {
    // Of this thread alone (Linux); where it is refused all threads are alike, which is no fault.
    if (niceness > 0) [[maybe_unused]]
        const int refused = setpriority(PRIO_PROCESS, id_t(gettid()), niceness);
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock guard(mutex_);
            wake_.wait(guard, [&] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
    }
}

}  // namespace yuanliu
