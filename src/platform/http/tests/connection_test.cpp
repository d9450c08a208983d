#include <zlib.h>

#include <atomic>

#include "platform/http/tests/raw.hpp"

namespace yuanliu::http {
namespace {

TEST(Connection, keeps_alive_and_says_when_not) {
    Served served;
    Client client = served.client();
    for (int i = 0; i < 3; ++i) {
        client.send(get("/" + std::to_string(i)));
        const Seen seen = client.response();
        EXPECT_EQ(seen.body, "GET /" + std::to_string(i) + "? ");
        EXPECT_EQ(seen.headers.count("connection"), 0u);
    }
    client.send(get("/last", "Connection: close\r\n"));
    EXPECT_EQ(client.response().headers.at("connection"), "close");
    EXPECT_TRUE(client.ended());

    Client old = served.client();
    old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(old.response().headers.at("connection"), "keep-alive");
    old.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.response().headers.at("connection"), "close");
    EXPECT_TRUE(old.ended());
}

TEST(Connection, serves_a_pipeline_in_order) {
    Served served;
    std::string all;
    for (int i = 0; i < 100; ++i)
        all += i % 3 == 0 ? post("/" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'b'))
                          : get("/" + std::to_string(i));
    Client client = served.client();
    client.send(all);
    client.end_sending();
    for (int i = 0; i < 100; ++i) {
        const std::string body = i % 3 == 0 ? std::string(static_cast<std::size_t>(i), 'b') : "";
        const std::string method = i % 3 == 0 ? "POST" : "GET";
        ASSERT_EQ(client.response().body, method + " /" + std::to_string(i) + "? " + body);
    }
    EXPECT_TRUE(client.ended());
}

TEST(Connection, a_slow_answer_keeps_its_place_in_the_pipeline) {
    Served served;
    std::atomic<int> running{0};
    std::vector<std::thread> threads;
    served.handler.on = [&](Request&& request, Reply reply) {
        EXPECT_EQ(running.fetch_add(1), 0) << "two requests of one connection at once";
        threads.emplace_back([&running, path = request.path, reply] {
            std::this_thread::sleep_for(std::chrono::milliseconds(3));
            running.fetch_sub(1);
            Answer answer;
            answer.body = path;
            reply(std::move(answer));
        });
    };
    std::string all;
    for (int i = 0; i < 20; ++i) all += get("/" + std::to_string(i));
    Client client = served.client();
    client.send(all);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(client.response().body, "/" + std::to_string(i));
    for (std::thread& thread : threads) thread.join();
}

TEST(Connection, limits_the_requests_of_one_connection) {
    Served served([](Options& options) { options.limits.requests = 3; });
    Client client = served.client();
    client.send(get("/1") + get("/2") + get("/3") + get("/4"));
    client.response();
    client.response();
    EXPECT_EQ(client.response().headers.at("connection"), "close");
    client.end_sending();
    EXPECT_TRUE(client.ended());
}

