// Who is told of what, what he reads, and what connected people hear.
#include "modules/notices/notices.hpp"

#include <gmock/gmock.h>

#include "base/time.hpp"
#include "base/unit_code.hpp"
#include "embed/texts.hpp"
#include "kit/db_test.hpp"
#include "kit/temp_folder.hpp"
#include "modules/catalog/catalog.hpp"
#include "modules/identity/directory.hpp"
#include "modules/repair/repair.hpp"
#include "modules/units/units.hpp"
#include "platform/events/events.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/queue.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::notices {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class NoticesTest : public DbTest {
 protected:
    std::vector<Migration> migrations() const override {
        std::vector<Migration> out;
        for (auto module : {"audit", "events", "jobs", "settings", "files", "identity", "catalog", "units", "repair",
                            "reports", "notices"})
            for (const auto& text : embedded_migrations())
                if (text.module == module)
                    out.push_back({text.module, std::stoi(std::string(text.name.substr(0, 4))), text.name, text.text});
        return out;
    }

    void SetUp() override {
        DbTest::SetUp();
        for (const auto& file : embedded_words()) words_.add(file.module, file.text);
        units::declare(settings_);
        declare(bus_);
        units::routes(routes_), catalog::routes(routes_), repair::routes(routes_);
        directory_ = std::make_unique<identity::IdentityDirectory>(
            db(), env(), routes_, identity::IdentityConfig{"a token secret for tests, 32 bytes"});
        auto& parts = db().parts();
        parts.add(company_), parts.add(settings_), parts.add(bus_), parts.add(hub_), parts.add(words_);
        parts.add(*directory_), parts.add(registry_), parts.add(files_), parts.add(mint_);
        admin_ = add("root", UserType::administrator);
        staff_ = add("li.staff", UserType::staff);
        agent_ = add("wang.agent", UserType::agent);
        customer_ = add("zhao.customer", UserType::customer);
        other_ = add("qian.customer", UserType::customer);
        type_ = db().write([&](Tx& tx) {
            catalog::ProductTypeInput input;
            input.name = "净化器", input.model = "YL-1", input.warranty_months = 24;
            return catalog::create(tx, staff_, input).id;
        });
    }

    Actor add(std::string_view username, UserType type, std::optional<Id<identity::Role>> role = {},
              bool active = true) {
        identity::User user;
        user.username = username, user.username_key = username, user.name = username;
        user.user_type = type, user.role_id = role, user.active = active;
        user.created_at = user.updated_at = env().now();
        Actor actor;
        actor.user_id = db().write([&](Tx& tx) { return tx.insert(user).id.value; });
        actor.name = username;
        actor.type = type;
        actor.permissions = directory_->powers(type, {}, "[]");
        return actor;
    }
    Id<identity::Role> role(std::string_view name, std::vector<Text<1, 80>> permissions) {
        identity::Role role;
        role.name = name, role.permissions = std::move(permissions);
        role.created_at = role.updated_at = env().now();
        return db().write([&](Tx& tx) { return tx.insert(role).id; });
    }
    Id<units::Unit> unit(const std::string& code) {
        return db().write([&](Tx& tx) {
            units::bulk_create(tx, staff_, {type_, {{code}}, {}, {}, {}});
            units::bulk_ship(tx, staff_, {{code}, {agent_.user_id}, {}});
            units::Activate activate;
            activate.qrcode_id = code;
            activate.customer_id = Id<identity::User>{customer_.user_id};
            units::activate(tx, staff_, activate);
            return tx.one<units::Unit>("WHERE code = ?", code).id;
        });
    }
    void raise(const std::string& code, units::AlertKind kind) {
        const auto of = unit(code);
        db().write([&](Tx& tx) {
            units::Alert alert;
            alert.kind = kind, alert.unit_id = of, alert.agent_id = Id<identity::User>{agent_.user_id};
            alert.detail = "{}", alert.created_at = tx.now();
            const auto id = tx.append(alert);
            events::emit(tx, units::AlertRaised{{id}, kind, of}, "unit:" + std::to_string(of.value));
        });
        bus_.drain(db());
    }
    Page<NoticeView> page(const Actor& actor, const NoticeFilter& filter = {}, const PageQuery& query = {}) {
        return db().read([&](Rx& rx) { return list(rx, actor, filter, query); });
    }
    // What he has been told, the newest first.
    std::vector<std::string> titles(Actor actor, Locale locale = Locale::zh) {
        actor.locale = locale;
        std::vector<std::string> out;
        for (const auto& notice : page(actor).items) out.push_back(notice.title + " " + notice.path);
        return out;
    }
    std::int64_t unread(const Actor& actor) {
        return db().read([&](Rx& rx) { return unread_count(rx, actor).count; });
    }
    // A job that comes to this end; returns its number.
    std::string run(std::string_view kind, std::int64_t creator, jobs::Outcome::What what) {
        const auto id =
            db().write([&](Tx& tx) { return jobs::enqueue(tx, kind, jobs::Nothing{}, {.creator_id = creator}); });
        const auto job = db().write([&](Tx& tx) { return jobs::take(tx, {id}, "test", 60'000).at(0); });
        jobs::Outcome outcome;
        outcome.what = what;
        EXPECT_TRUE(db().write([&](Tx& tx) { return jobs::settle(tx, id, job.attempt, outcome, {}); }));
        bus_.drain(db());
        return std::to_string(id.value);
    }
    // Notices without a story.
    void give(const Actor& actor, int count = 1) {
        db().write([&](Tx& tx) {
            std::vector<Notice> many(std::size_t(count), Notice{{},
                                                                {actor.user_id},
                                                                Kind::job_completed,
                                                                {{{"job", "@job.units.mint"}, {"number", "5"}}},
                                                                "/jobs/5",
                                                                tx.now(),
                                                                {}});
            tx.bulk_insert(many);
        });
    }

    Words words_;
    settings::Settings settings_;
    settings::Company company_{settings_, "Asia/Shanghai"};
    events::Bus bus_;
    live::Hub hub_;
    CodeMint mint_{"codes of a test, which nobody takes for real"};
    jobs::Registry registry_;
    TempFolder folder_;
    files::FileStore files_{folder_.file("files"), env()};
    Routes routes_;
    std::unique_ptr<identity::IdentityDirectory> directory_;
    Actor admin_, staff_, agent_, customer_, other_;
    Id<catalog::ProductType> type_;
};
YL_BOTH_DATABASES(NoticesTest);

TEST_P(NoticesTest, an_alert_reaches_those_who_may_handle_it) {
    auto handler = add("sun.staff", UserType::staff, role("alerts", {"units.alerts"}));
    auto clerk = add("zhou.staff", UserType::staff, role("clerk", {"units.read"}));
    auto gone = add("wu.staff", UserType::staff, {}, false);
    raise("QR1", units::AlertKind::diversion);
    for (const auto& actor : {admin_, staff_, handler}) {
        EXPECT_EQ(titles(actor).size(), 1u) << actor.name;
        EXPECT_THAT(titles(actor)[0],
                    HasSubstr("疑似窜货：净化器 QR1 在代理商 wang.agent 的授权区域以外激活 /alerts/"));
        EXPECT_THAT(
            titles(actor, Locale::en)[0],
            HasSubstr("Possible diversion: 净化器 QR1 was activated outside the territories of agent wang.agent"));
    }
    for (const auto& actor : {clerk, gone, agent_, customer_}) EXPECT_THAT(titles(actor), IsEmpty()) << actor.name;
    raise("QR2", units::AlertKind::clone);
    EXPECT_THAT(titles(handler)[0], HasSubstr("疑似假冒：净化器 QR2"));
}

TEST_P(NoticesTest, a_repair_is_told_to_staff_when_asked_for_and_to_its_owner_as_it_goes) {
    const auto of = unit("QR1");
    repair::Open input;
    input.product_id = of, input.reason = "不启动";
    const auto id = db().write([&](Tx& tx) { return repair::open(tx, customer_, input).id; });
    bus_.drain(db());
    EXPECT_THAT(titles(staff_), ElementsAre("客户申请维修：产品 QR1 /repairs/" + std::to_string(id.value)));
    EXPECT_THAT(titles(customer_), IsEmpty()) << "he knows";
    db().write([&](Tx& tx) { repair::receive(tx, staff_, id, {}); });
    bus_.drain(db());
    db().write([&](Tx& tx) { repair::diagnose(tx, staff_, id, {"主板"}); });
    bus_.drain(db());
    const auto path = " /m/repairs/" + std::to_string(id.value);
    const auto state = [&](const char* key, Locale locale) { return words_.find(key)->in(locale); };
    EXPECT_THAT(titles(customer_),
                ElementsAre("您的产品 QR1 的维修进度：" + state("choice.repair.state.diagnosed", Locale::zh) + path,
                            "您的产品 QR1 的维修进度：" + state("choice.repair.state.received", Locale::zh) + path));
    EXPECT_EQ(titles(customer_, Locale::en)[0],
              "Repair of your product QR1: " + state("choice.repair.state.diagnosed", Locale::en) + path);
    EXPECT_THAT(titles(other_), IsEmpty());
    EXPECT_EQ(titles(staff_).size(), 1u);
}

TEST_P(NoticesTest, of_steps_gone_at_once_the_owner_hears_the_last) {
    repair::Open input;
    input.product_id = unit("QR1"), input.reason = "不启动";
    const auto id = db().write([&](Tx& tx) { return repair::open(tx, staff_, input).id; });
    bus_.drain(db());
    db().write([&](Tx& tx) { repair::complete(tx, staff_, id, {}); });
    bus_.drain(db());
    const auto path = " /m/repairs/" + std::to_string(id.value);
    const auto told = [&](const char* key) {
        return "您的产品 QR1 的维修进度：" + words_.find(key)->in(Locale::zh) + path;
    };
    EXPECT_THAT(titles(customer_),
                ElementsAre(told("choice.repair.state.returned"), told("choice.repair.state.received")));
    input.product_id = unit("QR2");
    db().write([&](Tx& tx) { repair::complete(tx, staff_, repair::open(tx, staff_, input).id, {}); });
    bus_.drain(db());
    EXPECT_EQ(titles(customer_).size(), 3u) << "it was back before anybody could tell him that it came";
}

TEST_P(NoticesTest, a_repair_opened_by_staff_is_told_to_the_owner_only) {
    repair::Open input;
    input.product_id = unit("QR1"), input.reason = "不启动";
    const auto id = db().write([&](Tx& tx) { return repair::open(tx, staff_, input).id; });
    bus_.drain(db());
    EXPECT_EQ(titles(customer_).size(), 1u);
    EXPECT_THAT(titles(staff_), IsEmpty());
    input.product_id = unit("QR2");
    const auto mistaken = db().write([&](Tx& tx) { return repair::open(tx, staff_, input).id; });
    db().write([&](Tx& tx) { repair::remove(tx, staff_, mistaken); });
    bus_.drain(db());
    EXPECT_EQ(titles(customer_).size(), 1u) << "of what was deleted meanwhile there is nothing to tell";
    EXPECT_NE(id, mistaken);
}

TEST_P(NoticesTest, what_is_told_late_bears_the_time_when_it_happened) {
    const auto story = [&](const std::string& code, std::int64_t late_ms) {
        repair::Open input;
        input.product_id = unit(code), input.reason = "不启动";
        db().write([&](Tx& tx) { repair::open(tx, customer_, input); });
        const auto happened = env().now();
        env().advance(late_ms);
        bus_.drain(db());
        return happened;
    };
    story("QR1", 2'000);
    EXPECT_EQ(page(staff_).items.at(0).created_at, env().now());
    const auto happened = story("QR2", 2 * day_ms);
    EXPECT_EQ(page(staff_).items.at(0).created_at, happened);
    story("QR3", (keep_days + 1) * day_ms);
    EXPECT_EQ(page(staff_).items.size(), 2u);
}

TEST_P(NoticesTest, who_started_a_job_hears_of_its_end) {
    const auto good = run("units.mint", staff_.user_id, jobs::Outcome::What::completed);
    const auto bad = run("unheard.of", staff_.user_id, jobs::Outcome::What::discarded);
    run("units.mint", staff_.user_id, jobs::Outcome::What::cancelled);
    run("units.mint", staff_.user_id, jobs::Outcome::What::later);
    run("units.mint", 0, jobs::Outcome::What::completed);
    EXPECT_THAT(titles(staff_), ElementsAre("任务失败：of（" + bad + "） /jobs/" + bad,
                                            "任务已完成：批量生成产品（" + good + "） /jobs/" + good));
    EXPECT_THAT(titles(admin_), IsEmpty());
}

TEST_P(NoticesTest, a_job_of_the_system_that_dies_is_told_once_to_those_who_look_after_it) {
    const auto died = jobs::Outcome::What::discarded;
    const auto keeper = add("ops.staff", UserType::staff, role("ops", {"jobs.manage", "jobs.read"}));
    const auto first = run("units.mint", 0, died);
    run("units.mint", 0, died);
    const auto told = "任务失败：批量生成产品（" + first + "） /jobs?dead=true&kind=units.mint";
    for (const auto& actor : {admin_, keeper}) EXPECT_THAT(titles(actor), ElementsAre(told)) << actor.name;
    for (const auto& actor : {staff_, agent_, customer_}) EXPECT_THAT(titles(actor), IsEmpty()) << actor.name;
    db().write([&](Tx& tx) { read(tx, keeper, {{}, true}); });
    run("units.mint", 0, died);
    EXPECT_EQ(titles(admin_).size(), 1u) << "he has not read of it yet";
    EXPECT_EQ(titles(keeper).size(), 2u);
    run("units.labels", 0, died);
    EXPECT_EQ(titles(admin_).size(), 2u) << "another kind is other news";
}

TEST_P(NoticesTest, are_read_by_their_owner) {
    give(staff_, 3), give(customer_);
    EXPECT_EQ(unread(staff_), 3);
    const auto ids = [&](const Actor& actor) {
        std::vector<Id<Notice>> out;
        for (const auto& notice : page(actor).items) out.push_back(notice.id);
        return out;
    };
    auto mine = ids(staff_), his = ids(customer_);
    const auto left = db().write([&](Tx& tx) { return read(tx, staff_, {{{mine[0], his[0]}}, {}}).count; });
    EXPECT_EQ(left, 2);
    EXPECT_EQ(unread(customer_), 1) << "another's notice is not his to mark";
    EXPECT_EQ(page(staff_, {.unread = true, .kind = {}}).items.size(), 2u);
    const auto done = page(staff_, {.unread = false, .kind = {}});
    ASSERT_EQ(done.items.size(), 1u);
    EXPECT_EQ(done.items[0].id, mine[0]);
    EXPECT_FALSE(done.items[0].unread);
    EXPECT_EQ(done.items[0].read_at, env().now());
    env().advance(1000);
    EXPECT_EQ(db().write([&](Tx& tx) { return read(tx, staff_, {{}, true}).count; }), 0);
    EXPECT_EQ(page(staff_, {.unread = false, .kind = {}}).items[0].read_at, Time{env().now().ms - 1000})
        << "what was read before keeps its time";
    for (const Read& wrong : {Read{}, Read{{}, false}, Read{mine, true}, Read{std::vector<Id<Notice>>(501), {}}})
        EXPECT_THROW(db().write([&](Tx& tx) { read(tx, staff_, wrong); }), Error);
}

TEST_P(NoticesTest, are_counted_up_to_a_bound) {
    give(staff_, 1200);
    EXPECT_EQ(unread(staff_), unread_max);
}

TEST_P(NoticesTest, are_kept_for_their_time) {
    give(staff_, 2), give(customer_);
    db().write([&](Tx& tx) { read(tx, staff_, {{}, true}); });
    const auto prune_all = [&] { return db().write([](Tx& tx) { return prune(tx); }); };
    env().advance(keep_read_days * day_ms);
    EXPECT_EQ(prune_all(), 0);
    env().advance(1);
    EXPECT_EQ(prune_all(), 2);
    EXPECT_EQ(unread(customer_), 1);
    env().advance((keep_days - keep_read_days) * day_ms);
    EXPECT_EQ(prune_all(), 1);
    give(staff_, keep_per_user + 7), give(customer_, 3);
    EXPECT_EQ(prune_all(), 7);
    EXPECT_EQ(unread(customer_), 3);
}

// Two of them over one database are two instances.
TEST_P(NoticesTest, news_is_told_once_by_each_instance_and_only_to_whom_it_concerns) {
    NoticeNews here(words_), there(words_);
    const live::Audience audience(
        {std::min(staff_.user_id, customer_.user_id), std::max(staff_.user_id, customer_.user_id)});
    const auto heard = [&](NoticeNews& news, bool afresh = false) {
        live::Outbox out;
        db().read([&](Rx& rx) { news.look(rx, audience, afresh, out); });
        std::vector<std::string> told;
        for (const auto& [user, message] : out.letters())
            told.push_back((user == staff_.user_id      ? "staff "
                            : user == customer_.user_id ? "customer "
                                                        : "other ") +
                           *message.en);
        return told;
    };
    give(staff_);
    for (NoticeNews* news : {&here, &there}) {
        live::Outbox out;
        db().read([&](Rx& rx) { news->greet(rx, staff_.user_id, out); });
        EXPECT_EQ(*out.letters().at(0).second.zh, "{\"type\":\"unread\",\"count\":1}");
        EXPECT_THAT(heard(*news, true), IsEmpty()) << "what was there before is in the number";
    }
    env().advance(3000);
    give(staff_), give(other_);
    for (NoticeNews* news : {&here, &there}) {
        const auto told = heard(*news);
        ASSERT_EQ(told.size(), 2u);
        EXPECT_THAT(told[0], HasSubstr("staff {\"type\":\"notice\",\"id\":"));
        EXPECT_THAT(told[0],
                    HasSubstr("\"kind\":\"job_completed\",\"title\":\"Task finished: Making units in bulk (5)\""));
        EXPECT_THAT(told[0], HasSubstr("\"path\":\"/jobs/5\",\"unread\":true"));
        EXPECT_EQ(told[1], "staff {\"type\":\"unread\",\"count\":2}");
        EXPECT_THAT(heard(*news), IsEmpty());
    }
    db().write([&](Tx& tx) { read(tx, staff_, {{}, true}); });
    for (NoticeNews* news : {&here, &there}) {
        EXPECT_THAT(heard(*news), ElementsAre("staff {\"type\":\"unread\",\"count\":0}"));
        EXPECT_THAT(heard(*news), IsEmpty());
    }
    // A transaction that began before the last look and ended after it is not overlooked.
    env().advance(-5000);
    give(customer_);
    env().advance(5000);
    EXPECT_EQ(heard(here).size(), 2u);
    env().advance(60'000);
    EXPECT_THAT(heard(here), IsEmpty());
    give(customer_);
    EXPECT_EQ(heard(here).size(), 2u);
}

}  // namespace
}  // namespace yuanliu::notices
