#include <sys/resource.h>

#include <atomic>
#include <mutex>

#include "base/error.hpp"
#include "platform/http/tests/raw.hpp"

namespace yuanliu::http {
namespace {

TEST(Deadlines, end_slow_clients_in_every_phase) {
    Served served([](Options& options) {
        Limits& limits = options.limits;
        limits.head_ms = limits.body_ms = 200;
        limits.idle_ms = 400;
        limits.answer_ms = 300;
        limits.rate_bytes_s = 1'000'000;
    });
    std::vector<Reply> kept;  // destroyed before the server
    served.handler.on = [&](Request&& request, Reply reply) {
        if (request.path == "/never") return kept.push_back(std::move(reply));
        reply(Answer{});
    };
    Client silent = served.client();
    Client idle = served.client();
    idle.send(get("/"));
    EXPECT_EQ(idle.response().status, 200);
    Client never = served.client();
    never.send(get("/never"));
    Client dripping = served.client();
    Client body = served.client();
    body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    dripping.send("GET / HTTP/1.1\r\n");
    const std::int64_t begin = since_start_ms();
    // A byte now and then must not renew the deadline.
    bool open = true;
    for (int i = 0; i < 60 && open; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        body.send("x");
        open = dripping.send("X") && dripping.fill(0) <= 0 && !dripping.reset;
    }
    EXPECT_LT(since_start_ms() - begin, 1000);
    EXPECT_EQ(dripping.response().status, 408);
    EXPECT_EQ(body.response().status, 408);
    EXPECT_TRUE(silent.ended());
    EXPECT_TRUE(idle.ended());
    EXPECT_EQ(never.response().status, 503);
    EXPECT_TRUE(never.ended());
    EXPECT_GE(since_start_ms() - begin, 300);
    EXPECT_EQ(served.server->stats().timeouts, 4u);
    kept.clear();
}

TEST(Deadlines, end_a_client_that_does_not_read) {
    Served served([](Options& options) {
        options.limits.write_ms = 200;
        options.limits.rate_bytes_s = 1'000'000'000;
    });
    const auto large = std::make_shared<const std::string>(64 << 20, 'x');
    served.handler.on = [&](Request&& request, Reply reply) {
        Answer answer;
        if (request.path == "/large") answer.shared_body = large;
        reply(std::move(answer));
    };
    Client client = served.client();
    client.send(get("/large"));
    EXPECT_TRUE(eventually([&] { return served.server->stats().timeouts == 1 && served.server->stats().open == 0; }));
    EXPECT_EQ(served.ask(get("/")).status, 200);
}

// The process was stopped, or a handler blocked: time in which nobody listened is not held against the clients.
class JumpingEnv final : public Env {
 public:
    std::atomic<std::int64_t> jump_ms{0};
    Time now() const override { return Env::real().now(); }
    std::int64_t monotonic_ms() const override { return Env::real().monotonic_ms() + jump_ms; }
    void random(std::span<unsigned char> out) override { Env::real().random(out); }
};

TEST(Deadlines, forgive_a_standstill) {
    JumpingEnv env;
    TestHandler handler;
    Options options;
    options.io_threads = 1;
    options.limits.sweep_ms = 20;
    Server server(handler, options, env);
    server.start();
    Client idle(server.port()), half(server.port());
    idle.send(get("/"));
    EXPECT_EQ(idle.response().status, 200);
    half.send("GET /half HTTP/1.1\r\n");
    ASSERT_TRUE(eventually([&] { return server.stats().bytes_in > 40; }));
    env.jump_ms = 3'600'000;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    half.send("Host: a\r\n\r\n");
    EXPECT_EQ(half.response().status, 200);
    idle.send(get("/"));
    EXPECT_EQ(idle.response().status, 200);
    EXPECT_EQ(server.stats().timeouts, 0u);
}

TEST(Server, survives_half_sent_requests_and_sudden_ends) {
    Served served;
    const std::string raw = post("/x", "hello world");
    for (std::size_t cut = 0; cut < raw.size(); cut += 3) {
        Client client = served.client();
        client.send(raw.substr(0, cut));
        if (cut % 2 == 0) {
            const linger now{1, 0};
            ::setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        }
    }
    EXPECT_TRUE(eventually([&] { return served.server->stats().open == 0; }));
    EXPECT_EQ(served.ask(raw).body, "POST /x? hello world");
}

TEST(Server, holds_two_thousand_idle_sockets) {
    Served served([](Options& options) { options.limits.connections_per_address = 0; });
    std::vector<Client> idle;
    for (int i = 0; i < 2000; ++i) {
        idle.push_back(served.client());
        ASSERT_TRUE(idle.back().open()) << i;
    }
    for (int i = 0; i < 2000; i += 2) idle[static_cast<std::size_t>(i)].send(get("/"));
    for (int i = 0; i < 2000; i += 2) ASSERT_EQ(idle[static_cast<std::size_t>(i)].response().status, 200);
    EXPECT_EQ(served.server->stats().open, 2000u);
    EXPECT_EQ(served.ask(get("/good")).body, "GET /good? ");
    idle.clear();
    EXPECT_TRUE(eventually([&] { return served.server->stats().open == 0; }));
}

TEST(Server, sheds_the_oldest_idle_connection_at_the_cap_and_refuses_when_none_is) {
    Served served([](Options& options) { options.limits.connections = 3; });
    std::vector<Client> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(served.client());
        clients.back().send(get("/"));
        ASSERT_EQ(clients.back().response().status, 200);
    }
    clients[0].send(get("/"));  // now the youngest
    ASSERT_EQ(clients[0].response().status, 200);
    Client late = served.client();
    late.send(get("/late"));
    EXPECT_EQ(late.response().status, 200);
    EXPECT_TRUE(clients[1].ended());
    EXPECT_EQ(served.server->stats().shed, 1u);
    for (Client* each : {&clients[0], &clients[2], &late}) each->send("GET /half HTTP/1.1\r\n");
    ASSERT_TRUE(eventually([&] { return served.server->stats().bytes_in > 4 * 30; }));
    EXPECT_TRUE(eventually([&] { return served.client().response().status == 503; }));
    EXPECT_GE(served.server->stats().refused, 1u);
}

TEST(Server, at_the_cap_silent_strangers_go_before_clients_that_talk) {
    Served served([](Options& options) {
        options.limits.connections = 4;
        options.limits.stranger_ms = 100;
    });
    std::vector<Client> talkers, strangers;
    for (int i = 0; i < 2; ++i) {
        talkers.push_back(served.client());
        talkers.back().send(get("/"));
        ASSERT_EQ(talkers.back().response().status, 200);
        strangers.push_back(served.client());
    }
    ASSERT_TRUE(eventually([&] { return served.server->stats().open == 4; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    for (int i = 0; i < 2; ++i) {
        Client late = served.client();
        late.send(get("/late"));
        EXPECT_EQ(late.response().status, 200);
        EXPECT_TRUE(strangers[static_cast<std::size_t>(i)].ended());
        talkers.push_back(std::move(late));
    }
    for (Client& talker : talkers) {
        talker.send(get("/again"));
        EXPECT_EQ(talker.response().status, 200);
    }
    EXPECT_EQ(served.server->stats().shed, 2u);
}

TEST(Server, caps_one_address_but_not_another) {
    Served served([](Options& options) { options.limits.connections_per_address = 2; });
    const std::uint16_t port = served.server->port();
    Client first(port), second(port);
    first.send(get("/"));
    second.send(get("/"));
    EXPECT_EQ(first.response().status + second.response().status, 400);
    EXPECT_EQ(Client(port).response().status, 503);
    Client other(port, "127.0.0.2");
    other.send(get("/"));
    EXPECT_EQ(other.response().status, 200);
    first.close();
    EXPECT_TRUE(eventually([&] { return served.ask(get("/")).status == 200; }));
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

TEST(Server, rests_when_descriptors_run_out_and_recovers) {
    Served served([](Options& options) { options.limits.accept_pause_ms = 30; });
    std::vector<int> sockets;
    for (int i = 0; i < 20; ++i) sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    rlimit tight = before;
    tight.rlim_cur = static_cast<rlim_t>(sockets.back()) + 3;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(served.server->port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (const int fd : sockets) EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    EXPECT_TRUE(eventually([&] { return served.server->stats().accept_errors >= 3; }));
    const double cpu = cpu_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_LT(cpu_seconds() - cpu, 0.15) << "the accept loop spins";
    setrlimit(RLIMIT_NOFILE, &before);
    for (const int fd : sockets) ::close(fd);
    EXPECT_EQ(served.ask(get("/")).status, 200);
}

TEST(Server, takes_answers_from_other_threads_and_keeps_them_apart) {
    Served served([](Options& options) { options.io_threads = 2; });
    std::mutex mutex;
    std::vector<std::pair<std::string, Reply>> waiting;
    std::atomic<bool> stopping{false};
    served.handler.on = [&](Request&& request, Reply reply) {
        const std::lock_guard lock(mutex);
        waiting.emplace_back(request.path, std::move(reply));
    };
    std::thread answerer([&] {
        while (!stopping) {
            std::vector<std::pair<std::string, Reply>> batch;
            {
                const std::lock_guard lock(mutex);
                batch.swap(waiting);
            }
            for (auto& [path, reply] : batch) {
                Answer answer;
                answer.body = path;
                const Reply copy = reply;
                copy(std::move(answer));
                reply(Answer{.status = 500});  // the second call does nothing
            }
        }
    });
    std::vector<std::thread> clients;
    std::atomic<int> good{0};
    for (int c = 0; c < 8; ++c)
        clients.emplace_back([&, c] {
            Client client = served.client();
            for (int i = 0; i < 50; ++i) {
                const std::string path = "/" + std::to_string(c) + "/" + std::to_string(i);
                client.send(get(path));
                if (client.response().body == path) ++good;
            }
        });
    for (std::thread& client : clients) client.join();
    stopping = true;
    answerer.join();
    EXPECT_EQ(good, 400);
}

TEST(Server, a_dropped_reply_is_a_500_and_a_late_one_is_nothing) {
    Served served;
    std::vector<Reply> kept;
    served.handler.on = [&](Request&& request, Reply reply) {
        if (request.path == "/inline") return;
        if (request.path == "/elsewhere") return std::thread([reply = std::move(reply)] {}).detach();
        kept.push_back(std::move(reply));
    };
    Client client = served.client();
    client.send(get("/inline"));
    EXPECT_EQ(client.response().status, 500);
    client.send(get("/elsewhere"));
    EXPECT_EQ(client.response().status, 500);
    EXPECT_EQ(served.server->stats().dropped, 2u);
    client.send(get("/kept"));
    ASSERT_TRUE(eventually([&] { return served.server->stats().requests == 3; }));
    client.close();
    served.server->stop();
    ASSERT_EQ(kept.size(), 1u);
    kept[0](Answer{});  // after the server's end
    kept.clear();
}

TEST(Server, exceptions_are_counted_and_change_nothing) {
    Served served;
    served.handler.on = [](Request&& request, Reply reply) {
        if (request.path == "/throw") throw std::runtime_error("secret detail");
        if (request.path == "/odd") throw 7;
        reply(Answer{});
    };
    served.handler.rule = [](const Request&) -> BodyRule { throw std::runtime_error("no rule"); };
    Client client = served.client();
    for (const char* path : {"/throw", "/odd"}) {
        client.send(get(path));
        const Seen seen = client.response();
        EXPECT_EQ(seen.status, 500);
        EXPECT_EQ(seen.body.find("secret"), std::string::npos);
    }
    client.send(get("/"));
    EXPECT_EQ(client.response().status, 200);
    EXPECT_EQ(served.ask(post("/", "x")).status, 500);
    EXPECT_EQ(served.server->stats().exceptions, 3u);
}

TEST(Server, a_slow_handler_is_noticed) {
    std::atomic<int> warnings{0};
    Served served([&](Options& options) {
        options.limits.slow_handler_ms = 5;
        options.warn = [&](std::string_view text) { warnings += text.find("/slow") != std::string_view::npos; };
    });
    served.handler.on = [](Request&&, Reply reply) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        reply(Answer{});
    };
    EXPECT_EQ(served.ask(get("/slow")).status, 200);
    EXPECT_TRUE(eventually([&] { return served.server->stats().slow_handlers == 1 && warnings == 1; }));
}

TEST(Drain, finishes_what_is_under_way_and_loses_nothing) {
    Served served([](Options& options) { options.io_threads = 2; });
    std::atomic<int> handled{0};
    served.handler.on = [&](Request&&, Reply reply) {
        ++handled;
        std::thread([reply = std::move(reply)] {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            reply(Answer{});
        }).detach();
    };
    std::atomic<int> answered{0};
    std::vector<std::thread> clients;
    for (int c = 0; c < 6; ++c)
        clients.emplace_back([&] {
            Client client = served.client();
            for (bool going = true; going && client.send(get("/"));) {
                const Seen seen = client.response();
                answered += seen.status == 200;
                going = seen.status == 200 && seen.headers.count("connection") == 0;
            }
        });
    Client idle = served.client();
    idle.send(get("/"));
    EXPECT_EQ(idle.response().status, 200);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_TRUE(served.server->drain(5000));
    for (std::thread& client : clients) client.join();
    EXPECT_GT(answered, 20);
    EXPECT_EQ(answered + 1, handled) << "a request was taken but not answered";
    EXPECT_TRUE(idle.ended());
    EXPECT_FALSE(served.client().open());
}

TEST(Drain, does_not_wait_for_ever) {
    Served served;
    std::vector<Reply> kept;
    served.handler.on = [&](Request&&, Reply reply) { kept.push_back(std::move(reply)); };
    Client stuck = served.client();
    stuck.send(get("/"));
    Client slow = served.client();
    slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx");
    ASSERT_TRUE(eventually([&] { return served.server->stats().requests == 2; }));
    const std::int64_t begin = since_start_ms();
    EXPECT_FALSE(served.server->drain(300));
    EXPECT_LT(since_start_ms() - begin, 1500);
    kept.clear();
}

TEST(Server, refuses_to_start_where_it_cannot_serve) {
    TestHandler handler;
    Options options;
    options.io_threads = 1;
    Served first;
    options.port = first.server->port();
    EXPECT_THROW(Server(handler, options).start(), Error) << "the port is taken";
    options.port = 0;
    options.upload_dir = "/nowhere/at/all";
    EXPECT_THROW(Server(handler, options).start(), Error);
    options.upload_dir = first.folder;
    options.address = "localhost";
    EXPECT_THROW(Server(handler, options).start(), Error);
    options.address = "127.0.0.1";
    options.tls_certificate = options.tls_key = "/nowhere.pem";
    EXPECT_THROW(Server(handler, options).start(), Error);
}

TEST(Server, survives_churn) {
    Served served([](Options& options) { options.io_threads = 2; });
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 500; ++i) {
                Client client = served.client();
                client.send(i % 3 == 0 ? get("/") : "GET / HTT");
                if (i % 2 == 0) client.fill(i % 3 == 0 ? 1000 : 0);
                const linger now{1, 0};
                if ((i + t) % 5 == 0) ::setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(eventually([&] { return served.server->stats().open == 0; }));
    EXPECT_EQ(served.ask(get("/")).status, 200);
}

}  // namespace
}  // namespace yuanliu::http
