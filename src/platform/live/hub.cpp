#include <spdlog/spdlog.h>

#include <chrono>

#include "platform/live/live.hpp"

namespace yuanliu::live {
namespace {

using Ms = std::chrono::milliseconds;

const Message& ready() {
    static const Message message("{\"type\":\"ready\"}");
    return message;
}
const Message& ping() {
    static const Message message("{\"type\":\"ping\"}");
    return message;
}
const Message& renew() {
    static const Message message("{\"type\":\"renew\"}");
    return message;
}

}  // namespace

// ---- the edge's side ----

Hub::ClientId Hub::connect(std::shared_ptr<Line> line) {
    const std::lock_guard guard(mutex_);
    const ClientId id = next_++;
    Client& client = clients_[id];
    client.line = std::move(line);
    client.since_ms = env_->monotonic_ms();
    bell_.notify_one();
    return id;
}

void Hub::introduce(ClientId id, const Claims& claims, Locale locale) {
    const std::lock_guard guard(mutex_);
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    found->second.claims = claims;
    found->second.locale = locale;
    found->second.introduced = true;
    woken_ = true;
    bell_.notify_one();
}

void Hub::leave(ClientId id) {
    const std::lock_guard guard(mutex_);
    if (const auto found = clients_.find(id); found != clients_.end()) forget(found);
}

std::size_t Hub::clients() const {
    const std::lock_guard guard(mutex_);
    return clients_.size();
}

void Hub::wake() {
    {
        const std::lock_guard guard(mutex_);
        if (woken_ || clients_.empty()) return;
        woken_ = true;
    }
    bell_.notify_one();
}

void Hub::forget(std::map<ClientId, Client>::iterator client) {
    if (const auto found = by_user_.find(client->second.user); found != by_user_.end()) {
        std::erase(found->second, client->first);
        if (found->second.empty()) by_user_.erase(found);
    }
    clients_.erase(client);
}

void Hub::dismiss(ClientId id, std::uint16_t code, std::string_view reason) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    found->second.line->close(code, reason);
    forget(found);
}

// ---- its own thread ----

void Hub::start(Database& db, Identities& identities) {
    db_ = &db;
    identities_ = &identities;
    env_ = db.read([](Rx& rx) { return &rx.env(); });
    stopping_ = false;
    thread_ = std::thread([this] { loop(); });
}

void Hub::stop() {
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    if (thread_.joinable()) thread_.join();
}

// False: the Hub is stopping.
bool Hub::wait() {
    std::unique_lock guard(mutex_);
    if (clients_.empty()) {
        afresh_ = true;
        bell_.wait(guard, [this] { return stopping_ || !clients_.empty(); });
    } else {
        // News that comes in bursts is told together.
        bell_.wait_for(guard, Ms(options_.soon_ms), [this] { return stopping_; });
        bell_.wait_for(guard, Ms(options_.look_ms - options_.soon_ms), [this] { return stopping_ || woken_; });
    }
    woken_ = false;
    return !stopping_;
}

