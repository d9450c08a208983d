#include "platform/api/idempotency.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/crypto.hpp"

namespace yuanliu {
namespace {

constexpr int pruned_at_once = 500;

struct Row {
    std::string body_hash;
    int status = 0;
    std::string answer;
};
YL_RECORD(Row, "api_idempotency", body_hash, status, answer)

// Each answer is sealed for its own key: it cannot be told as that of another request.
std::string context_of(std::string_view hash) { return fmt::format("api_idempotency.answer {}", hash); }

// A body may be as short as a telephone number: without a key its hash would give it away.
std::string print_of(Rx& rx, std::string_view body_hash) { return rx.blind("api_idempotency.body", body_hash).value; }

}  // namespace

Idempotency::Flight::Flight(Idempotency& owner, std::string hash) : owner_(owner), hash_(std::move(hash)) {
    std::lock_guard guard(owner_.mutex_);
    held_ = owner_.in_flight_.insert(hash_).second;
}
Idempotency::Flight::~Flight() {
    if (!held_) return;
    std::lock_guard guard(owner_.mutex_);
    owner_.in_flight_.erase(hash_);
}

std::string Idempotency::hash_of(std::int64_t user_id, std::string_view caller, std::string_view route,
                                 std::string_view key) {
    return base64url_encode(view(sha256(fmt::format("{}\n{}\n{}\n{}", user_id, user_id ? "" : caller, route, key))));
}

std::optional<StoredAnswer> Idempotency::find(Tx& tx, const std::string& hash, std::string_view body_hash) {
    if (!tx.try_lock("idempotency:" + hash)) throw conflict("idempotency.in_flight");
    auto row = tx.find<Row>("WHERE key_hash = ?", hash);
    if (!row) return {};
    if (row->body_hash != print_of(tx, body_hash)) throw invalid("idempotency.body_differs");
    if (row->answer.empty()) return StoredAnswer{row->status, {}};
    return StoredAnswer{row->status, tx.connection().vault->open(row->answer, context_of(hash))};
}

void Idempotency::store(Tx& tx, const std::string& hash, std::string_view body_hash, const StoredAnswer& answer) {
    const auto sealed =
        answer.body.empty() ? std::string() : tx.connection().vault->seal(answer.body, context_of(hash));
    tx.exec("INSERT INTO api_idempotency (key_hash, body_hash, status, answer, created_at) VALUES (?, ?, ?, ?, ?)",
            hash, print_of(tx, body_hash), answer.status, sealed, tx.now());
}

std::int64_t Idempotency::prune(Tx& tx) {
    return tx.exec(
        "DELETE FROM api_idempotency WHERE key_hash IN (SELECT key_hash FROM api_idempotency WHERE created_at < ?"
        " ORDER BY created_at LIMIT ?)",
        Time{tx.now().ms - keep_ms}, pruned_at_once);
}

}  // namespace yuanliu
