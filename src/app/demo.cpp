// The demo company: real verbs, run day by day through the past year on a clock of their own, so that every row,
// timeline and report fits together as it would in a company that has used the program for a year.
#include "app/demo.hpp"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <random>

#include "app/demo_workshop.hpp"
#include "app/keys.hpp"
#include "app/wiring.hpp"
#include "base/base64.hpp"
#include "base/time.hpp"
#include "modules/catalog/catalog.hpp"
#include "modules/identity/identity.hpp"
#include "modules/identity/verbs.hpp"
#include "modules/setup/setup.hpp"
#include "modules/units/units.hpp"
#include "platform/audit/audit.hpp"
#include "platform/events/events.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::app {
namespace {

// A transaction at an instant of our choosing.
struct Shifted : Rx {
    static void to(Rx& rx, Time then) { rx.*(&Shifted::now_) = then; }
};

// The database on the day of which the story tells, for what goes through it; the server beside it has its own day.
class StoryDatabase : public Database {
 public:
    explicit StoryDatabase(Database& real) : real_(real), now_(Env::real().now()) { parts_ = real.parts(); }
    void set(Time now) { now_ = now; }

    void read_later(Read work, Done done, Freshness freshness) override {
        real_.read_later(then(std::move(work)), std::move(done), freshness);
    }
    void write_later(Write work, Done done) override { real_.write_later(then(std::move(work)), std::move(done)); }
    std::string_view dialect() const override { return real_.dialect(); }
    DatabaseStats stats() const override { return real_.stats(); }
    void backup(const std::string& path) override { real_.backup(path); }
    void exclusively(const std::function<void(Connection&)>& work) override { real_.exclusively(work); }

 protected:
    void read_now(const Read& work, Freshness freshness) override { real_.read(then(work), freshness); }
    void write_now(const Write& work) override { real_.write(then(work)); }

 private:
    template <class R>
    std::function<void(R&)> then(std::function<void(R&)> work) const {
        return [at = now_, work = std::move(work)](R& transaction) {
            Shifted::to(transaction, at);
            work(transaction);
        };
    }
    Database& real_;
    Time now_;
};

// Called before each day with the days told and all of them; throws to end the story there.
using OnDay = std::function<void(int done, int total)>;

constexpr std::int64_t demo_units = 5000;

struct TypeIdea {
    const char *name, *model, *brand, *description;
    int months;
    std::map<std::string, std::string> specs;
};
const std::array type_ideas{
    TypeIdea{"空气净化器",
             "YL-A600",
             "源流",
             "60 平方米客厅用，三层滤芯",
             24,
             {{"功率", "48 W"}, {"CADR", "600 m³/h"}, {"噪声", "≤ 62 dB"}}},
    TypeIdea{"扫地机器人", "YL-R20", "源流", "激光导航，自动集尘", 12, {{"吸力", "6000 Pa"}, {"续航", "180 min"}}},
    TypeIdea{"净水器", "YL-W400", "源流", "厨下式反渗透净水器", 36, {{"通量", "400 G"}, {"废水比", "2:1"}}},
    TypeIdea{"智能门锁",
             "YL-L8",
             "安居",
             "指静脉识别，C 级锁芯",
             24,
             {{"电池", "5000 mAh"}, {"开锁方式", "静脉、密码、卡"}}},
    TypeIdea{"电饭煲", "YL-C40", "源流", "4 升 IH 加热", 12, {{"容量", "4 L"}, {"功率", "1200 W"}}},
    TypeIdea{"吸油烟机", "YL-H25", "安居", "25 立方大风量侧吸", 60, {{"风量", "25 m³/min"}, {"电机", "直流变频"}}},
};
struct AgentIdea {
    const char *username, *name, *phone;
    std::vector<const char*> territories;
    std::vector<const char*> addresses;
};
const std::array agent_ideas{
    AgentIdea{"huanan",
              "华南总代理 陈志强",
              "13802880101",
              {"广东省", "广西壮族自治区", "海南省"},
              {"广东省深圳市南山区科技园南路 18 号", "广东省广州市天河区体育西路 101 号",
               "广西壮族自治区南宁市青秀区民族大道 88 号", "海南省海口市龙华区国贸路 7 号"}},
    AgentIdea{"huadong",
              "华东总代理 沈佳宜",
              "13916660202",
              {"上海市", "江苏省", "浙江省"},
              {"上海市浦东新区世纪大道 1000 号", "江苏省苏州市姑苏区观前街 12 号", "浙江省杭州市西湖区文三路 478 号",
               "江苏省南京市鼓楼区中山路 55 号"}},
    AgentIdea{"huabei",
              "华北总代理 王建国",
              "13701010303",
              {"北京市", "天津市", "河北省"},
              {"北京市朝阳区建国路 93 号", "天津市和平区南京路 189 号", "河北省石家庄市长安区中山东路 300 号"}},
};
constexpr std::array surnames{"李", "王", "张", "刘", "陈", "杨", "赵", "黄",
                              "周", "吴", "徐", "孙", "胡", "朱", "高", "林"};
constexpr std::array given{"伟", "芳", "娜", "敏", "静", "丽", "强",   "磊",   "军",   "洋",
                           "勇", "艳", "杰", "涛", "明", "超", "秀英", "建华", "志远", "雨桐"};

struct StaffIdea {
    const char *username, *name;
};
const std::array staff_ideas{StaffIdea{"lin", "林国栋"}, StaffIdea{"he", "何晓梅"}};

class Story {
 public:
    Story(Database& db, std::int64_t units)
        : db_(db), units_(units), zone_(db.read([](Rx& rx) { return rx.part<settings::Company>().zone(rx); })) {}

