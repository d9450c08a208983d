// WebSockets over real sockets: those that behave and those that do not.
#include <atomic>
#include <mutex>
#include <random>

#include "platform/http/tests/frames.hpp"

namespace yuanliu::http {
namespace {

constexpr int text_frame = 1, close_frame = 8, ping_frame = 9, pong_frame = 10;

std::shared_ptr<const std::string> text(std::string words) {
    return std::make_shared<const std::string>(std::move(words));
}

// Says back what it hears, and keeps the sockets for the test.
struct Echoes {
    struct Echo final : SocketEvents {
        explicit Echo(Echoes& all) : all(all) {}
        void on_open(const Socket& opened) override {
            socket = opened;
            ++all.opened;
            const std::lock_guard lock(all.mutex);
            all.sockets.push_back(opened);
        }
        void on_text(std::string&& words) override {
            if (words == "throw") throw std::runtime_error("asked to");
            if (words == "leave") return socket->close(4000, "as you wish");
            socket->send(text("echo " + words));
        }
        void on_closed() noexcept override { ++all.closed; }
        Echoes& all;
        std::optional<Socket> socket;
    };

    Socket socket(std::size_t i) {
        const std::lock_guard lock(mutex);
        return sockets.at(i);
    }

    std::atomic<int> opened{0}, closed{0};
    std::mutex mutex;
    std::vector<Socket> sockets;
};

class WebSocket : public testing::Test {
 protected:
    void serve(const std::function<void(Options&)>& adjust = {}) {
        served_ = std::make_unique<Served>(adjust);
        served_->handler.welcome = [this](const Request& request) {
            Welcome welcome;
            if (request.path == "/refused") welcome.instead = Answer{.status = 429};
            if (request.path == "/live") welcome.events = std::make_shared<Echoes::Echo>(echoes_);
            if (request.path == "/broken") throw std::runtime_error("asked to");
            return welcome;
        };
    }
    void TearDown() override {
        served_.reset();
        EXPECT_EQ(echoes_.opened, echoes_.closed);
    }
    Server& server() { return *served_->server; }
    SocketClient client(const std::string& more = {}) { return SocketClient(server().port(), more); }

