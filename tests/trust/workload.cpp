#include "trust/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <random>
#include <stdexcept>

namespace yuanliu::trust {
namespace {

constexpr int codes_per_create = 20, codes_per_mint = 15;
constexpr int patience_ms = 15'000;  // for a server that comes back, when something is sent again

void nap(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

std::string quoted(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const auto& item : items) out += (out.size() > 1 ? ",\"" : "\"") + item + "\"";
    return out + "]";
}

bool is_done(int status) { return status == 200 || status == 201; }
// How far a unit has come in its life; those of one rank are told apart by nothing that matters here.
int rank_of(std::string_view status) {
    constexpr std::string_view way[] = {"in_stock", "shipped", "activated", "in_repair", "scrapped"};
    return static_cast<int>(std::find(std::begin(way), std::end(way), status) - std::begin(way));
}
// Where an operation brings its units; they may have gone further since.
std::string_view goal_of(Operation::Kind kind) {
    switch (kind) {
        case Operation::Kind::ship: return "shipped";
        case Operation::Kind::activate: return "activated";
        case Operation::Kind::repair: return "in_repair";
        case Operation::Kind::scrap: return "scrapped";
        default: return "in_stock";
    }
}

template <class T>
std::optional<T> take_one(std::vector<T>& from) {
    if (from.empty()) return {};
    T out = std::move(from.front());
    from.erase(from.begin());
    return out;
}

bool says_come_back(int status) { return status == 503 || status == 507; }

Answer must(Answer answer, std::string_view what) {
    if (!is_done(answer.status)) throw std::runtime_error(fmt::format("{}: {} {}", what, answer.status, answer.body));
    return answer;
}

}  // namespace

Workload::Workload(Client& admin, std::uint16_t port, std::string name, std::uint32_t seed, int shipped)
    : name_(std::move(name)), token_(admin.token()), port_(port), seed_(seed), shipped_(shipped) {
    type_ = must(admin.post("/api/product-types/",
                            fmt::format(R"({{"name":"净化器","model":"{}","warranty_months":24}})", name_)),
                 "product type")
                .at("data.id");
    agent_ =
        must(admin.post("/api/users/",
                        fmt::format(R"({{"username":"agent_{}","password":"correct horse 42","user_type":1}})", name_)),
             "agent")
            .at("data.id");
    std::vector<std::string> codes;
    for (int i = 0; i < shipped_; ++i) codes.push_back(fmt::format("{}-S{}", name_, i));
    const auto list = quoted(codes);
    must(admin.post("/api/products/bulk_create/",
                    fmt::format(R"({{"product_type_id":{},"qrcode_ids":{}}})", type_, list)),
         "units");
    must(admin.post("/api/products/bulk_shipping/", fmt::format(R"({{"agent_id":{},"qrcode_ids":{}}})", agent_, list)),
         "shipping");
}

void Workload::start(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this, i] { work(i); });
}

