#include "trust/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>

namespace yuanliu::trust {
namespace {

constexpr int codes_per_create = 20;
constexpr int patience_ms = 15'000;  // for a server that comes back, when something is sent again

void nap(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

std::string quoted(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const auto& item : items) out += (out.size() > 1 ? ",\"" : "\"") + item + "\"";
    return out + "]";
}

bool is_done(int status) { return status == 200 || status == 201; }
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
    const auto agent =
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
    must(admin.post("/api/products/bulk_shipping/", fmt::format(R"({{"agent_id":{},"qrcode_ids":{}}})", agent, list)),
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

Operation Workload::next(std::uint32_t dice, int number, int serial) {
    Operation op;
    op.key = fmt::format("{}-{}-{}", name_, number, serial);
    if (dice % 10 < 7) {
        if (const int unit = next_shipped_++; unit < shipped_) {
            op.kind = Operation::Kind::activate;
            op.codes = {fmt::format("{}-S{}", name_, unit)};
            op.path = "/api/products/activate/";
            op.body = fmt::format(
                R"({{"qrcode_id":"{}","name":"王芳","phone":"1390000{:04}","address":"浙江省杭州市西湖区"}})",
                op.codes[0], dice / 10 % 10'000);
            return op;
        }
    }
    const bool clash = dice % 10 == 9;
    op.kind = clash ? Operation::Kind::clash : Operation::Kind::create;
    op.path = "/api/products/bulk_create/";
    for (int i = 0; i < codes_per_create; ++i)
        op.codes.push_back(fmt::format("{}-{}{}-{}-{}", name_, clash ? 'X' : 'C', number, serial, i));
    auto asked = op.codes;
    if (clash) asked.push_back(name_ + "-S0");  // taken: nothing of the list may be made
    op.body = fmt::format(R"({{"product_type_id":{},"qrcode_ids":{}}})", type_, quoted(asked));
    return op;
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
        const bool activated = copies && found->second.status == "activated";
        if (op.kind == Operation::Kind::activate && !activated)
            complaints.push_back(fmt::format("{}: unit {} is not activated", op.key, code));
    }
}

// Of an operation whose outcome nobody heard: all of it or nothing.
void Workload::check_whole(const Operation& op, const Inventory& now, std::vector<std::string>& complaints) const {
    if (op.kind == Operation::Kind::activate) return;
    std::size_t present = 0;
    for (const auto& code : op.codes) present += now.contains(code);
    const bool allowed = present == 0 || (op.kind == Operation::Kind::create && present == op.codes.size());
    if (!allowed) complaints.push_back(fmt::format("{}: {} of {} units are there", op.key, present, op.codes.size()));
}

// Sends it once more under its key: what was acknowledged says the same, what was not is done now, once.
void Workload::send_again(Client& client, const Operation& op, std::vector<std::string>& complaints) const {
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
    for (const auto& op : journal_) {
        const bool clash = op.kind == Operation::Kind::clash;
        if (op.fate == Fate::acked) check_present(op, before, complaints);
        if (op.fate == Fate::refused && !clash) continue;  // improper, and already complained about
        if (op.fate != Fate::acked) check_whole(op, before, complaints);
        if (!clash) send_again(client, op, complaints);
    }
    const auto after = take_inventory(client);
    for (const auto& op : journal_) {
        if (op.kind == Operation::Kind::clash)
            check_whole(op, after, complaints);
        else if (op.fate != Fate::refused)
            check_present(op, after, complaints);
    }
    return complaints;
}

}  // namespace yuanliu::trust