    void tell(const OnDay& on_day) {
        today_ = zone_.day_of(Env::real().now());
        set_day(today_ - days, 9);
        people();
        for (std::int32_t day = today_ - days; day < today_; ++day) {
            on_day(day - (today_ - days), days);
            live(day);
        }
        leave_some_open();
    }

 private:
    static constexpr int days = 365;
    struct Held {
        std::string code;
        std::int32_t due;  // the day its buyer scans it
        std::size_t agent;
    };
    struct Ailing {
        std::string code;
        std::int32_t due;  // the day it is brought in
    };
    void set_day(std::int32_t day, int hour) {
        db_.set(Time{zone_.at(day).ms + hour * hour_ms + std::int64_t(random_(0, 3'500'000))});
    }
    std::int64_t random_(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(dice_);
    }
    static Actor staff() { return Actor::of_system("演示"); }
    // One verb as a request would run it: with its operation record.
    template <class F>
    auto act(Tx& tx, std::string_view action, F&& verb) {
        auto result = verb(tx, staff());
        audit::record(tx, staff(), action);
        return result;
    }

    static identity::UserNew person(const char* username, const char* name, UserType type) {
        identity::UserNew in;
        in.username = username;
        in.name = name;
        in.user_type = type;
        // Nobody knows it: an administrator sets one for whoever wants to look around as this person.
        unsigned char bytes[18];
        Env::real().random(bytes);
        in.password = base64url_encode({reinterpret_cast<const char*>(bytes), sizeof bytes});
        return in;
    }

    void people() {
        for (const auto& idea : staff_ideas)
            workshop_.hire(identity::create_user(db_, staff(), person(idea.username, idea.name, UserType::staff)).id);
        for (const auto& idea : agent_ideas) {
            auto in = person(idea.username, idea.name, UserType::agent);
            in.phone = Phone(std::string("+86") + idea.phone);
            in.territories.emplace();
            for (auto t : idea.territories) in.territories->push_back(t);
            agents_.push_back(identity::create_user(db_, staff(), in).id);
        }
        db_.write([&](Tx& tx) {
            for (const auto& idea : type_ideas) {
                catalog::ProductTypeInput in{idea.name,   idea.model, idea.brand,       Dictionary{idea.specs},
                                             idea.months, {},         idea.description, {}};
                types_.push_back(catalog::create(tx, staff(), in).id);
            }
        });
    }