TEST(Connection, says_the_defaults_and_lets_an_answer_override_them) {
    Served served;
    served.handler.on = [](Request&& request, Reply reply) {
        Answer answer;
        if (request.path == "/own")
            answer.headers = {{"Content-Security-Policy", "default-src 'none'"}, {"X-More", "1"}};
        reply(std::move(answer));
    };
    const Seen plain = served.ask(get("/"));
    EXPECT_EQ(plain.headers.at("server"), "yuanliu");
    EXPECT_EQ(plain.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(plain.headers.at("content-security-policy"), "default-src 'self'; frame-ancestors 'none'");
    EXPECT_EQ(plain.headers.count("strict-transport-security"), 0u);
    EXPECT_EQ(plain.headers.at("date").size(), 29u);
    const Seen own = served.ask(get("/own"));
    EXPECT_EQ(own.headers.at("content-security-policy"), "default-src 'none'");
    EXPECT_EQ(own.headers.at("referrer-policy"), "same-origin");
    EXPECT_EQ(own.headers.at("x-more"), "1");
}

TEST(Connection, an_answer_that_would_split_the_head_becomes_a_500) {
    Served served;
    served.handler.on = [](Request&&, Reply reply) {
        Answer answer;
        answer.headers = {{"X-A", "b\r\nX-B: c"}};
        reply(std::move(answer));
    };
    const Seen seen = served.ask(get("/"));
    EXPECT_EQ(seen.status, 500);
    EXPECT_EQ(seen.headers.count("x-b"), 0u);
}

TEST(Connection, takes_or_makes_the_request_id) {
    Served served;
    EXPECT_EQ(served.ask(get("/", "X-Request-Id: abc-1.2_3\r\n")).headers.at("x-request-id"), "abc-1.2_3");
    const std::string made = served.ask(get("/", "X-Request-Id: a b\r\n")).headers.at("x-request-id");
    EXPECT_EQ(made.size(), 15u);
    EXPECT_NE(made, served.ask(get("/", "X-Request-Id: " + std::string(65, 'a') + "\r\n")).headers.at("x-request-id"));
}

TEST(Connection, answers_HEAD_204_and_large_bodies) {
    Served served;
    const auto large = std::make_shared<const std::string>(3'000'000, 'x');
    served.handler.on = [&](Request&& request, Reply reply) {
        Answer answer;
        if (request.path == "/none") answer.status = 204;
        if (request.path == "/shared") answer.shared_body = large;
        if (request.path == "/own") answer.body = *large;
        reply(std::move(answer));
    };
    Client client = served.client();
    client.send("HEAD /own HTTP/1.1\r\nHost: a\r\n\r\n" + get("/none") + get("/shared") + get("/own"));
    EXPECT_EQ(client.response(true).headers.at("content-length"), "3000000");
    const Seen none = client.response();
    EXPECT_EQ(none.status, 204);
    EXPECT_EQ(none.headers.count("content-length"), 0u);
    EXPECT_EQ(client.response().body, *large);
    EXPECT_EQ(client.response().body, *large);
}

TEST(Connection, streams_a_file) {
    Served served;
    const std::string path = served.folder + "/file.bin";
    std::string content;
    for (int i = 0; i < 300'000; ++i) content += std::to_string(i);
    FILE* file = std::fopen(path.c_str(), "w");
    std::fwrite(content.data(), 1, content.size(), file);
    std::fclose(file);
    served.handler.on = [&](Request&& request, Reply reply) {
        Answer answer;
        answer.file = request.path == "/good" ? path : served.folder;
        reply(std::move(answer));
    };
    Client client = served.client();
    client.send(get("/good") + "HEAD /good HTTP/1.1\r\nHost: a\r\n\r\n" + get("/good") + get("/bad"));
    EXPECT_EQ(client.response().body, content);
    EXPECT_EQ(client.response(true).headers.at("content-length"), std::to_string(content.size()));
    EXPECT_EQ(client.response().body, content);
    EXPECT_EQ(client.response().status, 500) << "a folder is no file";
}

TEST(Connection, goes_on_with_a_broken_download) {
    Served served;
    const std::string path = served.folder + "/file.bin";
    const std::string content = "0123456789";
    FILE* file = std::fopen(path.c_str(), "w");
    std::fwrite(content.data(), 1, content.size(), file);
    std::fclose(file);
    served.handler.on = [&](Request&&, Reply reply) {
        Answer answer;
        answer.file = path;
        reply(std::move(answer));
    };
    Client client = served.client();
    const auto ask = [&](const std::string& headers) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
        return client.response();
    };
    const auto whole = ask("");
    EXPECT_EQ(whole.body, content);
    EXPECT_EQ(whole.headers.at("accept-ranges"), "bytes");
    const auto etag = whole.headers.at("etag");
    struct Case {
        const char* range;
        int status;
        const char* body;
        const char* content_range;
    };
    for (const auto& [range, status, body, content_range] : std::initializer_list<Case>{
             {"bytes=4-", 206, "456789", "bytes 4-9/10"},
             {"bytes=0-0", 206, "0", "bytes 0-0/10"},
             {"bytes=8-99", 206, "89", "bytes 8-9/10"},
             {"Bytes=-3", 206, "789", "bytes 7-9/10"},
             {"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
             {"bytes=10-", 416, "", "bytes */10"},
             {"bytes=-0", 416, "", "bytes */10"},
             {"bytes=99999999999999999999-", 200, "0123456789", ""},
             {"bytes=5-4", 200, "0123456789", ""},
             {"bytes=1-2,4-5", 200, "0123456789", ""},
             {"bytes=a-b", 200, "0123456789", ""},
             {"bytes", 200, "0123456789", ""},
             {"bytes=-", 200, "0123456789", ""},
             {"lines=1-2", 200, "0123456789", ""},
         }) {
        const auto part = ask(std::string("Range: ") + range + "\r\n");
        EXPECT_EQ(part.status, status) << range;
        EXPECT_EQ(part.body, body) << range;
        const auto told = part.headers.find("content-range");
        EXPECT_EQ(told == part.headers.end() ? "" : told->second, content_range) << range;
    }
    EXPECT_EQ(ask("Range: bytes=4-\r\nIf-Range: " + etag + "\r\n").status, 206);
    EXPECT_EQ(ask("Range: bytes=4-\r\nIf-Range: \"another\"\r\n").body, content);
}

std::string unpacked(const std::string& packed) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string plain(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    const int end = inflate(&stream, Z_FINISH);
    plain.resize(plain.size() - stream.avail_out);
    inflateEnd(&stream);
    return end == Z_STREAM_END ? plain : "broken";
}

TEST(Connection, packs_text_when_asked) {
    Served served;
    const std::string text(40'000, 'z');
    served.handler.on = [&](Request&& request, Reply reply) {
        Answer answer;
        answer.content_type = request.path == "/image" ? "image/png" : "application/json; charset=utf-8";
        answer.body = request.path == "/short" ? "{}" : text;
        answer.gzip_ok = request.path != "/secret";
        reply(std::move(answer));
    };
    const std::string accept = "Accept-Encoding: deflate, gzip\r\n";
    for (int i = 0; i < 2; ++i) {
        const Seen packed = served.ask(get("/text", accept));
        EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
        EXPECT_EQ(packed.headers.at("vary"), "Accept-Encoding");
        EXPECT_LT(packed.body.size(), 1000u);
        EXPECT_EQ(unpacked(packed.body), text);
    }
    const Seen plain = served.ask(get("/text"));
    EXPECT_EQ(plain.body, text);
    EXPECT_EQ(plain.headers.at("vary"), "Accept-Encoding");
    for (const char* path : {"/image", "/short", "/secret"})
        EXPECT_EQ(served.ask(get(path, accept)).headers.count("content-encoding"), 0u) << path;
}

TEST(Connection, continues_when_expected) {
    Served served;
    served.handler.rule = [](const Request&) { return BodyRule{.limit_bytes = 10}; };
    Client client = served.client();
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
    EXPECT_EQ(client.response().status, 100);
    client.send("hello");
    EXPECT_EQ(client.response().body, "POST /x? hello");
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.response().status, 413) << "no continue for a body that will not be taken";
}

TEST(Connection, a_body_over_its_limit_is_never_read_as_a_request) {
    Served served;
    served.handler.rule = [](const Request&) { return BodyRule{.limit_bytes = 10}; };
    std::atomic<int> handled{0};
    served.handler.on = [&](Request&&, Reply reply) {
        ++handled;
        reply(Answer{});
    };
    const std::string inner = get("/smuggled");
    for (const std::string& raw :
         {post("/x", inner), "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n28\r\n" + inner}) {
        Client client = served.client();
        client.send(raw + get("/second"));
        EXPECT_EQ(client.response().status, 413);
        client.end_sending();
        EXPECT_TRUE(client.ended());
    }
    EXPECT_EQ(handled, 0);
}

TEST(Connection, an_answer_before_the_body_swallows_a_short_one_and_ends_on_a_long_one) {
    Served served;
    served.handler.rule = [](const Request&) {
        BodyRule rule;
        rule.instead = Answer{.status = 401};
        return rule;
    };
    Client client = served.client();
    client.send(post("/short", get("/smuggled")) + get("/second"));
    EXPECT_EQ(client.response().status, 401);
    EXPECT_EQ(client.response().body, "GET /second? ");

    Client large = served.client();
    large.send("POST /long HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n" + get("/smuggled"));
    EXPECT_EQ(large.response().status, 401);
    large.end_sending();
    EXPECT_TRUE(large.ended());
}

TEST(Connection, a_refused_upload_can_still_read_why) {
    Served served;
    served.handler.rule = [](const Request&) { return BodyRule{.limit_bytes = 10}; };
    Client client = served.client();
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 800000\r\n\r\n");
    for (int i = 0; i < 8; ++i) client.send(std::string(100'000, 'x'));
    EXPECT_EQ(client.response().status, 413);
}

TEST(Connection, bodies_together_are_bounded) {
    Served served([](Options& options) { options.limits.bodies_bytes = 100'000; });
    std::vector<Client> holders;
    for (int i = 0; i < 3; ++i) {
        holders.push_back(served.client());
        holders.back().send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n" + std::string(33'000, 'x'));
    }
    ASSERT_TRUE(eventually([&] { return served.server->stats().bytes_in >= 3 * 33'000; }));
    EXPECT_EQ(served.ask(post("/x", std::string(5'000, 'y'))).status, 503);
    holders.clear();
    EXPECT_TRUE(eventually([&] { return served.ask(post("/x", std::string(5'000, 'y'))).status == 200; }));
}

TEST(Connection, believes_forwarded_headers_from_trusted_proxies_only) {
    const auto echo = [](Request&& request, Reply reply) {
        Answer answer;
        answer.body = request.remote_ip + " " + request.scheme;
        reply(std::move(answer));
    };
    const std::string chain =
        "X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\nX-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: https\r\n";
    Served open;
    open.handler.on = echo;
    EXPECT_EQ(open.ask(get("/", chain)).body, "127.0.0.1 http");
    Served behind([](Options& options) { options.trusted_proxies = {"127.0.0.0/8", "10.0.0.0/8"}; });
    behind.handler.on = echo;
    const Seen seen = behind.ask(get("/", chain));
    EXPECT_EQ(seen.body, "1.2.3.4 https");
    EXPECT_EQ(seen.headers.count("strict-transport-security"), 1u);
    EXPECT_EQ(behind.ask(get("/", "X-Forwarded-For: 1.2.3.4, nonsense\r\n")).body, "127.0.0.1 http");
    EXPECT_EQ(behind.ask(get("/")).body, "127.0.0.1 http");
}

TEST(Connection, writes_the_access_log_without_the_query) {
    std::vector<std::string> lines;
    {
        Served served([&](Options& options) {
            options.access = [&](const Access& access) {
                lines.push_back(std::string(access.method) + " " + std::string(access.path) + " " +
                                std::to_string(access.status) + " " + std::string(access.id) + " " +
                                std::string(access.ip) + (access.bytes > 50 && access.duration_us >= 0 ? "" : " odd"));
            };
        });
        served.ask(get("/a?token=secret", "X-Request-Id: r1\r\n"));
        served.ask("BREW / HTTP/1.1\r\nHost: a\r\nX-Request-Id: r2\r\n\r\n");
    }
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0], "GET /a 200 r1 127.0.0.1");
    EXPECT_EQ(lines[1].substr(0, 10), "BREW  501 ");
}

}  // namespace
}  // namespace yuanliu::http