void Workload::stop() {
    stopping_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

bool Workload::wait_for_more(std::size_t count, int timeout_ms) const {
    const auto goal = acked_ + count;
    for (const auto end = clock_ms() + timeout_ms; acked_ < goal;) {
        if (clock_ms() > end) return false;
        nap(2);
    }
    return true;
}

std::vector<std::string> Workload::improper() const {
    const std::lock_guard guard(mutex_);
    return improper_;
}

std::size_t Workload::count(Fate fate) const {
    const std::lock_guard guard(mutex_);
    std::size_t n = 0;
    for (const auto& op : journal_) n += op.fate == fate;
    return n;
}

bool Workload::activate_one(Operation& op, std::uint32_t dice) {
    const int unit = next_shipped_++;
    if (unit >= shipped_) return false;
    op.kind = Operation::Kind::activate;
    op.codes = {fmt::format("{}-S{}", name_, unit)};
    op.path = "/api/products/activate/";
    op.body = fmt::format(R"({{"qrcode_id":"{}","name":"王芳","phone":"1390000{:04}","address":"浙江省杭州市西湖区"}})",
                          op.codes[0], dice / 10 % 10'000);
    return true;
}

bool Workload::repair_one(Operation& op) {
    const std::lock_guard guard(mutex_);
    const auto code = take_one(activated_);
    if (!code) return false;
    op.kind = Operation::Kind::repair;
    op.codes = {*code};
    op.path = "/api/repair-records/";
    op.body = fmt::format(R"({{"qrcode_id":"{}","reason":"不启动"}})", *code);
    return true;
}

// Its ticket ends by the event, some time after the answer.
bool Workload::scrap_one(Operation& op) {
    const std::lock_guard guard(mutex_);
    const auto unit = take_one(in_repair_);
    if (!unit) return false;
    op.kind = Operation::Kind::scrap;
    op.codes = {unit->code};
    op.path = fmt::format("/api/products/{}/scrap/", unit->id);
    op.body = R"({"reason":"压坏"})";
    return true;
}

bool Workload::ship_some(Operation& op) {
    const std::lock_guard guard(mutex_);
    auto codes = take_one(stocked_);
    if (!codes) return false;
    op.kind = Operation::Kind::ship;
    op.codes = std::move(*codes);
    op.path = "/api/products/bulk_shipping/";
    op.body = fmt::format(R"({{"agent_id":{},"qrcode_ids":{}}})", agent_, quoted(op.codes));
    return true;
}

void Workload::mint_some(Operation& op) {
    op.kind = Operation::Kind::mint;
    op.path = "/api/products/bulk_create/";
    op.body = fmt::format(R"({{"product_type_id":{},"count":{},"remark":"{}"}})", type_, codes_per_mint, op.key);
}

void Workload::create_some(Operation& op, bool clash, int number, int serial) {
    op.kind = clash ? Operation::Kind::clash : Operation::Kind::create;
    op.path = "/api/products/bulk_create/";
    for (int i = 0; i < codes_per_create; ++i)
        op.codes.push_back(fmt::format("{}-{}{}-{}-{}", name_, clash ? 'X' : 'C', number, serial, i));
    auto asked = op.codes;
    if (clash) asked.push_back(name_ + "-S0");  // taken: nothing of the list may be made
    op.body = fmt::format(R"({{"product_type_id":{},"qrcode_ids":{}}})", type_, quoted(asked));
}

// A step further for a unit that waits for one; where none waits, new units.
Operation Workload::next(std::uint32_t dice, int number, int serial) {
    Operation op;
    op.key = fmt::format("{}-{}-{}", name_, number, serial);
    switch (dice % 10) {
        case 0:
        case 1:
        case 2:
        case 3:
            if (activate_one(op, dice)) return op;
            break;
        case 4:
            if (repair_one(op) || activate_one(op, dice)) return op;
            break;
        case 5:
            if (scrap_one(op) || repair_one(op) || activate_one(op, dice)) return op;
            break;
        case 6:
            if (ship_some(op)) return op;
            break;
        case 7: return mint_some(op), op;
        default: break;
    }
    create_some(op, dice % 10 == 9, number, serial);
    return op;
}

// Under the lock.
void Workload::follow_up(const Operation& op, const Answer& answer) {
    switch (op.kind) {
        case Operation::Kind::create: stocked_.push_back(op.codes); break;
        case Operation::Kind::activate: activated_.push_back(op.codes[0]); break;
        case Operation::Kind::repair: in_repair_.push_back({op.codes[0], answer.at("data.product_id")}); break;
        default: break;
    }
}

// Files an outcome. `answer.status` 0: none came.
void Workload::note(const Operation& op, const Answer& answer) {
    const std::lock_guard guard(mutex_);
    Operation& mine = *std::find_if(journal_.rbegin(), journal_.rend(), [&](const auto& o) { return o.key == op.key; });
    mine.status = answer.status;
    mine.answer = answer.body;
    const bool clash = op.kind == Operation::Kind::clash;
    if (is_done(answer.status)) {
        mine.fate = Fate::acked;
        ++acked_;
        if (op.kind == Operation::Kind::mint)
            for (std::size_t i = 0; i < answer.count("data.qrcode_ids"); ++i)
                mine.codes.push_back(answer.at(fmt::format("data.qrcode_ids[{}]", i)));
        follow_up(op, answer);
    } else if (answer.status >= 400 && answer.status < 500) {
        mine.fate = Fate::refused;
    }
    const bool lost = answer.status == 0;
    const bool later = answer.status == 507 || (answer.status == 503 && !answer.header("retry-after").empty());
    const bool right =
        clash ? answer.status == 409 && answer.at("error.code") == "units.codes_taken" : is_done(answer.status);
    if (!lost && !later && !right)
        improper_.push_back(fmt::format("{} {}: {} {}", op.path, op.key, answer.status, answer.body));
}

void Workload::work(int number) {
    std::mt19937 random(seed_ + static_cast<std::uint32_t>(number));
    Client client(port_, token_);
    for (int serial = 0; !stopping_; ++serial) {
        const auto op = next(static_cast<std::uint32_t>(random()), number, serial);
        {
            const std::lock_guard guard(mutex_);
            journal_.push_back(op);
        }
        const auto answer = client.try_ask("POST", op.path, op.body, {{"Idempotency-Key", op.key}});
        note(op, answer.value_or(Answer{}));
        if (!answer || says_come_back(answer->status)) nap(20);
    }
}

Workload::Inventory Workload::take_inventory(Client& client) const {
    Inventory out;
    const std::string path = fmt::format("/api/products/?product_type_id={}&page_size=200&ordering=id", type_);
    for (std::string cursor;;) {
        const auto page = must(client.get(cursor.empty() ? path : path + "&cursor=" + cursor), "list");
        const auto items = page.count("data");
        for (std::size_t i = 0; i < items; ++i) {
            auto& unit = out[page.at(fmt::format("data[{}].qrcode_id", i))];
            ++unit.copies;
            unit.status = page.at(fmt::format("data[{}].status", i));
        }
        cursor = page.at("page.next");
        if (cursor.empty() || cursor == "null") return out;
    }
}

void Workload::check_present(const Operation& op, const Inventory& now, std::vector<std::string>& complaints) const {
    for (const auto& code : op.codes) {
        const auto found = now.find(code);
        const int copies = found == now.end() ? 0 : found->second.copies;
        if (copies != 1) complaints.push_back(fmt::format("{}: unit {} is there {} times", op.key, code, copies));
        const auto goal = goal_of(op.kind);
        if (copies && rank_of(found->second.status) < rank_of(goal))
            complaints.push_back(fmt::format("{}: unit {} is not {}", op.key, code, goal));
    }
}

// Of an operation whose outcome nobody heard: all of it or nothing.
void Workload::check_whole(const Operation& op, const Inventory& now, std::vector<std::string>& complaints) const {
    const bool makes = op.kind == Operation::Kind::create || op.kind == Operation::Kind::clash;
    std::size_t done = 0;
    for (const auto& code : op.codes) {
        const auto found = now.find(code);
        done += found != now.end() && (makes || rank_of(found->second.status) >= rank_of(goal_of(op.kind)));
    }
    const bool allowed = done == 0 || (op.kind != Operation::Kind::clash && done == op.codes.size());
    if (!allowed) complaints.push_back(fmt::format("{}: {} of {} units are done", op.key, done, op.codes.size()));
}

// Minted units are told apart by the remark of their batch: there is one batch of them, or none yet.
void Workload::check_batches(Client& client, const Operation& op, bool at_least_one,
                             std::vector<std::string>& complaints) const {
    std::size_t batches = 0;
    const auto found =
        must(client.get(fmt::format("/api/batches/?product_type_id={}&search={}", type_, op.key)), "batches");
    for (std::size_t i = 0; i < found.count("data"); ++i)  // k0-1-2 is found in k0-1-23, too
        batches += found.at(fmt::format("data[{}].remark", i)) == op.key;
    if (batches > 1 || (at_least_one && batches == 0))
        complaints.push_back(fmt::format("{}: made {} batches", op.key, batches));
}

// Sends it once more under its key: what was acknowledged says the same, what was not is done now, once.
void Workload::send_again(Client& client, Operation& op, std::vector<std::string>& complaints) const {
    std::string first = op.answer;
    int status = op.status;
    for (int round = op.fate == Fate::acked ? 1 : 0; round < 2; ++round) {
        Answer answer;
        for (const auto end = clock_ms() + patience_ms; clock_ms() < end; nap(50)) {
            answer = client.ask("POST", op.path, op.body, {{"Idempotency-Key", op.key}});
            // A database may still be busy with the attempt whose caller died.
            const bool settled = answer.status != 0 && !says_come_back(answer.status) &&
                                 answer.at("error.code") != "idempotency.in_flight";
            if (settled) break;
        }
        if (round == 0) {
            first = answer.body, status = answer.status;
            if (!is_done(status)) complaints.push_back(fmt::format("{}: sent again: {} {}", op.key, status, first));
            for (std::size_t i = 0; op.kind == Operation::Kind::mint && i < answer.count("data.qrcode_ids"); ++i)
                op.codes.push_back(answer.at(fmt::format("data.qrcode_ids[{}]", i)));
        } else if (answer.status != status || answer.body != first) {
            complaints.push_back(
                fmt::format("{}: first {} {}, then {} {}", op.key, status, first, answer.status, answer.body));
        } else if (answer.header("idempotent-replay") != "true") {
            complaints.push_back(fmt::format("{}: done anew instead of answered again", op.key));
        }
    }
}

std::vector<std::string> Workload::verify(Client& client) {
    std::vector<std::string> complaints = improper();
    const auto before = take_inventory(client);
    for (auto& op : journal_) {
        const bool clash = op.kind == Operation::Kind::clash, mint = op.kind == Operation::Kind::mint;
        if (op.fate == Fate::acked) check_present(op, before, complaints);
        if (op.fate == Fate::refused && !clash) continue;  // improper, and already complained about
        if (op.fate != Fate::acked) check_whole(op, before, complaints);
        if (mint) check_batches(client, op, op.fate == Fate::acked, complaints);
        if (!clash) send_again(client, op, complaints);
    }
    const auto after = take_inventory(client);
    for (const auto& op : journal_) {
        if (op.kind == Operation::Kind::clash)
            check_whole(op, after, complaints);
        else if (op.fate != Fate::refused)
            check_present(op, after, complaints);
        if (op.kind == Operation::Kind::mint && op.fate != Fate::refused) check_batches(client, op, true, complaints);
    }
    return complaints;
}

}  // namespace yuanliu::trust