    // A day: goods are made on the 3rd and 17th, shipped on Tuesdays and Fridays, and activated by whoever bought them.
    void live(std::int32_t day) {
        auto civil = civil_from_days(day);
        set_day(day, 10);
        db_.write([&](Tx& tx) {
            if (civil.day == 3 || civil.day == 17) make(tx, day);
            if (weekday(day) == 2 || weekday(day) == 5) ship(tx, day);
            activate(tx, day);
            std::erase_if(ailing_, [&](const Ailing& unit) {
                if (unit.due > day) return false;
                workshop_.take_in(tx, unit.code, day);
                return true;
            });
        });
        set_day(day, 20);
        db_.write([&](Tx& tx) {
            workshop_.work(tx, day);
            decide_alerts(tx, day);
        });
    }

    void make(Tx& tx, std::int32_t day) {
        auto share = std::max<std::int64_t>(1, units_ / 24 / std::int64_t(types_.size()));
        bool last = day > today_ - 20;
        for (auto type : types_) {
            units::BulkCreate in{
                type, {}, share + random_(0, share / 5), {}, fmt::format("{} 生产批", format_date(day))};
            auto made = act(tx, "units.products.bulk_create.create",
                            [&](Tx& t, const Actor& a) { return units::bulk_create(t, a, in); });
            stock_.insert(stock_.end(), made.qrcode_ids.begin(), made.qrcode_ids.end());
            if (!last) continue;
            in.printed_only = true, in.count = share / 2 + 1;
            act(tx, "units.products.bulk_create.create",
                [&](Tx& t, const Actor& a) { return units::bulk_create(t, a, in); });
        }
    }

    void ship(Tx& tx, std::int32_t day) {
        for (std::size_t agent = 0; agent < agents_.size(); ++agent) {
            auto n =
                std::min<std::int64_t>(std::int64_t(stock_.size()) / 4, units_ / 300 + random_(0, units_ / 400 + 1));
            if (n == 0) continue;
            units::BulkShip in;
            in.agent_id = agents_[agent];
            in.remark = fmt::format("{} 发货", format_date(day));
            for (std::int64_t i = 0; i < n; ++i) {
                std::swap(stock_[std::size_t(random_(0, std::int64_t(stock_.size()) - 1))], stock_.back());
                in.qrcode_ids.push_back(stock_.back());
                // Three quarters are sold within four months, the others still stand in shops.
                if (random_(0, 99) < 75) held_.push_back({stock_.back(), day + std::int32_t(random_(4, 120)), agent});
                stock_.pop_back();
            }
            act(tx, "units.products.bulk_shipping.create",
                [&](Tx& t, const Actor& a) { return units::bulk_ship(t, a, in); });
        }
    }

    void activate(Tx& tx, std::int32_t day) {
        std::vector<Held> later;
        const auto due = std::count_if(held_.begin(), held_.end(), [&](const Held& h) { return h.due <= day; });
        const std::int64_t gap_ms = 8 * hour_ms / std::max<std::int64_t>(due, 24);  // they come all day long
        std::int64_t now_ms = tx.now().ms;
        for (auto& h : held_) {
            if (h.due > day) {
                later.push_back(std::move(h));
                continue;
            }
            now_ms += random_(1, gap_ms);
            Shifted::to(tx, Time{now_ms});
            // One in a hundred turns up in another agent's region.
            auto where = random_(0, 99) == 0 ? (h.agent + 1) % agent_ideas.size() : h.agent;
            const auto& places = agent_ideas[where].addresses;
            units::Activate in;
            in.qrcode_id = h.code;
            in.name = std::string(surnames[std::size_t(random_(0, surnames.size() - 1))]) +
                      given[std::size_t(random_(0, given.size() - 1))];
            in.phone = Phone(fmt::format("+861{}{:09}", random_(3, 9), random_(0, 999'999'999)));
            in.address = places[std::size_t(random_(0, std::int64_t(places.size()) - 1))];
            Actor consumer;
            consumer.ip =
                fmt::format("{}.{}.{}.{}", random_(36, 223), random_(0, 255), random_(0, 255), random_(1, 254));
            units::activate(tx, consumer, in);
            audit::record(tx, consumer, "units.products.activate.create");
            if (random_(0, 99) < 5)
                ailing_.push_back({h.code, day + std::int32_t(random_(3, 160))});
            else
                active_.push_back(h.code);
        }
        held_ = std::move(later);
    }

