#include "platform/events/events.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace yuanliu::events {
namespace {

struct Outbox {};
struct OutboxRow {
    Id<Outbox> id;
    std::string kind, aggregate;
    RawJson payload;
    Time created_at;
    bool pending = false;
    int attempts = 0;
    Time next_at;
    std::string error;
};
YL_RECORD(OutboxRow, "events_outbox", id, kind, aggregate, payload, created_at, pending, attempts, next_at, error)

constexpr int batch = 200;
constexpr std::int64_t retry_ms_max = 10 * 60 * 1000;

// The oldest due events whose aggregate has no earlier one waiting for another try.
constexpr std::string_view due =
    "WHERE pending AND next_at <= ? AND NOT EXISTS (SELECT 1 FROM events_outbox earlier WHERE earlier.pending"
    " AND earlier.aggregate = events_outbox.aggregate AND earlier.id < events_outbox.id AND earlier.next_at > ?)"
    " ORDER BY id LIMIT ?";

}  // namespace

void emit_json(Tx& tx, std::string_view kind, std::string aggregate, std::string payload) {
    auto& bus = tx.part<Bus>();
    bool wanted = bus.wanted(kind);
    tx.append(
        OutboxRow{{}, std::string(kind), std::move(aggregate), std::move(payload), tx.now(), wanted, 0, Time{}, ""});
    if (wanted) tx.after_commit([&bus] { bus.wake(); });
}

std::int64_t pending(Rx& rx) { return rx.value<std::int64_t>("SELECT count(*) FROM events_outbox WHERE pending"); }

std::int64_t prune(Tx& tx) {
    return tx.exec("DELETE FROM events_outbox WHERE NOT pending AND created_at < ?", Time{tx.now().ms - keep_ms});
}

void Bus::start(Database& db) {
    stopping_ = false;
    awake_ = true;  // something may have been left by the process before
    thread_ = std::thread([this, &db] { loop(db); });
}

void Bus::stop() {
    {
        std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Bus::wake() {
    {
        std::lock_guard guard(mutex_);
        if (awake_) return;
        awake_ = true;
    }
    wake_.notify_one();
}

void Bus::loop(Database& db) {
    for (;;) {
        {
            // Other instances write events too, and retries fall due: look once a second in any case.
            std::unique_lock guard(mutex_);
            wake_.wait_for(guard, std::chrono::seconds(1), [&] { return stopping_ || awake_; });
            if (stopping_) return;
            awake_ = false;
        }
        try {
            drain(db);
        } catch (const std::exception& e) {
            spdlog::warn("events could not be delivered now: {}", e.what());
        }
    }
}

int Bus::drain(Database& db) {
    int total = 0;
    for (;;) {
        int n = 0;
        try {
            n = deliver_batch(db, batch);
        } catch (const Error& e) {
            if (e.fault == Fault::busy || e.fault == Fault::no_space) throw;
            // One of them fails: find it alone, so that it does not hold up the others.
            deliver_one(db);
            n = 1;
        }
        if (n == 0) return total;
        total += n;
    }
}

int Bus::deliver_batch(Database& db, int limit) {
    return db.write([&](Tx& tx) {
        if (!tx.try_lock("events.dispatch")) return 0;
        auto rows = tx.all<OutboxRow>(due, tx.now(), tx.now(), limit);
        for (const auto& row : rows) {
            Delivery delivery{row.id.value, row.aggregate, row.created_at};
            if (auto found = handlers_.find(row.kind); found != handlers_.end())
                for (const auto& handler : found->second) handler(tx, row.payload.value, delivery);
            tx.exec("UPDATE events_outbox SET pending = ?, error = '' WHERE id = ?", false, row.id);
        }
        return int(rows.size());
    });
}

void Bus::deliver_one(Database& db) {
    std::string why;
    try {
        deliver_batch(db, 1);
        return;
    } catch (const std::exception& e) {
        why = e.what();
    }
    db.write([&](Tx& tx) {
        for (const auto& row : tx.all<OutboxRow>(due, tx.now(), tx.now(), 1)) {
            auto wait = std::min<std::int64_t>(retry_ms_max, std::int64_t(1000) << std::min(row.attempts, 10));
            tx.exec("UPDATE events_outbox SET attempts = attempts + 1, next_at = ?, error = ? WHERE id = ?",
                    Time{tx.now().ms + wait}, std::string_view(why).substr(0, 500), row.id);
            spdlog::warn("event {} {} failed, try {}: {}", row.id.value, row.kind, row.attempts + 1, why);
        }
    });
}

}  // namespace yuanliu::events
