#include "company.hpp"

#include <fmt/format.h>

#include <random>
#include <unordered_set>

#include "base/time.hpp"
#include "base/unit_code.hpp"
#include "modules/catalog/model.hpp"
#include "modules/identity/model.hpp"
#include "modules/units/model.hpp"
#include "platform/db/db.hpp"

namespace yuanliu::bench {
namespace {

using namespace yuanliu::units;

constexpr std::int64_t batch_units = 2000, parcel_units = 100;
constexpr std::int64_t days_of_story = 730;
constexpr std::int64_t units_a_customer = 5;

class Company {
 public:
    Company(Database& db, std::int64_t count)
        : db_(db), count_(count), now_(Env::real().now()), zone_("Asia/Shanghai") {}

    void found() {
        first_user_ = db_.read([](Rx& rx) { return rx.value<std::int64_t>("SELECT max(id) FROM identity_user"); }) + 1;
        db_.write([&](Tx& tx) {
            add_types(tx);
            add_agents(tx);
        });
        customers_ = std::max<std::int64_t>(100, count_ / units_a_customer / 2);
        for (std::int64_t done = 0; done < customers_; done += 20000)
            db_.write([&](Tx& tx) { add_customers(tx, done, std::min<std::int64_t>(20000, customers_ - done)); });
        while (made_ < count_) {
            // A transaction may run again, so what it leaves is taken over afterwards.
            Piece piece;
            db_.write([&](Tx& tx) { piece = add_batches(tx); });
            made_ += piece.units, batches_ += piece.batches, dice_ = piece.dice;
        }
    }

 private:
    struct Piece {
        std::int64_t units = 0, batches = 0;
        std::mt19937_64 dice;
    };

    void add_types(Tx& tx) {
        for (int i = 0; i < types; ++i) {
            catalog::ProductType type;
            type.name = fmt::format("智能家电 {} 型", i + 1);
            type.model = fmt::format("YL-{:03}", i + 1);
            type.specs = Dictionary{{{"功率", fmt::format("{} W", 100 * (i + 1))}, {"颜色", "白"}}};
            type.warranty_months = 12 * (1 + i % 5);
            type.created_at = type.updated_at = {now_.ms - days_of_story * day_ms};
            tx.insert(type);
        }
    }

    identity::User person(UserType type, std::string username) const {
        identity::User user;
        user.user_type = type;
        user.username = username;
        user.username_key = std::move(username);
        user.created_at = user.updated_at = {now_.ms - days_of_story * day_ms};
        return user;
    }

    void add_agents(Tx& tx) {
        std::vector<identity::User> rows;
        for (int i = 0; i < agents; ++i) {
            auto user = person(UserType::agent, fmt::format("agent{}", i + 1));
            user.name = fmt::format("第 {} 代理", i + 1);
            user.territories = {"广东省", "广西壮族自治区"};
            rows.push_back(std::move(user));
        }
        tx.bulk_insert(rows);
    }

    void add_customers(Tx& tx, std::int64_t from, std::int64_t n) {
        std::vector<identity::User> rows;
        for (std::int64_t i = from; i < from + n; ++i) {
            auto user = person(UserType::customer, fmt::format("c{:08}", i));
            user.name = fmt::format("顾客 {}", i);
            const Phone phone(fmt::format("+8613{:09}", i));
            user.phone = phone;
            user.phone_blind = tx.blind("identity.phone", phone);
            rows.push_back(std::move(user));
        }
        tx.bulk_insert(rows);
    }

    std::int64_t some(std::mt19937_64& dice, std::int64_t low, std::int64_t high) const {
        return std::uniform_int_distribution<std::int64_t>(low, high)(dice);
    }
    // Few types and agents have most of the trade.
    std::int64_t skewed(std::mt19937_64& dice, int n) const {
        return std::min(some(dice, 0, n - 1), some(dice, 0, n - 1));
    }

    Piece add_batches(Tx& tx) {
        Piece piece{0, 0, dice_};
        std::vector<Unit> units;
        std::vector<TimelineEntry> entries;
        std::vector<Activation> activations;
        while (piece.units < 20 * batch_units && made_ + piece.units < count_) {
            const auto n = std::min(batch_units, count_ - made_ - piece.units);
            Batch batch;
            batch.product_type_id = {1 + skewed(piece.dice, types)};
            batch.count = batch.made = n;
            batch.created_at = {now_.ms - day_ms * (1 + days_of_story * (count_ - made_ - piece.units) / count_)};
            batch = tx.insert(std::move(batch));
            std::vector<std::string> codes;
            tx.part<CodeMint>().mint(tx.env(), std::size_t(n), codes);
            // Random as they are, one or two of ten million come twice; the index of codes is made afterwards.
            for (auto& code : codes)
                while (!seen_.insert(std::hash<std::string>{}(code)).second) code = tx.part<CodeMint>().mint(tx.env());
            std::int64_t agent = 0;
            State parcel = State::in_stock;
            for (std::int64_t i = 0; i < n; ++i) {
                if (i % parcel_units == 0)
                    agent = first_user_ + skewed(piece.dice, agents), parcel = fate_of_parcel(piece.dice);
                units.push_back(unit_of(batch, std::move(codes[std::size_t(i)]), parcel, agent, piece.dice));
                units.back().id.value = made_ + piece.units + i + 1;
                tell(units.back(), entries, activations);
            }
            piece.units += n, ++piece.batches;
        }
        tx.bulk_insert(units);
        tx.bulk_insert(entries);
        tx.bulk_insert(activations);
        return piece;
    }