void Hub::loop() {
    std::int64_t warned_ms = -60'000;
    while (wait()) {
        try {
            round();
        } catch (const std::exception& e) {
            if (env_->monotonic_ms() - warned_ms < 10'000) continue;
            warned_ms = env_->monotonic_ms();
            spdlog::warn("connected clients cannot be told anything now: {}", e.what());
        }
    }
}

void Hub::round() {
    const std::int64_t now_ms = env_->monotonic_ms();
    std::vector<Check> checks;
    {
        const std::lock_guard guard(mutex_);
        tend(now_ms, env_->now().ms / 1000);
        checks = due_checks(now_ms);
    }
    Outbox news;  // outlives a read that fails half way: what a source has told it does not tell again
    std::exception_ptr failure;
    try {
        db_->read(
            [&](Rx& rx) {
                for (Check& check : checks) check.actor = identities_->of_session(rx, check.claims);
                std::optional<Audience> audience;
                {
                    const std::lock_guard guard(mutex_);
                    apply(std::exchange(checks, {}), now_ms);
                    audience = this->audience();
                }
                greet(rx);
                if (audience->users().empty()) return;
                for (Source* source : sources_) source->look(rx, *audience, afresh_, news);
                afresh_ = false;
            },
            Freshness::latest);
    } catch (...) {
        failure = std::current_exception();
    }
    {
        const std::lock_guard guard(mutex_);
        deliver(news);
    }
    if (failure) std::rethrow_exception(failure);
}

void Hub::greet(Rx& rx) {
    while (!to_greet_.empty()) {
        const auto [id, user] = to_greet_.back();
        Outbox greeting;
        for (Source* source : sources_) source->greet(rx, user, greeting);
        to_greet_.pop_back();
        const std::lock_guard guard(mutex_);
        const auto found = clients_.find(id);
        if (found == clients_.end()) continue;
        send(found->second, ready());
        for (const auto& [to, message] : greeting.letters()) send(found->second, message);
    }
}

// What time alone brings about.
void Hub::tend(std::int64_t now_ms, std::int64_t now_s) {
    std::vector<ClientId> over;
    for (auto& [id, client] : clients_) {
        if (!client.claims) {
            if (now_ms - client.since_ms > options_.hello_ms) over.push_back(id);
            continue;
        }
        const std::int64_t left_s = client.claims->expires_s - now_s;
        if (left_s <= 0) {
            over.push_back(id);
        } else if (client.user != 0) {
            if (left_s * 1000 <= options_.renew_ms && !std::exchange(client.renewal_asked, true)) send(client, renew());
            if (now_ms - client.told_ms >= options_.ping_ms) send(client, ping());
        }
    }
    for (const ClientId id : over) dismiss(id, not_signed_in, "token");
}

std::vector<Hub::Check> Hub::due_checks(std::int64_t now_ms) {
    std::vector<Check> due;
    for (auto& [id, client] : clients_)
        if (client.claims && (client.introduced || now_ms - client.checked_ms >= options_.check_ms))
            due.push_back({id, *client.claims, client.introduced});
    return due;
}

// Takes over what the rows say of the clients.
void Hub::apply(const std::vector<Check>& checks, std::int64_t now_ms) {
    for (const Check& check : checks) {
        const auto found = clients_.find(check.client);
        if (found == clients_.end()) continue;
        Client& client = found->second;
        // Introduced once more since this check began: the next round looks at that.
        if (*client.claims != check.claims) continue;
        const bool known = client.user != 0;
        if (!check.actor || (known && client.user != check.actor->user_id)) {
            dismiss(check.client, not_signed_in, "token");
            continue;
        }
        client.checked_ms = now_ms;
        client.introduced = false;
        if (check.fresh) client.renewal_asked = false;
        if (known) continue;
        auto& siblings = by_user_[check.actor->user_id];
        if (siblings.size() >= options_.per_user) {
            dismiss(check.client, too_many, "too many connections of one account");
            continue;
        }
        client.user = check.actor->user_id;
        siblings.push_back(check.client);
        to_greet_.emplace_back(check.client, client.user);
    }
}

Audience Hub::audience() const {
    std::vector<std::int64_t> users;
    users.reserve(by_user_.size());
    for (const auto& [user, clients] : by_user_) users.push_back(user);
    std::sort(users.begin(), users.end());
    return Audience(std::move(users));
}

void Hub::send(Client& client, const Message& message) {
    client.told_ms = env_->monotonic_ms();
    client.line->send(message.in(client.locale));
}

void Hub::deliver(const Outbox& out) {
    for (const auto& [user, message] : out.letters()) {
        const auto found = by_user_.find(user);
        if (found == by_user_.end()) continue;
        for (const ClientId id : found->second) send(clients_.at(id), message);
    }
}

}  // namespace yuanliu::live
