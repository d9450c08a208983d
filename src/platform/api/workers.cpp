#include "platform/api/workers.hpp"

namespace yuanliu {

Workers::Workers(int threads, std::size_t queue_max) : queue_max_(queue_max) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
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
void Workers::loop() {
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
