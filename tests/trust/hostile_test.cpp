// Clients that say nothing, half of what they have to say, too much or too slowly, beside one that behaves.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>

#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Sockets that close with the object.
struct Crowd {
    std::vector<int> sockets;
    Crowd() = default;
    Crowd(const Crowd&) = delete;
    ~Crowd() { leave(); }
    void add(std::uint16_t port, int count, const std::string& from, std::string_view say = "") {
        for (int i = 0; i < count; ++i) {
            const int fd = dial(port, from);
            if (fd < 0) continue;
            if (!say.empty()) send_all(fd, say);
            sockets.push_back(fd);
        }
    }
    void leave() {
        for (const int fd : sockets) ::close(fd);
        sockets.clear();
    }
};

// Asks every few milliseconds from a thread of its own and keeps book.
class GoodClient {
 public:
    GoodClient(std::uint16_t port, std::string token)
        : client_(port, std::move(token)), thread_([this] {
              while (!stopping_) {
                  const auto begun = clock_ms();
                  const auto answer = client_.try_ask("GET", "/api/users/me/", "", {}, 5'000);
                  (answer && answer->status == 200 ? good_ : bad_)++;
                  slowest_ms_ = std::max<int>(slowest_ms_, static_cast<int>(clock_ms() - begun));
                  std::this_thread::sleep_for(std::chrono::milliseconds(10));
              }
          }) {}
    ~GoodClient() { stop(); }
    void stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }
    int good() const { return good_; }
    int bad() const { return bad_; }
    int slowest_ms() const { return slowest_ms_; }

 private:
    Client client_;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> good_ = 0, bad_ = 0, slowest_ms_ = 0;
    std::thread thread_;  // last: it uses the others
};

