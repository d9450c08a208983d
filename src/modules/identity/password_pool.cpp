#include "modules/identity/password_pool.hpp"

#include "base/error.hpp"
#include "base/password.hpp"

namespace yuanliu::identity {

PasswordPool::Turn::Turn(PasswordPool& pool) : pool_(pool) {
    std::unique_lock guard(pool_.mutex_);
    if (pool_.free_ == 0) {
        if (pool_.waiting_ == pool_.waiting_max_) throw too_many(1, "identity.password_queue");
        ++pool_.waiting_;
        pool_.turn_over_.wait(guard, [&] { return pool_.free_ > 0; });
        --pool_.waiting_;
    }
    --pool_.free_;
}

PasswordPool::Turn::~Turn() {
    {
        std::lock_guard guard(pool_.mutex_);
        ++pool_.free_;
    }
    pool_.turn_over_.notify_one();
}

int PasswordPool::waiting() const {
    std::lock_guard guard(mutex_);
    return waiting_;
}

std::string PasswordPool::hash(std::string_view password) {
    Turn turn(*this);
    return hash_password(password, env_);
}

bool PasswordPool::verify(const std::optional<std::string>& stored, std::string_view password) {
    Turn turn(*this);
    if (stored) return verify_password(*stored, password);
    verify_nobody(password);
    return false;
}

}  // namespace yuanliu::identity