    State fate_of_parcel(std::mt19937_64& dice) const {
        const auto d = some(dice, 1, 100);
        return d <= 2 ? State::printed : d <= 17 ? State::in_stock : State::shipped;
    }

    Unit unit_of(const Batch& batch, std::string code, State parcel, std::int64_t agent, std::mt19937_64& dice) const {
        Unit unit;
        unit.code = std::move(code);
        unit.product_type_id = batch.product_type_id;
        unit.batch_id = batch.id;
        unit.status = parcel;
        unit.created_at = unit.updated_at = batch.created_at;
        if (parcel != State::shipped) return unit;
        unit.agent_id = Id<identity::User>{agent};
        unit.shipped_at = Time{std::min(now_.ms - hour_ms, batch.created_at.ms + day_ms * some(dice, 1, 60))};
        unit.updated_at = *unit.shipped_at;
        const auto d = some(dice, 1, 1000);
        if (d <= 375) return unit;  // still in a shop
        unit.status = d <= 395   ? State::returned
                      : d <= 405 ? State::scrapped
                      : d <= 412 ? State::in_repair
                                 : State::activated;
        if (unit.status == State::returned || unit.status == State::scrapped) return unit;
        unit.customer_id = Id<identity::User>{first_user_ + agents + some(dice, 0, customers_ - 1)};
        unit.activated_at = Time{std::min(now_.ms - minute_ms, unit.shipped_at->ms + day_ms * some(dice, 1, 120))};
        unit.updated_at = *unit.activated_at;
        unit.warranty_start = Date{zone_.day_of(*unit.activated_at)};
        unit.warranty_from = unit.warranty_start;
        unit.warranty_months = 12 * (1 + (batch.product_type_id.value - 1) % 5);
        unit.warranty_end = Date{add_months(unit.warranty_start->days, int(*unit.warranty_months))};
        return unit;
    }

    // The entries that the service would have written on the unit's way.
    void tell(const Unit& unit, std::vector<TimelineEntry>& entries, std::vector<Activation>& activations) const {
        auto add = [&](Happening kind, Time at, std::string detail) {
            entries.push_back({{}, unit.id, kind, at, {zone_.day_of(at)}, 1, "bench", RawJson(std::move(detail))});
        };
        add(unit.status == State::printed ? Happening::printed : Happening::received, unit.created_at,
            fmt::format("{{\"batch_id\":{}}}", unit.batch_id->value));
        if (unit.shipped_at)
            add(Happening::shipped, *unit.shipped_at,
                fmt::format("{{\"shipment_id\":1,\"agent_id\":{}}}", unit.agent_id->value));
        if (unit.status == State::returned) add(Happening::returned, unit.updated_at, "{}");
        if (unit.status == State::scrapped) add(Happening::scrapped, unit.updated_at, "{}");
        if (!unit.activated_at) return;
        add(Happening::activated, *unit.activated_at,
            fmt::format("{{\"warranty_start\":\"{}\",\"warranty_end\":\"{}\"}}", format_date(unit.warranty_start->days),
                        format_date(unit.warranty_end->days)));
        Activation a;
        a.unit_id = unit.id, a.customer_id = *unit.customer_id, a.at = *unit.activated_at;
        a.warranty_start = *unit.warranty_start, a.warranty_end = *unit.warranty_end;
        a.ip_network = "127.0.0.0/24";
        a.product_type_id = unit.product_type_id.value, a.agent_id = unit.agent_id;
        activations.push_back(std::move(a));
    }

    Database& db_;
    std::int64_t count_;
    Time now_;
    Zone zone_;
    std::unordered_set<std::size_t> seen_;  // of codes, by their hash
    std::mt19937_64 dice_{20261120};
    std::int64_t first_user_ = 0, customers_ = 0, made_ = 0, batches_ = 0;
};

}  // namespace

void found_company(Database& db, std::int64_t units) { Company(db, units).found(); }

}  // namespace yuanliu::bench