TEST(Hostile, AGoodClientGetsAnswersBesideACrowdOfBadOnes) {
    Scene scene(Backend::sqlite);
    const auto port = scene.server().port();
    GoodClient good(port, scene.admin()->token());
    constexpr std::string_view head =
        "POST /api/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    Crowd idle, heads, bodies;
    idle.add(port, 1000, "127.0.0.2");
    EXPECT_EQ(idle.sockets.size(), 1000u);
    heads.add(port, 50, "127.0.0.3", "GET /api/users/me/ HTTP/1.1\r\nHost: local");
    bodies.add(port, 50, "127.0.0.4", fmt::format("{}Content-Length: 5000\r\n\r\n{{\"user", head));

    const int slow = dial(port, "127.0.0.5");  // a byte now and then never renews the time a head may take
    const int large = dial(port, "127.0.0.5");
    EXPECT_TRUE(send_all(large, fmt::format("{}Content-Length: 99999999\r\n\r\n{{", head)));
    EXPECT_THAT(receive(large, 5'000), StartsWith("HTTP/1.1 413 "));
    const int fat = dial(port, "127.0.0.5");
    send_all(fat, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Fat: " + std::string(100'000, 'x'));
    EXPECT_THAT(receive(fat, 5'000), StartsWith("HTTP/1.1 431 "));
    const int twice = dial(port, "127.0.0.5");
    EXPECT_TRUE(
        send_all(twice, fmt::format("{}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", head)));
    EXPECT_THAT(receive(twice, 5'000), StartsWith("HTTP/1.1 400 "));

    const std::string drip =
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    std::string heard;
    for (const auto begun = clock_ms(); heard.empty() && clock_ms() - begun < 14'000;) {
        send_all(slow, drip.substr(std::size_t(clock_ms() - begun) / 250 % drip.size(), 1));
        heard = receive(slow, 250);
    }
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 408 "));
    EXPECT_THAT(heard, HasSubstr("http.timeout"));
    int told = 0, gone = 0;
    for (const int fd : heads.sockets) told += receive(fd, 1'000).starts_with("HTTP/1.1 408 ");
    for (const int fd : bodies.sockets) told += receive(fd, 3'000).starts_with("HTTP/1.1 408 ");
    EXPECT_EQ(told, 100);
    for (const int fd : idle.sockets) gone += closes_within(fd, 100);
    EXPECT_EQ(gone, 1000) << "sockets that never said a word are let go";
    for (const int fd : {slow, large, fat, twice}) ::close(fd);

    good.stop();
    EXPECT_EQ(good.bad(), 0);
    EXPECT_GT(good.good(), 200);
    EXPECT_LT(good.slowest_ms(), 3'000);
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

TEST(Hostile, ACrowdThatGuessesPasswordsKeepsNobodyFromHisWork) {
    Scene scene(Backend::sqlite, {.settings = {{"TRUSTED_PROXIES", "127.0.0.1"}}});
    const auto admin = scene.admin();
    std::atomic<bool> stopping = false;
    std::atomic<int> guessed = 0, turned_away = 0, other = 0;
    std::vector<std::thread> crowd;
    for (int i = 0; i < 200; ++i)
        crowd.emplace_back([&, i] {
            Client client(scene.server().port());
            while (!stopping) {
                // Each from an address of its own, or they would soon be throttled together.
                const auto answer = client.ask("POST", "/api/login/",
                                               fmt::format(R"({{"username":"nobody{}","password":"a guess"}})", i),
                                               {{"X-Forwarded-For", fmt::format("203.0.113.{}", i)}});
                (answer.status == 401 ? guessed : answer.status == 429 ? turned_away : other)++;
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
        });
    for (int i = 0; i < 600 && guessed + turned_away < 300; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    for (int i = 0; i < 10; ++i)  // a verb that has to wait for one of the threads that may block
        EXPECT_EQ(admin->get("/api/import-targets/catalog.product_types.create/template/").status, 200);
    stopping = true;
    for (auto& thread : crowd) thread.join();
    EXPECT_GT(guessed, 0);
    EXPECT_GT(turned_away, 0) << "all fitted in: this shows nothing";
    EXPECT_EQ(other, 0);
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

TEST(Hostile, WithFewDescriptorsItNeitherSpinsNorGoesDeaf) {
    Scene scene(Backend::sqlite, {.under = {"prlimit", "--nofile=64:64"}});
    const auto port = scene.server().port();
    const auto before = scene.server().cpu_s();
    Crowd crowd;
    crowd.add(port, 300, "127.0.0.2");  // far more than it has descriptors for, and all of them stay
    Client client(port, scene.admin()->token());
    const auto answers = [&](int timeout_ms) {
        for (const auto end = clock_ms() + timeout_ms; clock_ms() < end;
             std::this_thread::sleep_for(std::chrono::milliseconds(50))) {
            const auto answer = client.try_ask("GET", "/api/users/me/", "", {}, 1'000);
            if (answer && answer->status == 200) return true;
            EXPECT_TRUE(!answer || answer->status == 503) << answer->status;
        }
        return false;
    };
    EXPECT_TRUE(answers(15'000)) << "those who never say a word must make room";
    EXPECT_LT(scene.server().cpu_s() - before, 3.0) << "it spins";
    crowd.leave();
    const auto made = client.post("/api/product-types/", R"({"name":"a","model":"b","warranty_months":1})");
    EXPECT_EQ(made.status, 201) << made.body << scene.server().log();
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

TEST(Hostile, NonsenseIsAnsweredOnceAndHungUpOn) {
    Scene scene(Backend::sqlite);
    const std::pair<std::string, std::string> cases[] = {
        {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), "HTTP/1.1 400 "},  // TLS to a plain port
        {"HELO mail.example\r\n\r\n", "HTTP/1.1 400 "},
        {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", "HTTP/1.1 505 "},
        {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},  // no Host
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400 "},
        {"GET / HTTP/1.1\r\nHost: a\r\n Folded: b\r\n\r\n", "HTTP/1.1 400 "},
        {"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400 "},
        {"GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 414 "},
        {"POST /api/login/ HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 "},
        {"POST /api/login/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 400 "},
    };
    for (const auto& [said, wanted] : cases) {
        const int fd = dial(scene.server().port());
        ASSERT_GE(fd, 0);
        send_all(fd, said);
        const auto heard = receive(fd, 1'500);
        EXPECT_THAT(heard, StartsWith(wanted)) << said.substr(0, 60);
        ::close(fd);
    }
    EXPECT_EQ(scene.admin()->get("/api/users/me/").status, 200);
}

}  // namespace
}  // namespace yuanliu::trust