    // Somebody looks into alerts within a week or two; the newest still wait.
    void decide_alerts(Tx& tx, std::int32_t day) {
        const Time settled{zone_.at(day - std::int32_t(random_(5, 15))).ms};
        units::AlertFilter open;
        open.state = units::AlertState::open;
        PageQuery oldest;
        oldest.ordering = "id", oldest.page_size = 200;
        for (const auto& alert : units::alerts(tx, staff(), open, oldest).items) {
            if (alert.created_at >= settled) continue;
            const bool real = random_(0, 2) > 0;
            act(tx, "units.alerts.update", [&](Tx& t, const Actor& a) {
                return units::decide(t, a, alert.id,
                                     {real ? units::AlertState::confirmed : units::AlertState::dismissed,
                                      Prose<0, 500>(real ? "已与代理商核实，按窜货处理" : "客户搬家，属正常激活")});
            });
        }
    }

    // What an operator finds on the desk: returns, scrap, a replaced unit, a copied label, repairs at every step.
    void leave_some_open() {
        set_day(today_ - 1, 15);
        db_.write([&](Tx& tx) {
            std::shuffle(active_.begin(), active_.end(), dice_);
            auto take = [&](std::size_t n) {
                units::CodeList list;
                for (; n > 0 && !active_.empty(); --n) list.qrcode_ids.push_back(active_.back()), active_.pop_back();
                return list;
            };
            if (active_.size() < 40) return;
            units::take_back(tx, staff(), take(6));
            auto scrapped = take(4);
            for (const auto& code : scrapped.qrcode_ids)
                units::scrap(tx, staff(), units::one_by_code(tx, code).id, {"进水，无法修复"});
            for (int i = 0; i < 3 && !stock_.empty(); ++i) {
                auto old = units::one_by_code(tx, take(1).qrcode_ids.front());
                auto fresh = std::find_if(stock_.begin(), stock_.end(), [&](const auto& c) {
                    return units::one_by_code(tx, c).product_type_id == old.product_type_id;
                });
                if (fresh == stock_.end()) continue;
                units::replace(tx, staff(), old.id, {*fresh, "同一故障两次返修"});
                stock_.erase(fresh);
            }
            workshop_.leave_open(tx, active_, today_ - 1);
            auto copied = units::one_by_code(tx, active_.front());
            for (int i = 0; i < 12; ++i) {
                Actor somebody;
                somebody.ip = fmt::format("101.{}.{}.8", 20 + i, 3 * i);
                somebody.user_agent = "Mozilla/5.0 (iPhone)";
                units::note_scan(tx, somebody, copied.id);
            }
        });
    }

    StoryDatabase db_;
    std::int64_t units_;
    Zone zone_;
    std::int32_t today_ = 0;
    std::mt19937_64 dice_{20261120};  // the same story every time
    std::vector<Id<identity::User>> agents_;
    std::vector<Id<catalog::ProductType>> types_;
    std::vector<std::string> stock_, active_;
    std::vector<Held> held_;
    std::vector<Ailing> ailing_;
    Workshop workshop_{dice_, staff()};
};

bool is_empty(Database& db) {
    return db.read([](Rx& rx) { return !rx.exists<catalog::ProductType>("id > 0"); });
}

}  // namespace

int fill_demo(const Config& config, std::int64_t units, bool if_empty) {
    Application app(config, Env::real());
    prepare_database(app.db(), config);
    if (!is_empty(app.db())) {
        std::cout << (if_empty ? "there is data already; the demo company stays out\n"
                               : "refused: there is data already\n");
        return if_empty ? 0 : 1;
    }
    Story(app.db(), units).tell([](int, int) {});
    std::cout << "the demo company is ready\n";
    return 0;
}

void declare_demo(jobs::Registry& registry) {
    registry.on<jobs::Nothing>(std::string(setup::demo_job), [](jobs::Context& context, const jobs::Nothing&) {
        // Also when the process ended in the middle of the story: one that goes on would not fit together.
        if (!is_empty(context.db)) throw jobs::Permanent{std::string(setup::demo_refused), "there is data already"};
        int days = 0;
        Story(context.db, demo_units).tell([&](int done, int total) {
            context.check();
            context.progress(done, days = total);
        });
        context.progress(days, days);  // the last day is over, too
    });
}

}  // namespace yuanliu::app
