#include "platform/events/events.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/text.hpp"

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
constexpr int pruned_at_once = 500;
constexpr std::size_t error_length_max = 500;  // characters
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
    return tx.exec(
        "DELETE FROM events_outbox WHERE id IN (SELECT id FROM events_outbox WHERE NOT pending AND created_at < ?"
        " ORDER BY created_at LIMIT ?)",
        Time{tx.now().ms - keep_ms}, pruned_at_once);
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
            if (stopping_) return;  // what is left waits for the next start
            awake_ = false;
        }
        try {
            while (!stopping_ && deliver(db)) {
            }
        } catch (const std::exception& e) {
            spdlog::warn("events could not be delivered now: {}", e.what());
        }
    }
}

int Bus::drain(Database& db) {
    int total = 0;
    while (auto delivered = deliver(db)) total += *delivered;
    return total;
}

// One batch; nothing when none was due. An event that fails is put off, and the rest of its batch comes again without
// it.
std::optional<int> Bus::deliver(Database& db) {
    int delivered = 0;
    std::int64_t under_way = 0;
    try {
        db.write([&](Tx& tx) {
            delivered = 0, under_way = 0;
            if (!tx.try_lock("events.dispatch")) return;
            for (const auto& row : tx.all<OutboxRow>(due, tx.now(), tx.now(), batch)) {
                under_way = row.id.value;
                Delivery delivery{row.id.value, row.aggregate, row.created_at};
                if (auto found = handlers_.find(row.kind); found != handlers_.end())
                    for (const auto& handler : found->second) handler(tx, row.payload.value, delivery);
                tx.exec("UPDATE events_outbox SET pending = ?, error = '' WHERE id = ?", false, row.id);
                ++delivered;
            }
            under_way = 0;
        });
    } catch (const std::exception& e) {
        if (under_way == 0) throw;  // no event's fault: the database does not answer
        put_off(db, under_way, e.what());
        return 0;
    }
    if (delivered == 0) return {};
    return delivered;
}

void Bus::put_off(Database& db, std::int64_t id, std::string_view why) {
    db.write([&](Tx& tx) {
        auto row = tx.find<OutboxRow>("WHERE id = ? AND pending @lock", id);
        if (!row) return;  // another instance had more luck with it
        const auto wait = std::min<std::int64_t>(retry_ms_max, std::int64_t(1000) << std::min(row->attempts, 10));
        tx.exec("UPDATE events_outbox SET attempts = attempts + 1, next_at = ?, error = ? WHERE id = ?",
                Time{tx.now().ms + wait}, clip(why, error_length_max), id);
        spdlog::warn("event {} {} failed, try {}: {}", id, row->kind, row->attempts + 1, why);
    });
}

}  // namespace yuanliu::events
