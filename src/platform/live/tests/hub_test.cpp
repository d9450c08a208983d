// Who is let in, who is let go and who is told what. Threads are real; the clock moves when a test moves it.
#include "platform/live/live.hpp"

#include <atomic>
#include <set>

#include "base/time.hpp"
#include "embed/texts.hpp"
#include "kit/db_test.hpp"
#include "kit/temp_folder.hpp"
#include "platform/events/events.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/queue.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/live/job_news.hpp"

namespace yuanliu::live {
namespace {

template <class Condition>
bool eventually(Condition condition) {
    for (int waited = 0; waited < 20'000; waited += 2) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return condition();
}

class HeardLine : public Line {
 public:
    void send(const std::shared_ptr<const std::string>& text) override {
        const std::lock_guard guard(mutex_);
        heard_.push_back(*text);
    }
    void close(std::uint16_t code, std::string_view) override { closed = code; }
    std::vector<std::string> heard() {
        const std::lock_guard guard(mutex_);
        return heard_;
    }
    bool hears(std::string_view part, std::size_t times = 1) {
        return eventually([&] { return count(part) >= times; });
    }
    std::size_t count(std::string_view part) {
        std::size_t found = 0;
        for (const auto& text : heard()) found += text.find(part) != std::string::npos;
        return found;
    }
    std::atomic<int> closed{0};

 private:
    std::mutex mutex_;
    std::vector<std::string> heard_;
};

// Session "s" of every user counts until it is revoked.
class Sessions : public Identities {
 public:
    std::optional<Actor> of_session(Rx&, const Claims& claims) override {
        const std::lock_guard guard(mutex_);
        if (revoked_.contains(claims.user)) return {};
        Actor actor;
        actor.user_id = claims.user;
        return actor;
    }
    std::optional<Actor> of_key(Rx&, std::string_view) override { return {}; }
    std::optional<Actor> of_mandate(Rx&, const Mandate&) override { return {}; }
    const JwtKey& token_key() const override { return key_; }
    void revoke(std::int64_t user) {
        const std::lock_guard guard(mutex_);
        revoked_.insert(user);
    }

 private:
    std::mutex mutex_;
    std::set<std::int64_t> revoked_;
    JwtKey key_{std::string(64, 'k')};
};

// Says to everybody what a test has put down.
class Talk : public Source {
 public:
    void greet(Rx&, std::int64_t user, Outbox& out) override { out.to(user, Message("hello " + std::to_string(user))); }
    void look(Rx&, const Audience& audience, bool afresh, Outbox& out) override {
        ++looks;
        afresh_looks += afresh;
        std::vector<std::string> words;
        {
            const std::lock_guard guard(mutex);
            words.swap(pending);
        }
        for (const auto& word : words)
            for (const auto user : audience.users()) out.to(user, Message("zh " + word, "en " + word));
        if (fails.exchange(false)) throw std::runtime_error("asked to");
    }
    void say(std::string word) {
        const std::lock_guard guard(mutex);
        pending.push_back(std::move(word));
    }
    std::atomic<int> looks{0}, afresh_looks{0};
    std::atomic<bool> fails{false};
    std::mutex mutex;
    std::vector<std::string> pending;
};

class HubTest : public DbTest {
 protected:
    std::vector<Migration> migrations() const override {
        std::vector<Migration> out;
        for (const auto& text : embedded_migrations())
            if (text.module == "jobs" || text.module == "files" || text.module == "events")
                out.push_back({text.module, std::stoi(std::string(text.name.substr(0, 4))), text.name, text.text});
        return out;
    }
    void SetUp() override {
        DbTest::SetUp();
        db().parts().add(registry_), db().parts().add(bus_), db().parts().add(store_);
    }
    void TearDown() override {
        hub_.stop();
        DbTest::TearDown();
    }
    void start(std::initializer_list<Source*> sources) {
        for (Source* source : sources) hub_.add(*source);
        hub_.start(db(), sessions_);
    }
    Claims claims(std::int64_t user, std::int64_t seconds = 900) {
        return {user, "s", "access", env().now().ms / 1000, env().now().ms / 1000 + seconds};
    }
    // Somebody who has said who he is.
    std::pair<Hub::ClientId, std::shared_ptr<HeardLine>> come(std::int64_t user, Locale locale = Locale::zh) {
        auto line = std::make_shared<HeardLine>();
        const auto id = hub_.connect(line);
        hub_.introduce(id, claims(user), locale);
        EXPECT_TRUE(eventually([&] { return line->count("\"ready\"") > 0 || line->closed != 0; }));
        return {id, line};
    }

    TempFolder folder_;
    jobs::Registry registry_;
    events::Bus bus_;
    files::FileStore store_{folder_.file("files"), env()};
    Sessions sessions_;
    Talk talk_;
    Hub hub_{Options{.look_ms = 20, .soon_ms = 2, .per_user = 3}};
};
YL_BOTH_DATABASES(HubTest);

TEST_P(HubTest, lets_in_who_says_who_he_is) {
    start({&talk_});
    auto [id, line] = come(7);
    EXPECT_TRUE(line->hears("hello 7"));
    EXPECT_EQ(line->heard()[0], "{\"type\":\"ready\"}");
    hub_.leave(id);
    EXPECT_EQ(hub_.clients(), 0u);
}

TEST_P(HubTest, shows_strangers_the_door) {
    start({&talk_});
    auto silent = std::make_shared<HeardLine>();
    hub_.connect(silent);
    auto [id, line] = come(7);
    env().advance(4'900);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    EXPECT_EQ(silent->closed, 0);
    env().advance(200);
    EXPECT_TRUE(eventually([&] { return silent->closed == not_signed_in; }));
    EXPECT_EQ(line->closed, 0);
    EXPECT_EQ(hub_.clients(), 1u);
    sessions_.revoke(8);
    auto [unused, revoked] = come(8);
    EXPECT_EQ(revoked->closed, not_signed_in);
    EXPECT_TRUE(revoked->heard().empty());
}

TEST_P(HubTest, lets_go_whose_log_in_has_ended) {
    start({&talk_});
    auto [first, stays] = come(7);
    auto [second, goes] = come(8);
    sessions_.revoke(8);
    env().advance(Options{}.check_ms);
    EXPECT_TRUE(eventually([&] { return goes->closed == not_signed_in; }));
    EXPECT_EQ(stays->closed, 0);
    talk_.say("to who is left");
    EXPECT_TRUE(stays->hears("to who is left"));
    EXPECT_EQ(goes->count("to who is left"), 0u);
}

TEST_P(HubTest, asks_for_the_next_token_and_ends_with_the_last) {
    start({&talk_});
    auto [renewing, careful] = come(7);
    auto [lapsing, careless] = come(8);
    env().advance(880'000);
    EXPECT_TRUE(careful->hears("\"renew\""));
    EXPECT_TRUE(careless->hears("\"renew\""));
    hub_.introduce(renewing, claims(7), Locale::zh);
    env().advance(20'000);
    EXPECT_TRUE(eventually([&] { return careless->closed == not_signed_in; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    EXPECT_EQ(careful->closed, 0);
    EXPECT_EQ(careful->count("\"renew\""), 1u);
    EXPECT_EQ(careful->count("\"ready\""), 1u) << "a new token is no new arrival";
    env().advance(870'000);
    EXPECT_TRUE(careful->hears("\"renew\"", 2));
    hub_.introduce(renewing, claims(9), Locale::zh);
    EXPECT_TRUE(eventually([&] { return careful->closed == not_signed_in; })) << "a connection stays one person's";
}

TEST_P(HubTest, takes_so_many_of_one_account) {
    start({&talk_});
    std::vector<std::shared_ptr<HeardLine>> lines;
    for (int i = 0; i < 3; ++i) lines.push_back(come(7).second);
    EXPECT_EQ(come(7).second->closed, too_many);
    EXPECT_EQ(come(8).second->closed, 0);
    for (const auto& line : lines) EXPECT_EQ(line->closed, 0);
}

TEST_P(HubTest, tells_everybody_in_his_language_and_once) {
    start({&talk_});
    auto [first, chinese] = come(7);
    auto [second, english] = come(7, Locale::en);
    talk_.say("news");
    hub_.wake();
    EXPECT_TRUE(chinese->hears("zh news"));
    EXPECT_TRUE(english->hears("en news"));
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    EXPECT_EQ(chinese->count("news"), 1u);
    EXPECT_EQ(english->count("news"), 1u);
}

TEST_P(HubTest, says_a_word_now_and_then) {
    start({&talk_});
    auto [id, line] = come(7);
    for (std::size_t i = 1; i <= 3; ++i) {
        env().advance(Options{}.ping_ms);
        EXPECT_TRUE(line->hears("\"ping\"", i));
    }
}

TEST_P(HubTest, rests_while_nobody_is_there_and_starts_anew) {
    start({&talk_});
    EXPECT_EQ(talk_.looks, 0);
    auto [id, line] = come(7);
    EXPECT_TRUE(eventually([&] { return talk_.looks > 3; }));
    EXPECT_EQ(talk_.afresh_looks, 1);
    hub_.leave(id);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const int looks = talk_.looks;
    hub_.wake();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(talk_.looks, looks);
    come(8);
    EXPECT_TRUE(eventually([&] { return talk_.afresh_looks == 2; }));
}

TEST_P(HubTest, a_look_that_fails_loses_no_message_and_no_client) {
    start({&talk_});
    auto [id, line] = come(7);
    talk_.fails = true;
    talk_.say("before the failure");
    EXPECT_TRUE(line->hears("before the failure"));
    EXPECT_TRUE(eventually([&] { return !talk_.fails; }));
    talk_.say("after it");
    EXPECT_TRUE(line->hears("after it"));
    EXPECT_EQ(line->closed, 0);
}

class JobNewsTest : public HubTest {
 protected:
    jobs::Claimed running(std::int64_t creator) {
        const auto id =
            db().write([&](Tx& tx) { return jobs::enqueue(tx, "work", jobs::Nothing{}, {.creator_id = creator}); });
        return db().write([&](Tx& tx) { return jobs::take(tx, {id}, "test", 60'000).at(0); });
    }
    void progress(const jobs::Claimed& job, std::int64_t done) {
        jobs::Traces traces;
        traces.done = done, traces.total = 10;
        db().write([&](Tx& tx) { jobs::store_progress(tx, job.id, job.attempt, traces); });
        env().advance(500);
    }
    void end(const jobs::Claimed& job, jobs::Outcome::What what) {
        jobs::Outcome outcome;
        outcome.what = what;
        outcome.delay_ms = 60'000;
        db().write([&](Tx& tx) { jobs::settle(tx, job.id, job.attempt, outcome, {}); });
        env().advance(500);
    }
    JobNews news_;
};
YL_BOTH_DATABASES(JobNewsTest);

TEST_P(JobNewsTest, tells_who_started_it_how_far_a_job_is) {
    start({&news_});
    const auto before = running(7);
    progress(before, 2);
    auto [id, line] = come(7);
    auto [other, stranger] = come(8);
    const auto about = [](const jobs::Claimed& job, const std::string& rest) {
        return "\"id\":" + std::to_string(job.id.value) + ",\"kind\":\"work\"," + rest;
    };
    EXPECT_TRUE(line->hears(about(before, "\"state\":\"running\",\"progress\":20,\"progress_done\":2")));
    progress(before, 5);
    EXPECT_TRUE(line->hears(about(before, "\"state\":\"running\",\"progress\":50,\"progress_done\":5")));
    end(before, jobs::Outcome::What::completed);
    EXPECT_TRUE(line->hears(about(before, "\"state\":\"completed\",\"progress\":100")));
    const auto later = running(7);
    env().advance(500);
    EXPECT_TRUE(line->hears(about(later, "\"state\":\"running\",\"progress\":null")));
    end(later, jobs::Outcome::What::later);
    EXPECT_TRUE(line->hears(about(later, "\"state\":\"scheduled\"")));
    const auto quick = running(7);
    end(quick, jobs::Outcome::What::discarded);
    EXPECT_TRUE(line->hears(about(quick, "\"state\":\"discarded\""))) << "also one that began and ended between looks";
    EXPECT_EQ(line->count("\"completed\""), 1u);
    EXPECT_EQ(stranger->count("\"job\""), 0u);
}

TEST_P(JobNewsTest, tells_at_most_twice_a_second) {
    start({&news_});
    auto [id, line] = come(7);
    const auto job = running(7);
    env().advance(500);
    ASSERT_TRUE(line->hears("\"job\""));
    const auto told = line->count("\"job\"");
    for (int i = 1; i < 8; ++i) {
        jobs::Traces traces;
        traces.done = i, traces.total = 10;
        db().write([&](Tx& tx) { jobs::store_progress(tx, job.id, job.attempt, traces); });
        hub_.wake();
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }
    EXPECT_EQ(line->count("\"job\""), told) << "no time has passed";
    env().advance(500);
    EXPECT_TRUE(line->hears("\"progress\":70"));
    EXPECT_EQ(line->count("\"job\""), told + 1);
}

}  // namespace
}  // namespace yuanliu::live