    Echoes echoes_;
    std::unique_ptr<Served> served_;
};

TEST_F(WebSocket, shakes_hands_and_talks) {
    serve([](Options& options) { options.limits.socket_message_bytes = 64 * 1024; });
    SocketClient client = this->client();
    EXPECT_EQ(client.seen.status, 101);
    EXPECT_EQ(client.seen.headers.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(client.seen.headers.at("upgrade"), "websocket");
    EXPECT_EQ(client.seen.headers.at("connection"), "Upgrade");
    EXPECT_EQ(client.seen.headers.count("content-length"), 0u);
    client.send(frame(text_frame, "源") + frame(ping_frame, "p"));
    Heard heard = client.hear();
    EXPECT_EQ(heard.opcode, pong_frame);
    EXPECT_EQ(heard.payload, "p");
    EXPECT_EQ(client.hear().payload, "echo 源");
    const std::string large(60'000, 'x');
    client.send(frame(text_frame, large.substr(0, 10), {.final = false}) + frame(0, large.substr(10)));
    EXPECT_EQ(client.hear().payload, "echo " + large);
    client.send(frame(close_frame, close_payload(1000)));
    EXPECT_EQ(client.close_code(), 1000);
    EXPECT_TRUE(client.client.ended());
    EXPECT_TRUE(eventually([&] { return echoes_.closed == 1 && server().stats().sockets == 0; }));
    EXPECT_EQ(server().stats().messages_in, 2u);
}

TEST_F(WebSocket, may_follow_other_requests_and_begin_with_the_handshake) {
    serve();
    SocketClient client(server().port(), "");
    EXPECT_EQ(client.seen.status, 101);
    Client second(server().port());
    second.send(get("/before") + handshake() + frame(text_frame, "early"));
    EXPECT_EQ(second.response().body, "GET /before? ");
    EXPECT_EQ(second.response(true).status, 101);
    while (second.input().size() < 12) ASSERT_GT(second.fill(), 0);
    EXPECT_EQ(second.input(),
              "\x81\x0a"
              "echo early");
}

TEST_F(WebSocket, is_refused_in_words) {
    serve([](Options& options) { options.origins = {"https://console.example.com"}; });
    const auto status = [&](const std::string& more, const std::string& target = "/live") {
        return served_->ask(handshake(more, target)).status;
    };
    EXPECT_EQ(status("Origin: http://a\r\n"), 101);
    EXPECT_EQ(status("Origin: https://console.example.com\r\n"), 101);
    EXPECT_EQ(status("Origin: http://evil.example\r\n"), 403);
    EXPECT_EQ(status("Origin: null\r\n"), 403);
    EXPECT_EQ(status("", "/refused"), 429);
    EXPECT_EQ(status("", "/broken"), 500);
    EXPECT_EQ(status("", "/elsewhere"), 200) << "a path without WebSockets answers as ever";
    EXPECT_EQ(status("Sec-WebSocket-Version: 8\r\n"), 200) << "nor is a handshake of a wrong form one";
    Client goes_on(server().port());
    goes_on.send(handshake("Origin: null\r\n") + get("/next"));
    EXPECT_EQ(goes_on.response().status, 403);
    EXPECT_EQ(goes_on.response().body, "GET /next? ");
    EXPECT_TRUE(eventually([&] { return echoes_.closed == 2; }));
}

TEST_F(WebSocket, tells_who_breaks_the_rules_what_it_was) {
    serve([](Options& options) { options.limits.socket_message_bytes = 1000; });
    const std::pair<std::string, int> cases[] = {
        {frame(text_frame, "a", {.masked = false}), 1002},
        {frame(2, "a"), 1003},
        {frame(text_frame, "\xff"), 1007},
        {frame(text_frame, std::string(1001, 'a')), 1009},
        {frame(text_frame, "", {.length_bytes = 8}, 1ull << 40), 1009},
        {frame(text_frame, std::string(600, 'a'), {.final = false}) + frame(0, std::string(600, 'a')), 1009},
        {frame(close_frame, "\x01"), 1002},
        {frame(text_frame, "throw"), 1011},
        {"GET / HTTP/1.1\r\n\r\n", 1002},
    };
    for (const auto& [bytes, code] : cases) {
        SocketClient client = this->client();
        // What follows the offence must not keep the goodbye from being read.
        client.send(bytes + std::string(50'000, 'z'));
        EXPECT_EQ(client.close_code(), code) << testing::PrintToString(bytes.substr(0, 20));
        client.client.end_sending();
        client.client.rest();
        EXPECT_TRUE(client.client.closed);
    }
    EXPECT_TRUE(eventually([&] { return server().stats().open == 0; }));
}

TEST_F(WebSocket, the_server_may_close_and_does_not_wait_for_ever) {
    serve([](Options& options) { options.limits.socket_close_ms = 200; });
    SocketClient polite = client(), deaf = client();
    for (SocketClient* each : {&polite, &deaf}) {
        each->send(frame(text_frame, "one") + frame(text_frame, "leave") + frame(text_frame, "two"));
        EXPECT_EQ(each->hear().payload, "echo one");
        const Heard heard = each->hear();
        EXPECT_EQ(heard.opcode, close_frame);
        EXPECT_EQ(heard.payload, close_payload(4000, "as you wish"));
    }
    polite.send(frame(close_frame, close_payload(4000)));
    EXPECT_TRUE(polite.client.ended());
    EXPECT_TRUE(deaf.client.ended(2000));
    EXPECT_FALSE(echoes_.socket(0).send(text("too late")));
}

TEST_F(WebSocket, pings_the_silent_and_lets_the_dead_go) {
    serve([](Options& options) {
        options.limits.socket_ping_ms = 150;
        options.limits.socket_pong_ms = 150;
    });
    SocketClient alive = client(), dead = client();
    for (int i = 0; i < 3; ++i) {
        const Heard heard = alive.hear();
        ASSERT_EQ(heard.opcode, ping_frame) << i;
        alive.send(frame(pong_frame, heard.payload));
    }
    EXPECT_EQ(dead.hear().opcode, ping_frame);
    EXPECT_EQ(dead.hear().opcode, -1);
    EXPECT_EQ(server().stats().timeouts, 1u);
    alive.send(frame(text_frame, "still here"));
    for (Heard heard = alive.hear(); heard.payload != "echo still here"; heard = alive.hear())
        ASSERT_EQ(heard.opcode, ping_frame);
}

// Sends until the kernel takes no more, then until our own bound is met.
TEST_F(WebSocket, who_does_not_read_is_closed_and_costs_no_more_than_its_share) {
    serve([](Options& options) {
        options.limits.socket_queue_bytes = 100'000;
        options.limits.socket_close_ms = 300;
    });
    SocketClient slow = client(), good = client();
    ASSERT_TRUE(eventually([&] { return echoes_.opened == 2; }));
    Socket socket = echoes_.socket(0);
    const auto message = text(std::string(10'000, 'm'));
    std::size_t taken = 0;
    while (socket.send(message)) ASSERT_LT(++taken, 10'000u) << "it is never told to stop";
    EXPECT_FALSE(socket.send(text("more")));
    good.send(frame(text_frame, "meanwhile"));
    EXPECT_EQ(good.hear().payload, "echo meanwhile");
    EXPECT_TRUE(eventually([&] { return echoes_.closed == 1; })) << "it is hung up on though it never reads";
    EXPECT_EQ(server().stats().slow_sockets, 1u);
}

TEST_F(WebSocket, who_reads_late_learns_why_it_was_closed) {
    serve([](Options& options) { options.limits.socket_queue_bytes = 100'000; });
    SocketClient slow = client();
    ASSERT_TRUE(eventually([&] { return echoes_.opened == 1; }));
    Socket socket = echoes_.socket(0);
    const auto message = text(std::string(10'000, 'm'));
    while (socket.send(message)) {
    }
    Heard heard = slow.hear();
    while (heard.opcode == text_frame) {
        EXPECT_EQ(heard.payload, *message);
        heard = slow.hear();
    }
    EXPECT_EQ(heard.opcode, close_frame);
    EXPECT_EQ(heard.close_code(), 1013);
}

TEST_F(WebSocket, what_waits_for_all_together_is_bounded) {
    serve([](Options& options) {
        options.limits.sockets_bytes = 200'000;
        options.limits.socket_queue_bytes = 1 << 30;
    });
    SocketClient slow = client();
    ASSERT_TRUE(eventually([&] { return echoes_.opened == 1; }));
    Socket socket = echoes_.socket(0);
    const auto message = text(std::string(10'000, 'm'));
    std::size_t taken = 0;
    while (socket.send(message)) ASSERT_LT(++taken, 10'000u);
    SocketClient good = client();
    good.send(frame(text_frame, "room again"));
    EXPECT_EQ(good.hear().payload, "echo room again");
}

TEST_F(WebSocket, who_talks_too_much_is_closed) {
    serve([](Options& options) { options.limits.socket_frames = 50; });
    SocketClient chatty = client(), empty = client();
    std::string many;
    for (int i = 0; i < 60; ++i) many += frame(pong_frame, "");
    chatty.send(many);
    EXPECT_EQ(chatty.close_code(), 1008);
    std::string pieces = frame(text_frame, "", {.final = false});
    for (int i = 0; i < 60; ++i) pieces += frame(0, "", {.final = false});
    empty.send(pieces);
    EXPECT_EQ(empty.close_code(), 1008);
}

TEST_F(WebSocket, are_capped_together_and_by_the_address_that_proxies_name) {
    serve([](Options& options) {
        options.limits.sockets = 4;
        options.limits.sockets_per_address = 2;
        options.trusted_proxies = {"127.0.0.1"};
    });
    const auto from = [](const char* address) { return std::string("X-Forwarded-For: ") + address + "\r\n"; };
    SocketClient first = client(from("1.1.1.1")), second = client(from("1.1.1.1"));
    EXPECT_EQ(client(from("1.1.1.1")).seen.status, 429);
    SocketClient third = client(from("2.2.2.2")), fourth = client(from("3.3.3.3"));
    EXPECT_EQ(fourth.seen.status, 101);
    EXPECT_EQ(client(from("4.4.4.4")).seen.status, 503);
    first.client.close();
    EXPECT_TRUE(eventually([&] { return client(from("1.1.1.1")).seen.status == 101; }));
}

TEST_F(WebSocket, drains_with_a_word_to_everybody) {
    serve([](Options& options) { options.limits.socket_close_ms = 300; });
    SocketClient polite = client(), deaf = client();
    ASSERT_TRUE(eventually([&] { return echoes_.opened == 2; }));
    echoes_.socket(0).send(text("last words"));
    bool drained = false;
    std::thread stopping([&] { drained = server().drain(5'000); });
    EXPECT_EQ(polite.hear().payload, "last words");
    EXPECT_EQ(polite.close_code(), 1001);
    polite.send(frame(close_frame, close_payload(1001)));
    EXPECT_TRUE(polite.client.ended());
    EXPECT_EQ(deaf.close_code(), 1001);
    stopping.join();
    EXPECT_TRUE(drained) << "who never answers the goodbye must not hold up the stop";
    EXPECT_EQ(echoes_.closed, 2);
    EXPECT_FALSE(echoes_.socket(0).send(text("after the end")));
}

TEST_F(WebSocket, messages_of_many_threads_arrive_whole_and_in_order) {
    serve();
    SocketClient client = this->client();
    ASSERT_TRUE(eventually([&] { return echoes_.opened == 1; }));
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([this, t] {
            Socket socket = echoes_.socket(0);
            for (int i = 0; i < 200; ++i) socket.send(text(std::to_string(t) + " " + std::to_string(i)));
        });
    int next[4] = {};
    for (int i = 0; i < 800; ++i) {
        const std::string payload = client.hear().payload;
        ASSERT_GE(payload.size(), 3u);
        ASSERT_EQ(payload, payload.substr(0, 2) + std::to_string(next[payload[0] - '0']++));
    }
    for (std::thread& thread : threads) thread.join();
}

// Clients that come, say something odd and vanish, many at once: nothing is left of them, and the server still talks.
TEST_F(WebSocket, survives_broken_clients) {
    serve([](Options& options) { options.limits.socket_close_ms = 200; });
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    for (int round = 0; round < 150; ++round) {
        SocketClient client = this->client();
        ASSERT_EQ(client.seen.status, 101);
        std::string bytes;
        for (unsigned i = below(5); i > 0; --i)
            bytes += frame(below(16), std::string(below(3000), 'x'), {.final = below(3) > 0, .masked = below(9) > 0});
        for (unsigned i = below(4); i > 0 && !bytes.empty(); --i)
            bytes[below(static_cast<unsigned>(bytes.size()))] ^= 1 << below(8);
        client.client.send(bytes);
        if (below(2) == 0) client.hear(20);
        if (below(2) == 0) {
            const linger now{1, 0};
            ::setsockopt(client.client.fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        }
    }
    EXPECT_TRUE(eventually([&] { return server().stats().sockets == 0 && server().stats().open == 0; }));
    SocketClient good = client();
    good.send(frame(text_frame, "hello"));
    EXPECT_EQ(good.hear().payload, "echo hello");
}

}  // namespace
}  // namespace yuanliu::http
